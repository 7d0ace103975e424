/** The feed of a run to its pages: a hello at connect, then differences a few times a second. Idle while nobody looks. */
import { type TimelineSample } from '../metrics/timeline.ts';
import { type Totals } from '../metrics/totals.ts';
import { describeFault } from '../protocol/fault.ts';
import { type Clock, type Timer } from '../transport/clock.ts';
import { FEED_VERSION, type FeedMessage, type FinishedRun } from './feed-message.ts';
import { FleetMap } from './fleet-map.ts';
import { FollowedDevices, MOST_FOLLOWED } from './followed-devices.ts';
import { type LiveRun } from './live-run.ts';
import { type FeedSocket, type FeedView, PageConnection } from './page-connection.ts';
import { decodePageMessage } from './page-message.ts';
import { totalsView } from './totals-view.ts';

export const TICK_MS = 250;
export const MOST_PAGES = 32;
/** Ticks between two looks whether the browsers are still there: 10 s. */
const PROBE_TICKS = 40;
/** A page says something when its user moves; what says more in a tick is no page. */
const MOST_MESSAGES = 100;
const TOO_MANY_MESSAGES = 1_008;

/** What the socket of a page has to tell. */
export interface PagePeer {
  received(text: string): void;
  alive(): void;
  closed(): void;
}

export class LiveFeed {
  private readonly run: LiveRun;
  private readonly clock: Clock;
  private readonly map: FleetMap;
  private readonly followed: FollowedDevices;
  /** With the messages each has sent in this tick. */
  private readonly pages = new Map<PageConnection, number>();
  private readonly view: FeedView;
  private latest: Totals | undefined;
  private result: FinishedRun | undefined;
  private timer: Timer | undefined;
  private ticks = 0;

  constructor(run: LiveRun, clock: Clock) {
    this.run = run;
    this.clock = clock;
    this.map = new FleetMap(run.states);
    this.followed = new FollowedDevices(run);
    this.view = {
      hello: () => this.hello(),
      sample: (sample) => this.sampleMessage(sample),
      allCells: () => this.map.all(),
    };
  }

  /** One page more is admitted. */
  get hasRoom(): boolean {
    return this.pages.size < MOST_PAGES;
  }

  /** A page has come, for the first time or again. */
  join(socket: FeedSocket): PagePeer {
    const page = new PageConnection(socket, this.view);
    // Pages that are here must not miss what this look finds: all of them get it.
    const changes = this.map.changes();
    for (const other of this.pages.keys()) other.tick(changes);
    page.begin();
    if (this.result !== undefined) page.finish(finishedText(this.result));
    this.pages.set(page, 0);
    this.timer ??= this.clock.after(TICK_MS, () => this.tick());
    return {
      received: (text) => this.receive(page, text),
      alive: () => page.alive(),
      closed: () => this.leave(page),
    };
  }

  /** Once a second. */
  sampled(sample: TimelineSample, totals: Totals): void {
    this.latest = totals;
    if (this.pages.size === 0) return;
    const text = JSON.stringify(this.sampleMessage(sample));
    for (const page of this.pages.keys()) page.sample(sample, text);
  }

  /** The run has ended: pages are told, those that come later, too. */
  finish(result: FinishedRun, totals: Totals): void {
    this.latest = totals;
    this.result = result;
    if (this.pages.size === 0) return;
    const changes = this.map.changes();
    const text = finishedText(result);
    for (const page of this.pages.keys()) {
      page.tick(changes);
      page.finish(text);
    }
  }

  /** Says goodbye to all pages; their sockets close in their own time. */
  close(code: number, reason: string): void {
    for (const page of [...this.pages.keys()]) {
      page.close(code, reason);
      this.leave(page);
    }
  }

  private tick(): void {
    this.timer = this.pages.size === 0 ? undefined : this.clock.after(TICK_MS, () => this.tick());
    this.ticks++;
    const changes = this.pages.size === 0 ? undefined : this.map.changes();
    for (const page of this.pages.keys()) {
      this.pages.set(page, 0);
      page.tick(changes);
      if (page.inspected !== undefined) page.showDevice(this.run.device(page.inspected));
      if (this.ticks % PROBE_TICKS === 0) page.probe();
    }
  }

  private receive(page: PageConnection, text: string): void {
    const messages = (this.pages.get(page) ?? 0) + 1;
    if (!this.pages.has(page)) return;
    if (messages > MOST_MESSAGES) {
      page.close(TOO_MANY_MESSAGES, 'too many messages');
      this.leave(page);
      return;
    }
    this.pages.set(page, messages);
    const message = decodePageMessage(text, this.run.states.length);
    if (!message.ok) {
      page.refuse(describeFault(message.fault));
      return;
    }
    const { kind, device } = message.value;
    switch (kind) {
      case 'inspect':
        page.inspects(device ?? undefined);
        if (device !== null) page.showDevice(this.run.device(device));
        return;
      case 'follow':
        if (device === null) this.followed.leave(page);
        else if (!this.followed.follow(page, device))
          page.refuse(`at most ${MOST_FOLLOWED} devices can be followed at a time, by all pages together`);
        return;
      default:
        kind satisfies never;
    }
  }

  private leave(page: PageConnection): void {
    this.followed.leave(page);
    this.pages.delete(page);
    if (this.pages.size > 0) return;
    this.timer?.cancel();
    this.timer = undefined;
  }

  private hello(): FeedMessage {
    const { run, map } = this;
    const totals = (this.latest ??= run.totals());
    return {
      kind: 'hello',
      version: FEED_VERSION,
      run: run.view(),
      devicesPerCell: map.devicesPerCell,
      samples: run.samples(),
      totals: totalsView(totals),
      checks: this.result?.checks ?? run.checks(totals),
      steerable: false,
    };
  }

  private sampleMessage(sample: TimelineSample): FeedMessage {
    const totals = (this.latest ??= this.run.totals());
    return { kind: 'sample', sample, totals: totalsView(totals), checks: this.run.checks(totals) };
  }
}

function finishedText(result: FinishedRun): string {
  return JSON.stringify({ kind: 'finished', result } satisfies FeedMessage);
}
