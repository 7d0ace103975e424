/** All that the page knows of a run, kept up to date by the feed's messages; views read it when they draw. */
import { applyCellFrame, type Cells, createCells } from '../cell-frame.ts';
import {
  type Check,
  type DeviceView,
  FEED_VERSION,
  type FeedMessage,
  type FinishedRun,
  type RunView,
  type TotalsView,
} from '../feed-message.ts';
import { type TimelineSample } from '../../metrics/timeline.ts';
import { Story } from './story.ts';

/** What can change by itself; a view names the parts it draws. */
export type Part =
  'connection' | 'run' | 'cells' | 'samples' | 'totals' | 'checks' | 'device' | 'story' | 'result' | 'notice';

/**
 * `lost`: the feed broke and is tried again. `unreachable`: the same, but there never was one. `full`: the swarm has no room
 * for another page; tried again. `locked`: the swarm wants its token; not tried again by itself. `over`: the run has ended and
 * so has the feed; nothing is tried again. `embedded`: there never was one, the run came with the page. `outdated`: the swarm
 * speaks another version.
 */
export type Connection =
  'connecting' | 'open' | 'lost' | 'unreachable' | 'full' | 'locked' | 'over' | 'embedded' | 'outdated';

/** Samples kept; when there are more, the older half of them is thinned out (a run of days has a bounded timeline). */
const MOST_SAMPLES = 7_200;

export class RunStore {
  connection: Connection = 'connecting';
  run: RunView | undefined;
  devicesPerCell = 1;
  cells: Cells = createCells(0);
  /** The all-cells frame behind `hello` has come. */
  hasCells = false;
  samples: readonly TimelineSample[] = [];
  totals: TotalsView | undefined;
  checks: readonly Check[] = [];
  steerable = false;
  /** The device that is inspected, as it was last told. */
  device: DeviceView | undefined;
  story: Story | undefined;
  result: FinishedRun | undefined;
  /** Frames this page was too slow for. */
  dropped = 0;
  refusal: string | undefined;
  /** The page showed another run before this one, and has not said so for long enough. */
  hasChangedRun = false;
  private readonly listeners: ((part: Part) => void)[] = [];
  private readonly now: () => number;

  /** `now`: ms since the epoch. */
  constructor(now: () => number) {
    this.now = now;
  }

  onChange(listener: (part: Part) => void): void {
    this.listeners.push(listener);
  }

  setConnection(connection: Connection): void {
    if (this.connection === connection) return;
    const wasOpen = this.connection === 'open';
    this.connection = connection;
    if (wasOpen && connection !== 'over') {
      this.story?.interrupt();
      this.changed('story');
    }
    this.changed('connection');
  }

  /** `null`: nothing is inspected any more. */
  inspect(device: number | null): void {
    if (device === this.device?.device) return;
    this.device = undefined;
    this.changed('device');
  }

  /** Begins a new story; `null`: ends it. */
  follow(device: number | null): void {
    if (device !== null && this.story?.device === device) return;
    this.story = device === null ? undefined : new Story(device);
    this.refusal = undefined;
    this.changed('story', 'notice');
  }

  /** That this is another run has been said. */
  forgetChange(): void {
    this.hasChangedRun = false;
    this.changed('notice');
  }

  clearStory(): void {
    this.story?.clear();
    this.changed('story');
  }

  /** A run that came with the page. */
  embed(result: FinishedRun): void {
    this.connection = 'embedded';
    this.finish(result);
    this.changed('connection');
  }

  /** `false`: the message is of another version of the feed, and nothing was taken from it. */
  take(message: FeedMessage): boolean {
    switch (message.kind) {
      case 'hello': {
        if (message.version !== FEED_VERSION) {
          this.setConnection('outdated');
          return false;
        }
        this.greet(message);
        return true;
      }
      case 'sample':
        // What the result says is not taken back by a sample that comes late.
        if (this.result !== undefined) return true;
        this.addSample(message.sample);
        this.totals = message.totals;
        this.checks = message.checks;
        this.changed('samples', 'totals', 'checks');
        return true;
      case 'device':
        this.device = message.device;
        this.changed('device');
        return true;
      case 'steps':
        // Steps of a device that is followed no more may still be under way.
        if (this.story?.device !== message.device) return true;
        this.story.add(message.steps, message.lost, message.trigger, this.now());
        this.changed('story');
        return true;
      case 'dropped':
        this.dropped = message.frames;
        this.changed('notice');
        return true;
      case 'refused':
        this.refusal = message.reason;
        this.changed('notice');
        return true;
      case 'finished':
        this.finish(message.result);
        return true;
      default:
        // A kind that a newer swarm has: nothing to show for it.
        message satisfies never;
        return true;
    }
  }

  /** `false`: the frame does not fit, and the picture can no more be trusted. */
  takeFrame(frame: Uint8Array): boolean {
    if (!applyCellFrame(this.cells, frame).ok) return false;
    this.hasCells = true;
    this.changed('cells');
    return true;
  }

  private greet(hello: FeedMessage & { kind: 'hello' }): void {
    // A page that was too slow is greeted again on the connection it has: what it was told stays true.
    const isNew = this.connection !== 'open';
    const another = this.run !== undefined && this.run.startedAtMs !== hello.run.startedAtMs;
    if (another) {
      this.hasChangedRun = true;
      this.story = undefined;
      this.device = undefined;
      this.result = undefined;
    }
    this.run = hello.run;
    this.devicesPerCell = Math.max(1, hello.devicesPerCell);
    const count = Math.ceil(hello.run.devices / this.devicesPerCell);
    // A run that is known keeps its picture until the frame behind this message corrects it.
    if (another || this.cells.states.length !== count) {
      this.cells = createCells(count);
      this.hasCells = false;
    }
    this.samples = hello.samples;
    this.totals = hello.totals;
    this.checks = hello.checks;
    this.steerable = hello.steerable;
    if (isNew) {
      this.dropped = 0;
      this.refusal = undefined;
    }
    this.connection = 'open';
    this.changed('connection', 'run', 'cells', 'samples', 'totals', 'checks', 'notice');
    if (another) this.changed('device', 'story', 'result');
  }

  private finish(result: FinishedRun): void {
    this.result = result;
    this.run = result.run;
    this.samples = result.samples;
    this.checks = result.checks;
    this.totals = totalsOf(result);
    this.changed('run', 'samples', 'totals', 'checks', 'result');
  }

  private addSample(sample: TimelineSample): void {
    // After a reconnect a sample can come twice.
    const kept = this.samples.filter(({ atMs }) => atMs < sample.atMs);
    if (kept.length > MOST_SAMPLES) {
      const half = kept.length >>> 1;
      this.samples = [...kept.filter((_, i) => i >= half || i % 2 === 1), sample];
    } else this.samples = [...kept, sample];
  }

  private changed(...parts: readonly Part[]): void {
    for (const part of parts) for (const listener of this.listeners) listener(part);
  }
}

/** The running totals a finished run ended with. */
function totalsOf({ summary: { totals } }: FinishedRun): TotalsView {
  const failures = Object.fromEntries(
    Object.entries(totals.endings).filter(([reason]) => reason !== 'completed'),
  );
  return {
    sessions: totals.sessions,
    iterations: totals.iterations,
    packages: totals.packages,
    violations: Object.values(totals.violations).reduce((sum, { count }) => sum + count, 0),
    failures,
    commands: totals.commands,
  };
}
