/** When which of a shard's devices is to start a session: a timing wheel, and one timer for what comes next. Times are in ms since the start of the run. */
import { type Clock, type Timer } from '../transport/clock.ts';
import { type Segment } from './segment.ts';
import { TimingWheel } from './timing-wheel.ts';

/** Devices handed out before the event loop gets its turn. */
const MOST_AT_ONCE = 128;

/** Each device has one entry at most: a new one takes the place of the old. */
export class Agenda {
  private readonly clock: Clock;
  private readonly onDue: (device: number, dueMs: number) => void;
  private readonly wheel: TimingWheel;
  private readonly first: number;
  private alarm: Timer | undefined;
  private alarmAt = Number.POSITIVE_INFINITY;
  private open = false;
  /** The clock's time at which the run began. */
  private startedAt = 0;

  /** `onDue` is called for a device of the segment when its time has come, and told that time. */
  constructor(clock: Clock, { first, end }: Segment, onDue: (device: number, dueMs: number) => void) {
    this.clock = clock;
    this.first = first;
    this.wheel = new TimingWheel(end - first, 0);
    this.onDue = onDue;
  }

  /** Enters a device. */
  add(dueMs: number, device: number): void {
    this.wheel.add(device - this.first, dueMs);
    if (this.open && dueMs < this.alarmAt) this.setAlarm(Math.ceil(dueMs));
  }

  remove(device: number): void {
    this.wheel.remove(device - this.first);
  }

  /** Starts to hand out; what was entered before waits until now. `startedAt`: when the run began, by the clock. */
  start(startedAt: number): void {
    this.startedAt = startedAt;
    this.open = true;
    this.setAlarm(this.wheel.nextTime());
  }

  /** Since the start of the run, in ms. */
  now(): number {
    return this.clock.now() - this.startedAt;
  }

  /** Takes out, with its time, every device that is due at `nowMs` and is not handed out yet. */
  takeOverdue(nowMs: number, take: (device: number, dueMs: number) => void): void {
    while (this.wheel.nextTime() <= nowMs)
      this.wheel.handOut(nowMs, (item, dueMs) => {
        take(this.first + item, dueMs);
        return true;
      });
  }

  /** Hands out nothing more. */
  stop(): void {
    this.open = false;
    this.setAlarm(Number.POSITIVE_INFINITY);
  }

  private setAlarm(at: number): void {
    this.alarm?.cancel();
    this.alarmAt = at;
    this.alarm = Number.isFinite(at)
      ? this.clock.after(Math.max(0, at - this.now()), () => this.handOut())
      : undefined;
  }

  private handOut(): void {
    // Whoever is entered while others are handed out is seen when the next alarm is set.
    this.alarmAt = Number.NEGATIVE_INFINITY;
    let left = MOST_AT_ONCE;
    this.wheel.handOut(this.now(), (item, dueMs) => {
      this.onDue(this.first + item, dueMs);
      return this.open && --left > 0;
    });
    if (this.open) this.setAlarm(this.wheel.nextTime());
  }
}
