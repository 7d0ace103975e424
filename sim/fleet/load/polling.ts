/** Load shape `polling`: every device has its own timetable, which a slow server does not change (an open model). */
import { rampOffsetMs } from '../../device/ramp.ts';
import { randomStream } from '../../random/random.ts';
import { type LoadShape } from './load-shape.ts';

/** More would let a device's times overtake each other. */
export const MOST_JITTER = 0.5;

/**
 * Device i is due at `(phase(i) + k + jitter(i, k)) × period` for every whole k. Phases are spread evenly over the period
 * and the timetable has no beginning, so the rate is the same from the first second on: a ramp is not needed.
 */
export class PollingLoad implements LoadShape {
  readonly pace = 'clock';
  private readonly periodMs: number;
  private readonly jitter: number;
  private readonly seed: number;
  /** Share of a period by which the seed moves all phases. */
  private readonly shift: number;

  /** @throws RangeError for a period that is not positive, or a jitter outside of 0 … 0.5. */
  constructor({ periodMs, jitter }: { readonly periodMs: number; readonly jitter: number }, seed: number) {
    if (!(periodMs > 0 && jitter >= 0 && jitter <= MOST_JITTER))
      throw new RangeError(`no timetable: every ${periodMs} ms, jitter ${jitter}`);
    this.periodMs = periodMs;
    this.jitter = jitter;
    this.seed = seed;
    this.shift = randomStream(seed, 'phase').next();
  }

  firstMs(device: number): number {
    return this.nextMs(device, -Number.MIN_VALUE);
  }

  nextMs(device: number, afterMs: number): number {
    const phase = this.phaseOf(device);
    // The first turn that its jitter can bring behind `afterMs`.
    let k = Math.ceil(afterMs / this.periodMs - phase - this.jitter);
    for (;;) {
      const dueMs = (phase + k + this.jitterOf(device, k)) * this.periodMs;
      if (dueMs > afterMs) return dueMs;
      k++;
    }
  }

  returnMs(device: number, nowMs: number): number {
    return this.nextMs(device, nowMs);
  }

  /** In periods, 0 … 1. */
  private phaseOf(device: number): number {
    return (rampOffsetMs(device, 1) + this.shift) % 1;
  }

  /** In periods. */
  private jitterOf(device: number, k: number): number {
    if (this.jitter === 0) return 0;
    return (2 * randomStream(this.seed, 'jitter', device, k).next() - 1) * this.jitter;
  }
}
