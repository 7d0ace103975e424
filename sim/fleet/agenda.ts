/** When which of a shard's devices is to start a session: a timing wheel, and one timer for what comes next. */
import { type Clock, type Timer } from '../transport/clock.ts';
import { type Segment } from './segment.ts';
import { TimingWheel } from './timing-wheel.ts';

/** Devices handed out before the event loop gets its turn. */
const MOST_AT_ONCE = 128;

/** Each device has one entry at most: a new one takes the place of the old. */
export class Agenda {
  private readonly clock: Clock;
  private readonly onDue: (device: number, dueAt: number) => void;
  private readonly wheel: TimingWheel;
  private readonly first: number;
  private alarm: Timer | undefined;
  private alarmAt = Number.POSITIVE_INFINITY;
  private open = false;

  /** `onDue` is called for a device of the segment when its time has come, and told that time. */
  constructor(clock: Clock, { first, end }: Segment, onDue: (device: number, dueAt: number) => void) {
    this.clock = clock;
    this.first = first;
    this.wheel = new TimingWheel(end - first, clock.now());
    this.onDue = onDue;
  }

  /** Enters a device; `at` is the clock's time in ms. */
  add(at: number, device: number): void {
    this.wheel.add(device - this.first, at);
    if (this.open && at < this.alarmAt) this.setAlarm(Math.ceil(at));
  }

  remove(device: number): void {
    this.wheel.remove(device - this.first);
  }

  /** Starts to hand out; what was entered before waits until now. */
  start(): void {
    this.open = true;
    this.setAlarm(this.wheel.nextTime());
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
      ? this.clock.after(Math.max(0, at - this.clock.now()), () => this.handOut())
      : undefined;
  }

  private handOut(): void {
    // Whoever is entered while others are handed out is seen when the next alarm is set.
    this.alarmAt = Number.NEGATIVE_INFINITY;
    let left = MOST_AT_ONCE;
    this.wheel.handOut(this.clock.now(), (item, dueAt) => {
      this.onDue(this.first + item, dueAt);
      return this.open && --left > 0;
    });
    if (this.open) this.setAlarm(this.wheel.nextTime());
  }
}
