/** When which of a shard's devices is to start a session: the due queue, and one timer for the next of them. */
import { type Clock, type Timer } from '../transport/clock.ts';
import { DueQueue } from './due-queue.ts';

/** Devices handed out before the event loop gets its turn. */
const MOST_AT_ONCE = 128;

export class Agenda {
  private readonly clock: Clock;
  private readonly onDue: (device: number) => void;
  private readonly queue = new DueQueue();
  private alarm: Timer | undefined;
  private open = false;

  /** `onDue` is called for each device when its time has come, once per entry. */
  constructor(clock: Clock, onDue: (device: number) => void) {
    this.clock = clock;
    this.onDue = onDue;
  }

  /** Enters a device; `at` is the clock's time in ms. */
  add(at: number, device: number): void {
    const isNext = at < this.queue.nextTime;
    this.queue.push(at, device);
    if (isNext && this.open) this.setAlarm();
  }

  /** Starts to hand out; what was entered before waits until now. */
  start(): void {
    this.open = true;
    this.setAlarm();
  }

  /** Hands out nothing more. */
  stop(): void {
    this.open = false;
    this.alarm?.cancel();
  }

  private setAlarm(): void {
    this.alarm?.cancel();
    if (this.queue.size === 0) return;
    this.alarm = this.clock.after(Math.max(0, this.queue.nextTime - this.clock.now()), () => this.handOut());
  }

  private handOut(): void {
    const now = this.clock.now();
    for (let i = 0; i < MOST_AT_ONCE && this.open && this.queue.nextTime <= now; i++)
      this.onDue(this.queue.pop());
    if (this.open) this.setAlarm();
  }
}
