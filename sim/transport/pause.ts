/** A wait that can be ended early: one per session or UI Session, one wait at a time. */
import { type Clock, type Timer } from './clock.ts';

export class Pause {
  private readonly clock: Clock;
  private timer: Timer | undefined = undefined;
  private resolve: (() => void) | undefined = undefined;
  private cancelled = false;
  private readonly wake = (): void => {
    const { resolve } = this;
    this.resolve = undefined;
    this.timer = undefined;
    resolve?.();
  };

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Resolves when `ms` have passed or {@link cancel} was called, with the part of `ms` that was waited. */
  async wait(ms: number): Promise<number> {
    if (this.cancelled || ms <= 0) return 0;
    const startedAt = this.clock.now();
    await new Promise<void>((resolve) => {
      this.resolve = resolve;
      // A wait without end is one that only cancel() ends.
      if (ms !== Number.POSITIVE_INFINITY) this.timer = this.clock.after(ms, this.wake);
    });
    // What a busy thread took longer was not asked for.
    return Math.min(ms, this.clock.now() - startedAt);
  }

  /** Ends the present wait, and every later one before it begins. */
  cancel(): void {
    this.cancelled = true;
    this.timer?.cancel();
    this.wake();
  }
}
