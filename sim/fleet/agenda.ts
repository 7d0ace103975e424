/** When which of a shard's devices is to start a session: the due queue, and one timer for the next of them. */
import { type Clock, type Timer } from '../transport/clock.ts';
import { DueQueue } from './due-queue.ts';
import { type Segment } from './segment.ts';

/** Devices handed out before the event loop gets its turn. */
const MOST_AT_ONCE = 128;

/** Each device has one entry at most: a new one takes the place of the old. */
export class Agenda {
  private readonly clock: Clock;
  private readonly onDue: (device: number) => void;
  private readonly queue = new DueQueue();
  private readonly first: number;
  /** The entry that counts, by device; others of it in the queue are void. */
  private readonly dueAt: Float64Array;
  private alarm: Timer | undefined;
  private open = false;

  /** `onDue` is called for a device of the segment when its time has come. */
  constructor(clock: Clock, { first, end }: Segment, onDue: (device: number) => void) {
    this.clock = clock;
    this.first = first;
    this.dueAt = new Float64Array(end - first).fill(Number.NaN);
    this.onDue = onDue;
  }

  /** Enters a device; `at` is the clock's time in ms. */
  add(at: number, device: number): void {
    const isNext = at < this.queue.nextTime;
    this.dueAt[device - this.first] = at;
    this.queue.push(at, device);
    if (isNext && this.open) this.setAlarm();
  }

  remove(device: number): void {
    this.dueAt[device - this.first] = Number.NaN;
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
    for (let i = 0; i < MOST_AT_ONCE && this.open && this.queue.nextTime <= now; i++) {
      const at = this.queue.nextTime;
      const device = this.queue.pop();
      if (this.dueAt[device - this.first] !== at) continue;
      this.remove(device);
      this.onDue(device);
    }
    if (this.open) this.setAlarm();
  }
}
