/** The live page of a run: its port, its feed, and how both end. */
import { readFileSync } from 'node:fs';
import { type RawData, type WebSocket } from 'ws';
import { type TimelineSample } from '../metrics/timeline.ts';
import { type Totals } from '../metrics/totals.ts';
import { fail, ok, type Result } from '../protocol/fault.ts';
import { type Clock, realClock } from '../transport/clock.ts';
import { type FinishedRun } from './feed-message.ts';
import { LiveFeed } from './live-feed.ts';
import { type LiveRun } from './live-run.ts';
import { isLoopbackName, PageAccess } from './page-access.ts';
import { pageFile } from './page-file.ts';
import { startPageServer } from './page-server.ts';

/** What pages that were open at the end of the run get to take their last message. */
const GOODBYE_MS = 1_000;
const NORMAL_CLOSURE = 1_000;
const INTERNAL_ERROR = 1_011;

export interface LivePageOptions {
  readonly host: string;
  /** When it is taken, another free one is. 0: any free one. */
  readonly port: number;
  /** Asked for when it is set; must be when `host` is not on loopback. */
  readonly token: string | undefined;
  /** The bundled page. */
  readonly file: string;
  readonly run: LiveRun;
  /** Told once of a defect of the page's own; its pages are sent away and the run goes on. */
  readonly onTrouble: (error: unknown) => void;
}

export interface LivePage {
  /** `http://127.0.0.1:9465/`; without the token. */
  readonly url: string;
  readonly port: number;
  /** Once a second, the newest sample of the timeline with the totals at its end. */
  sampled(sample: TimelineSample, totals: Totals): void;
  /** The run is over; the page stays until it is closed. */
  finish(result: FinishedRun, totals: Totals): void;
  /** Resolves when the port is free again. */
  close(): Promise<void>;
}

/**
 * Starts it. What keeps it from starting is a fault: a run needs no page.
 * @throws Error when it would be open to the network without a token.
 */
export async function startLivePage(options: LivePageOptions): Promise<Result<LivePage>> {
  const { host, port, token, file } = options;
  const loopback = isLoopbackName(host);
  if (!loopback && token === undefined) throw new Error('a live page outside loopback needs a token');
  let html: string;
  try {
    html = readFileSync(file, 'utf8');
  } catch (error) {
    return fail('page_missing', 'live page', file, `the bundled page (${String(error)})`);
  }
  const guard = guarded((error) => {
    options.onTrouble(error);
    feed.close(INTERNAL_ERROR, 'the live page has failed');
  });
  const clock: Clock = {
    now: () => realClock.now(),
    after: (ms, call) => realClock.after(ms, () => guard(call)),
  };
  const run: LiveRun = {
    ...options.run,
    follow: (device, listener) =>
      options.run.follow(device, (steps, lost) => guard(() => listener(steps, lost))),
  };
  const feed = new LiveFeed(run, clock);
  const started = await startPageServer({
    host,
    port,
    page: pageFile(html),
    access: new PageAccess({ loopback, token }),
    hasRoom: () => feed.hasRoom,
    onPage: (socket) => guard(() => connect(feed, socket, guard)),
  });
  if (!started.ok) return started;
  const server = started.value;
  return ok({
    url: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}/`,
    port: server.port,
    sampled: (sample, totals) => guard(() => feed.sampled(sample, totals)),
    finish: (result, totals) => guard(() => feed.finish(result, totals)),
    close: async () => {
      feed.close(NORMAL_CLOSURE, 'the run has ended');
      await server.close(GOODBYE_MS);
    },
  });
}

type Guard = (work: () => void) => void;

/** Nothing that goes wrong in the page's own work may end the run; after the first time nothing of it is done any more. */
function guarded(onTrouble: (error: unknown) => void): Guard {
  let broken = false;
  return (work) => {
    if (broken) return;
    try {
      work();
    } catch (error) {
      broken = true;
      onTrouble(error);
    }
  };
}

function connect(feed: LiveFeed, socket: WebSocket, guard: Guard): void {
  // What is wrong with it shows as its close.
  socket.on('error', () => undefined);
  const peer = feed.join({
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (data) => socket.send(data),
    ping: () => socket.ping(),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  });
  socket.on('message', (data: RawData, isBinary: boolean) =>
    // Pages speak text; what is none is refused as what it is not.
    guard(() => peer.received(!isBinary && Buffer.isBuffer(data) ? data.toString('utf8') : '')),
  );
  socket.on('pong', () => guard(() => peer.alive()));
  socket.on('close', () => guard(() => peer.closed()));
}
