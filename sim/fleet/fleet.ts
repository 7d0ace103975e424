/** The fleet as the main thread sees it: a Piscina pool with one long task a thread, and the memory they write into. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { END_REASONS, TIMED_OUT_REASONS } from '../device/effect.ts';
import { createFleetArrays, type FleetArrays } from '../metrics/fleet-arrays.ts';
import { type NotificationResult } from '../metrics/recorder.ts';
import { closeConnections, createSlab, settleAfterCrash, type Slab } from '../metrics/slab.ts';
import { type RunPhase } from '../metrics/timeline.ts';
import { readTotals, type Totals } from '../metrics/totals.ts';
import { type Violation } from '../protocol/violation.ts';
import { type TraceEvent } from '../transport/trace.ts';
import { Followers, type StepsListener } from './followers.ts';
import { type RunConfig } from './run-config.ts';
import { phaseAt } from './run-phase.ts';
import { segment, type Segment, shardOf } from './segment.ts';
import { type FromShard, type ToShard } from './shard-message.ts';
import { type ShardTask } from './shard-task.ts';

/** What the fleet has to tell while it runs; rare events, in the main thread. */
export interface FleetObserver {
  /** The first violation of a rule. */
  violation(violation: Violation): void;
  /** The first session that ended for a reason other than `completed`. */
  ending(reason: string, detail: string): void;
  warning(text: string): void;
  /** One step of a device's session. */
  trace(device: number, event: TraceEvent): void;
}

/** A worker that dies at once whenever it is replaced must not keep a run alive for ever. */
const MOST_REPLACEMENTS = 10;
/** A worker that is busy for longer than this with a notification has other worries. */
const NOTIFY_TIMEOUT_MS = 5_000;
const LAST_WORDS_MS = 2_000;
/** A shard that is not ready by then begins later than the others. */
const LONGEST_PREPARATION_MS = 60_000;

interface Shard {
  readonly index: number;
  readonly slab: Slab;
  port: MessagePort | undefined;
  replacements: number;
  /** It waits for the run to begin, or will never take part in it. */
  ready: boolean;
}

export class Fleet {
  readonly arrays: FleetArrays;
  private readonly config: RunConfig;
  private readonly observer: FleetObserver;
  private readonly pool: Piscina;
  private readonly shards: readonly Shard[];
  private readonly seen = new Set<string>();
  private readonly notifications = new Map<number, (result: NotificationResult | undefined) => void>();
  private readonly followers = new Followers();
  private startedAtMs = 0;
  private tellBegun: () => void = () => undefined;
  /** Resolves when all shards are ready and the run begins; call {@link run} for that. */
  readonly begun = new Promise<void>((resolve) => (this.tellBegun = resolve));
  private endedAtMs: number | undefined = undefined;
  private stopping = false;
  private hasAnswered = false;
  private requests = 0;

  /** Makes memory and threads ready; nothing is sent before {@link run}. `workerFile`: bundle of shard-worker.ts. */
  constructor(config: RunConfig, workerFile: string, observer: FleetObserver) {
    this.config = config;
    this.observer = observer;
    this.arrays = createFleetArrays(config.population.devices);
    const vocabulary = { endReasons: END_REASONS, timedOutReasons: TIMED_OUT_REASONS };
    this.shards = Array.from({ length: config.workers }, (_, index) => ({
      index,
      slab: createSlab(vocabulary),
      port: undefined,
      replacements: 0,
      ready: false,
    }));
    this.pool = new Piscina({
      filename: workerFile,
      minThreads: config.workers,
      maxThreads: config.workers,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      // The default freezes a worker's event loop once its task has ended.
      atomics: 'disabled',
    });
  }

  /** Runs to the end: until every shard has ended its last session. Call it once. */
  async run(): Promise<void> {
    const patience = setTimeout(() => this.begin(), LONGEST_PREPARATION_MS);
    try {
      await Promise.all(
        this.shards.map(async (shard) => {
          await this.runShard(shard);
          this.isReady(shard);
        }),
      );
    } finally {
      clearTimeout(patience);
      for (const answer of this.notifications.values()) answer(undefined);
      await this.pool.destroy();
      this.endedAtMs = Date.now();
    }
  }

  /** No more sessions are started; those that run get the drain. */
  stop(): void {
    this.stopping = true;
    this.broadcast({ kind: 'stop' });
  }

  /** What runs is ended now. */
  cut(): void {
    this.stopping = true;
    this.broadcast({ kind: 'cut' });
  }

  totals(): Totals {
    return readTotals(
      this.shards.map(({ slab }) => slab),
      this.arrays.states,
    );
  }

  /** Any peer has sent any device so much as a byte. */
  get answered(): boolean {
    return this.hasAnswered;
  }

  /** When the run began and, once it has, ended: ms since the epoch; `startedAtMs` is 0 before {@link begun}. */
  get moments(): { readonly startedAtMs: number; readonly endedAtMs: number | undefined } {
    const { startedAtMs, endedAtMs } = this;
    return { startedAtMs, endedAtMs };
  }

  /** What the run is at now. */
  get phase(): RunPhase {
    if (this.endedAtMs !== undefined) return 'ended';
    if (this.startedAtMs === 0) return 'ramp';
    return this.stopping ? 'drain' : phaseAt(this.config, Date.now() - this.startedAtMs);
  }

  /** Tells the steps of a device's sessions from now on, in whichever worker it is; one listener a device, the last one. */
  follow(device: number, listener: StepsListener): void {
    this.followers.set(device, listener);
    this.shardOf(device)?.port?.postMessage({ kind: 'follow', device } satisfies ToShard);
  }

  unfollow(device: number): void {
    this.followers.delete(device);
    this.shardOf(device)?.port?.postMessage({ kind: 'unfollow', device } satisfies ToShard);
  }

  /** Hands a Package#0 to a device; `undefined` when its shard does not take it (not begun, ending, or dead). */
  notify(device: number, frame: Uint8Array | string): Promise<NotificationResult | undefined> {
    const port = this.shardOf(device)?.port;
    if (port === undefined || this.startedAtMs === 0) return Promise.resolve(undefined);
    const request = this.requests++;
    return new Promise((resolve) => {
      const timeout = setTimeout(() => answer(undefined), NOTIFY_TIMEOUT_MS);
      const answer = (result: NotificationResult | undefined): void => {
        clearTimeout(timeout);
        this.notifications.delete(request);
        resolve(result);
      };
      this.notifications.set(request, answer);
      port.postMessage({ kind: 'notify', request, device, frame } satisfies ToShard);
    });
  }

  private isReady(shard: Shard): void {
    shard.ready = true;
    if (this.startedAtMs > 0) shard.port?.postMessage(this.beginning());
    else if (this.shards.every(({ ready }) => ready)) this.begin();
  }

  private begin(): void {
    this.startedAtMs = Date.now();
    for (const { ready, port } of this.shards) if (ready) port?.postMessage(this.beginning());
    this.tellBegun();
  }

  private beginning(): ToShard {
    return { kind: 'begin', startedAtMs: this.startedAtMs };
  }

  /** One shard until its end; a thread that dies is replaced, its books are settled, its devices go on. */
  private async runShard(shard: Shard): Promise<void> {
    for (;;) {
      const error = await this.runThread(shard);
      if (error === undefined) return;
      const { sessions } = settleAfterCrash(shard.slab);
      this.followers.workerDied(this.segmentOf(shard));
      const isOver =
        this.stopping || (this.startedAtMs > 0 && Date.now() >= this.startedAtMs + this.config.durationMs);
      const again = !isOver && shard.replacements < MOST_REPLACEMENTS;
      this.observer.warning(
        `worker ${shard.index} died (${error}); ${sessions} sessions were cut; ` +
          (again ? 'a replacement goes on with its devices' : 'its devices stay where they are'),
      );
      if (!again) return;
      shard.replacements++;
      shard.ready = false;
    }
  }

  /** Resolves with the reason when the thread died, with nothing when its task ended in order. */
  private async runThread(shard: Shard): Promise<string | undefined> {
    const { port1, port2 } = new MessageChannel();
    shard.port = port1;
    port1.on('message', (message: FromShard) => this.receive(shard, message));
    const closed = closing(port1);
    const task: ShardTask = {
      index: shard.index,
      config: this.config,
      slab: shard.slab,
      arrays: this.arrays,
      port: port2,
      resumedFromMs: shard.replacements > 0 && this.startedAtMs > 0 ? this.startedAtMs : undefined,
    };
    if (this.stopping) port1.postMessage({ kind: 'stop' } satisfies ToShard);
    for (const device of this.followers.within(this.segmentOf(shard)))
      port1.postMessage({ kind: 'follow', device } satisfies ToShard);
    try {
      await this.pool.run(task, { transferList: [port2] });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      shard.port = undefined;
      // What the shard said last may still be on its way when its task has ended; the port closes behind it.
      await Promise.race([closed, after(LAST_WORDS_MS)]);
      port1.close();
      closeConnections(shard.slab);
    }
  }

  private receive(shard: Shard, message: FromShard): void {
    switch (message.kind) {
      case 'ready':
        this.isReady(shard);
        return;
      case 'answered':
        this.hasAnswered = true;
        return;
      case 'violation':
        if (this.isFirst(message.violation.rule)) this.observer.violation(message.violation);
        return;
      case 'ending':
        if (this.isFirst(message.reason)) this.observer.ending(message.reason, message.detail);
        return;
      case 'warning':
        if (this.isFirst(message.text)) this.observer.warning(message.text);
        return;
      case 'notified':
        this.notifications.get(message.request)?.(message.result);
        return;
      case 'steps':
        this.followers.tell(message.device, message.steps, message.lost);
        return;
      case 'trace':
        this.observer.trace(message.device, message.event);
        return;
      default:
        message satisfies never;
    }
  }

  private shardOf(device: number): Shard | undefined {
    const { workers, population } = this.config;
    return this.shards[shardOf(device, workers, population.devices)];
  }

  private segmentOf({ index }: Shard): Segment {
    return segment(index, this.config.workers, this.config.population.devices);
  }

  /** Every shard tells its first; the fleet's first is told on. */
  private isFirst(what: string): boolean {
    if (this.seen.has(what)) return false;
    this.seen.add(what);
    return true;
  }

  private broadcast(message: ToShard): void {
    for (const { port } of this.shards) port?.postMessage(message);
  }
}

/** Resolves when the other side has closed the port, everything it said having been heard. Ask before that can happen. */
function closing(port: MessagePort): Promise<void> {
  return new Promise((resolve) => port.once('close', resolve));
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
