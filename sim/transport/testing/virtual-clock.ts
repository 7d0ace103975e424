/** Time that passes only when a test says so. */
import { type Clock, type Timer } from '../clock.ts';

interface PendingTimer {
  readonly atMs: number;
  readonly call: () => void;
}

export class VirtualClock implements Clock {
  private nowMs = 0;
  private pending: PendingTimer[] = [];

  now(): number {
    return this.nowMs;
  }

  after(ms: number, call: () => void): Timer {
    const timer: PendingTimer = { atMs: this.nowMs + ms, call };
    this.pending.push(timer);
    return { cancel: () => (this.pending = this.pending.filter((other) => other !== timer)) };
  }

  /** Timers that are armed. */
  get timers(): number {
    return this.pending.length;
  }

  /** When the next timer is due. */
  nextDueMs(): number | undefined {
    return this.pending.length === 0 ? undefined : Math.min(...this.pending.map(({ atMs }) => atMs));
  }

  /** Lets time pass; timers run in the order they are due, and promises settle after each. */
  async advance(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    await settled();
    for (;;) {
      const next = this.pending.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.pending = this.pending.filter((timer) => timer !== next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.call();
      await settled();
    }
    this.nowMs = endMs;
  }

  /** Time passes without any timer being looked at, as while the thread is busy. */
  spend(ms: number): void {
    this.nowMs += ms;
  }
}

/** Lets all promises settle that can without time passing. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
