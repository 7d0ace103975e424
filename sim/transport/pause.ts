/** A wait that can be ended early: one per session or UI Session, one wait at a time. */
import { type Clock, type Timer } from './clock.ts';

export class Pause {
  private readonly clock: Clock;
  private timer: Timer | undefined = undefined;
  private resolve: ((waitedMs: number) => void) | undefined = undefined;
  private startedAtMs = 0;
  private lengthMs = 0;
  private cancelled = false;
  /** The time asked for is over; what a busy thread took longer, or a coarse timer less, was not asked for. */
  private readonly wake = (): void => this.end(this.lengthMs);

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Resolves when `ms` have passed or {@link cancel} was called, with the part of `ms` that was waited. */
  wait(ms: number): Promise<number> {
    if (this.cancelled || ms <= 0) return Promise.resolve(0);
    this.startedAtMs = this.clock.now();
    this.lengthMs = ms;
    return new Promise((resolve) => {
      this.resolve = resolve;
      // A wait without end is one that only cancel() ends.
      if (ms !== Number.POSITIVE_INFINITY) this.timer = this.clock.after(ms, this.wake);
    });
  }

  /** Ends the present wait, and every later one before it begins. */
  cancel(): void {
    this.cancelled = true;
    this.timer?.cancel();
    this.end(Math.min(this.lengthMs, this.clock.now() - this.startedAtMs));
  }

  private end(waitedMs: number): void {
    const { resolve } = this;
    this.resolve = undefined;
    this.timer = undefined;
    resolve?.(waitedMs);
  }
}
