/** Service time and concurrency: makes the reference DM Server behave like one of known capacity (M/M/c, FIFO). */
import { type Distribution, sample } from '../random/distribution.ts';
import { randomStream, type Random } from '../random/random.ts';
import { type LedgerService } from './ledger.ts';
import { Moments } from './moments.ts';

/** Where the service time applies. */
export const SERVICE_POINTS = ['package1', 'package3', 'repository', 'ui'] as const;
export type ServicePoint = (typeof SERVICE_POINTS)[number];

export interface ServiceOptions {
  /** Time each request is served for; without it requests are answered at once and unlimited. */
  readonly serviceTime?: Distribution;
  /** Requests served at the same time, the others queue in order of arrival; default: no limit. */
  readonly concurrency?: number;
  /** Requests that may wait; one more is answered 503. Default: no limit. */
  readonly maxQueue?: number;
  /** Default: `package1` and `package3`. */
  readonly serviceOn?: readonly ServicePoint[];
}

/** Clock (ms, monotonic) and timer, replaceable for tests. */
export interface ServiceClock {
  now(): number;
  schedule(callback: () => void, delayMs: number): void;
}

const REAL_TIME: ServiceClock = {
  now: () => performance.now(),
  schedule: (callback, delayMs) => void setTimeout(callback, delayMs).unref(),
};

/**
 * A first-in first-out queue before `concurrency` servers. When a request comes in, the moment its service will be over
 * is known at once: the earliest server to become free takes it. That moment is computed, not waited for, so late
 * timers delay answers by a fraction of a millisecond but never eat into the capacity.
 */
export class ServiceStation {
  private readonly serviceTime: Distribution | undefined;
  private readonly freeAt: FreeTimes | undefined;
  private readonly maxQueue: number;
  private readonly points: ReadonlySet<ServicePoint>;
  private readonly random: Random;
  private readonly clock: ServiceClock;
  private readonly serviceMs = new Moments();
  private readonly realisedMs = new Moments();
  private readonly waitMs = new Moments();
  private inside = 0;
  private rejected = 0;

  /** @throws RangeError when concurrency is no positive whole number, or maxQueue negative */
  constructor(options: ServiceOptions, seed: number, clock: ServiceClock = REAL_TIME) {
    const { concurrency, maxQueue = Number.POSITIVE_INFINITY } = options;
    if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency >= 1))
      throw new RangeError(`concurrency: expected a whole number from 1, found ${concurrency}`);
    if (!(maxQueue >= 0)) throw new RangeError(`maxQueue: expected a number from 0, found ${maxQueue}`);
    this.serviceTime = options.serviceTime;
    this.freeAt = concurrency === undefined ? undefined : new FreeTimes(concurrency);
    this.maxQueue = maxQueue;
    this.points = new Set(options.serviceOn ?? ['package1', 'package3']);
    this.random = randomStream(seed, 'service');
    this.clock = clock;
  }

  /** False when the queue is full: the request has to be answered 503, and is counted as rejected. */
  admits(point: ServicePoint): boolean {
    if (this.serviceTime === undefined || !this.points.has(point) || this.freeAt === undefined) return true;
    if (this.queued() < this.maxQueue || this.freeAt.earliest() <= this.clock.now()) return true;
    this.rejected += 1;
    return false;
  }

  /** Has `answer` called when the service is over – at once where no service time applies. */
  serve(point: ServicePoint, answer: () => void): void {
    if (this.serviceTime === undefined || !this.points.has(point)) {
      answer();
      return;
    }
    const now = this.clock.now();
    const serviceMs = sample(this.serviceTime, this.random);
    const start = Math.max(now, this.freeAt?.earliest() ?? now);
    const end = start + serviceMs;
    this.freeAt?.replaceEarliest(end);
    this.inside += 1;
    this.clock.schedule(
      () => {
        this.inside -= 1;
        this.serviceMs.add(serviceMs);
        this.waitMs.add(start - now);
        this.realisedMs.add(Math.max(0, this.clock.now() - start));
        answer();
      },
      Math.round(end - now),
    );
  }

  ledger(): LedgerService {
    const queued = this.queued();
    return {
      serviceMs: this.serviceMs.summary(),
      realisedMs: this.realisedMs.summary(),
      waitMs: this.waitMs.summary(),
      busy: this.inside - queued,
      queued,
      rejected: this.rejected,
    };
  }

  private queued(): number {
    return this.freeAt === undefined ? 0 : Math.max(0, this.inside - this.freeAt.size);
  }
}

/** When each of the servers becomes free, as a binary heap. */
class FreeTimes {
  readonly size: number;
  private readonly heap: Float64Array;

  constructor(servers: number) {
    this.size = servers;
    this.heap = new Float64Array(servers);
  }

  earliest(): number {
    return this.heap[0] ?? 0;
  }

  replaceEarliest(time: number): void {
    const { heap, size } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child += 1;
      if ((heap[child] ?? 0) >= time) break;
      heap[at] = heap[child] ?? 0;
      at = child;
    }
    heap[at] = time;
  }
}
