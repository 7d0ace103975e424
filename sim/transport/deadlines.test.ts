import { describe, expect, test } from 'vitest';
import { Deadlines, type Expirable } from './deadlines.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

class Entry implements Expirable {
  dueAtMs = 0;
  earlier: Expirable | undefined = undefined;
  later: Expirable | undefined = undefined;
  readonly expiredAt: number[] = [];
  private readonly clock: VirtualClock;
  private readonly onExpire: () => void;

  constructor(clock: VirtualClock, onExpire: () => void = () => undefined) {
    this.clock = clock;
    this.onExpire = onExpire;
  }

  expire(): void {
    this.expiredAt.push(this.clock.now());
    this.onExpire();
  }
}

describe('deadlines', () => {
  test('expire each entry once, its own length after it was added', async () => {
    const clock = new VirtualClock();
    const deadlines = new Deadlines(clock, 100);
    const entries = [new Entry(clock), new Entry(clock), new Entry(clock)];
    for (const entry of entries) {
      deadlines.add(entry);
      await clock.advance(30);
    }
    await clock.advance(1_000);
    expect(entries.map(({ expiredAt }) => expiredAt)).toEqual([[100], [130], [160]]);
  });

  test('need one timer for any number of entries, and none for no entry', () => {
    const clock = new VirtualClock();
    const deadlines = new Deadlines(clock, 100);
    const entries = Array.from({ length: 1_000 }, () => new Entry(clock));
    for (const entry of entries) deadlines.add(entry);
    expect(clock.timers).toBe(1);
    for (const entry of entries) deadlines.remove(entry);
    expect(clock.timers).toBe(0);
  });

  test('leave alone what was removed: first, last, in the middle, twice, or never added', async () => {
    const clock = new VirtualClock();
    const deadlines = new Deadlines(clock, 100);
    const entries = Array.from({ length: 5 }, () => new Entry(clock));
    for (const entry of entries) deadlines.add(entry);
    for (const i of [2, 0, 4, 2]) deadlines.remove(entries[i]!);
    deadlines.remove(new Entry(clock));
    await clock.advance(100);
    expect(entries.map(({ expiredAt }) => expiredAt.length)).toEqual([0, 1, 0, 1, 0]);
  });

  test('an entry may be added again, also while another expires', async () => {
    const clock = new VirtualClock();
    const deadlines = new Deadlines(clock, 100);
    const second = new Entry(clock);
    const first = new Entry(clock, () => deadlines.add(second));
    deadlines.add(first);
    await clock.advance(60);
    const third = new Entry(clock);
    deadlines.add(third);
    await clock.advance(300);
    expect([first, second, third].map(({ expiredAt }) => expiredAt)).toEqual([[100], [200], [160]]);
    expect(clock.timers).toBe(0);
  });
});
