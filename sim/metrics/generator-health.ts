/**
 * A shard watching itself: how late its event loop is and how busy. A generator that is late adds its own delay to
 * every latency it measures, so this decides whether a run's figures are the server's.
 *
 * Delay is how much later than asked a 10 ms timer fires, what `monitorEventLoopDelay` reads less the interval itself
 * (on Node 20 an idle loop reads 10.2 ms there and 0.2 ms here); sampled here because that histogram gives no buckets
 * that could be merged over shards. A loop that blocks for 200 ms leaves one late sample where twenty were due: the
 * missing ones are put in, or blocking would hide itself (coordinated omission).
 */
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { recordMs } from './histogram.ts';
import { type Slab } from './slab.ts';
import { LOOP_CELLS, type SlabLayout, slabLayout } from './slab-layout.ts';

export const SAMPLE_INTERVAL_MS = 10;
const UTILIZATION_INTERVAL_MS = 1_000;
/** A machine that was suspended for an hour must not cost a loop of 360,000 steps. */
const MOST_SAMPLES_AT_ONCE = 1_000;

/** Samples lateness and utilization into a slab; time comes in with each call. */
export class GeneratorProbe {
  private readonly cells: Float64Array;
  private readonly layout: SlabLayout;
  private lastSampleMs: number;
  private lastReadMs: number;
  private lastActiveMs: number;
  private lastIdleMs: number;

  constructor(slab: Slab, nowMs: number, loop: EventLoopUtilization) {
    this.cells = slab.cells;
    this.layout = slabLayout(slab.vocabulary);
    this.lastSampleMs = nowMs;
    this.lastReadMs = nowMs;
    this.lastActiveMs = loop.active;
    this.lastIdleMs = loop.idle;
  }

  /**
   * The 10 ms timer has fired; true when utilization is to be read, every second. By the clock and not by samples: a
   * loop that blocks fires few timers, and just then its utilization matters.
   */
  timerFired(nowMs: number): boolean {
    let delayMs = Math.max(0, nowMs - this.lastSampleMs - SAMPLE_INTERVAL_MS);
    this.lastSampleMs = nowMs;
    let samples = 0;
    do {
      recordMs(this.cells, this.layout.loopDelay, delayMs);
      delayMs -= SAMPLE_INTERVAL_MS;
      samples++;
    } while (delayMs > 0 && samples < MOST_SAMPLES_AT_ONCE);
    if (nowMs - this.lastReadMs < UTILIZATION_INTERVAL_MS) return false;
    this.lastReadMs = nowMs;
    return true;
  }

  /** `loop`: active and idle ms since the thread began. */
  utilizationRead(loop: EventLoopUtilization): void {
    const busyMs = Math.max(0, loop.active - this.lastActiveMs);
    const idleMs = Math.max(0, loop.idle - this.lastIdleMs);
    this.lastActiveMs = loop.active;
    this.lastIdleMs = loop.idle;
    if (busyMs + idleMs === 0) return;
    const at = this.layout.loop;
    this.cells[at + LOOP_CELLS.busyMs] = (this.cells[at + LOOP_CELLS.busyMs] ?? 0) + busyMs;
    this.cells[at + LOOP_CELLS.idleMs] = (this.cells[at + LOOP_CELLS.idleMs] ?? 0) + idleMs;
    this.cells[at + LOOP_CELLS.lastUtilization] = busyMs / (busyMs + idleMs);
  }
}

/**
 * Watches the calling thread's event loop until `stop`. Call it in the shard's thread when the load begins, not before:
 * loading modules and building devices is not part of what is judged. Does not keep the thread alive.
 */
export function watchGenerator(slab: Slab): { stop: () => void } {
  const probe = new GeneratorProbe(slab, performance.now(), performance.eventLoopUtilization());
  const timer = setInterval(() => {
    if (probe.timerFired(performance.now())) probe.utilizationRead(performance.eventLoopUtilization());
  }, SAMPLE_INTERVAL_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      probe.utilizationRead(performance.eventLoopUtilization());
    },
  };
}
