/** A time by which something must be over: k6's VUs are synchronous, so everything they wait for is cut to it beforehand. */
import { sleep } from 'k6';
import { testClock } from './clock.ts';

export class TimeBox {
  /** Of the test's clock, in ms. */
  readonly endsAtMs: number;

  constructor(endsAtMs: number) {
    this.endsAtMs = endsAtMs;
  }

  /** Never negative. */
  get leftMs(): number {
    return Math.max(0, this.endsAtMs - testClock.now());
  }

  get isOver(): boolean {
    return testClock.now() >= this.endsAtMs;
  }

  /** The same, or shorter. */
  within(ms: number): TimeBox {
    return new TimeBox(Math.min(this.endsAtMs, testClock.now() + ms));
  }

  /** Sleeps as long as the box lasts; returns the part of `ms` that was slept. */
  sleep(ms: number): number {
    const sleptMs = Math.min(ms, this.leftMs);
    if (sleptMs > 0) sleep(sleptMs / 1_000);
    return sleptMs;
  }
}
