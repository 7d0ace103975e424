import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimingWheel } from './timing-wheel.ts';

const ITEMS = 12;

/** What the wheel is to do, done without one. */
class Model {
  private readonly entries = new Map<
    number,
    { readonly dueAt: number; readonly from: number; order: number }
  >();
  private added = 0;

  add(item: number, dueAt: number, now: number): void {
    this.entries.set(item, { dueAt, from: Math.max(Math.ceil(dueAt), now), order: this.added++ });
  }

  remove(item: number): void {
    this.entries.delete(item);
  }

  handOut(now: number): readonly (readonly [item: number, dueAt: number])[] {
    const due = [...this.entries]
      .filter(([, { dueAt }]) => dueAt <= Math.floor(now))
      .sort(([, a], [, b]) => a.from - b.from || a.order - b.order);
    for (const [item] of due) this.entries.delete(item);
    return due.map(([item, { dueAt }]) => [item, dueAt]);
  }

  get size(): number {
    return this.entries.size;
  }

  get earliest(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.entries.values()].map(({ dueAt }) => dueAt));
  }
}

function allDue(wheel: TimingWheel, now: number): (readonly [item: number, dueAt: number])[] {
  const due: (readonly [number, number])[] = [];
  wheel.handOut(now, (item, dueAt) => due.push([item, dueAt]) > 0);
  return due;
}

type Step =
  | { readonly kind: 'add'; readonly item: number; readonly inMs: number }
  | { readonly kind: 'remove'; readonly item: number }
  | { readonly kind: 'pass'; readonly ms: number };

const item = fc.integer({ min: 0, max: ITEMS - 1 });
/** Some within a round of 256 ms, some rounds later, some overdue, some in fractions. */
const inMs = fc.oneof(
  fc.integer({ min: -20, max: 300 }),
  fc.integer({ min: 0, max: 5_000 }),
  fc.double({ min: 0, max: 50, noNaN: true }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), item, inMs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), item }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.oneof(
        fc.constant(0),
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 0, max: 3, noNaN: true }),
      ),
    }),
  },
);

describe('a timing wheel', () => {
  test('hands out exactly what is due, in the order of milliseconds and within one in that of adding', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 700 }), fc.array(step, { maxLength: 120 }), (start, steps) => {
        const wheel = new TimingWheel(ITEMS, start);
        const model = new Model();
        let now = start;
        for (const one of steps) {
          if (one.kind === 'add') {
            wheel.add(one.item, now + one.inMs);
            model.add(one.item, now + one.inMs, Math.floor(now));
          } else if (one.kind === 'remove') {
            wheel.remove(one.item);
            model.remove(one.item);
          } else {
            now += one.ms;
            expect(allDue(wheel, now)).toEqual(model.handOut(now));
          }
          expect(wheel.size).toBe(model.size);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('is never asked too late by who looks again at the time it names', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(item, inMs), { minLength: 1, maxLength: 30 }), (entries) => {
        const wheel = new TimingWheel(ITEMS, 0);
        const model = new Model();
        for (const [one, ms] of entries) {
          wheel.add(one, ms);
          model.add(one, ms, 0);
        }
        let last = Number.NEGATIVE_INFINITY;
        for (let looks = 0; wheel.size > 0; looks++) {
          const time = wheel.nextTime();
          expect(time).toBeGreaterThanOrEqual(last);
          expect(time).toBeLessThanOrEqual(Math.max(0, Math.ceil(model.earliest)));
          expect(looks).toBeLessThan(200);
          expect(allDue(wheel, time)).toEqual(model.handOut(time));
          last = time;
        }
        expect(wheel.nextTime()).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });

  test('goes on where it was stopped, with what was added and removed meanwhile', () => {
    const wheel = new TimingWheel(6, 0);
    for (const one of [0, 1, 2, 3]) wheel.add(one, 10);
    const taken: number[] = [];
    const takeOne = (one: number): boolean => taken.push(one) < 0;
    wheel.handOut(10, takeOne);
    wheel.remove(1);
    wheel.add(4, 10);
    expect(wheel.nextTime()).toBe(10);
    wheel.handOut(10, takeOne);
    wheel.add(0, 5);
    expect(allDue(wheel, 10).map(([one]) => one)).toEqual([3, 4, 0]);
    expect(taken).toEqual([0, 2]);
    wheel.add(5, 10);
    expect([wheel.nextTime(), allDue(wheel, 10)]).toEqual([10, [[5, 10]]]);
  });

  test('lets who takes an item put it in again and take others out', () => {
    const wheel = new TimingWheel(3, 0);
    for (const one of [0, 1, 2]) wheel.add(one, 1);
    const taken: number[] = [];
    wheel.handOut(1, (one) => {
      wheel.add(one, 2);
      wheel.remove(1);
      return taken.push(one) > 0;
    });
    expect(taken).toEqual([0, 2]);
    expect(allDue(wheel, 2)).toEqual([
      [0, 2],
      [2, 2],
    ]);
  });

  test('after a standstill of many rounds hands out everything once', () => {
    const wheel = new TimingWheel(200, 0);
    for (let one = 0; one < 200; one++) wheel.add(one, one * 37);
    expect(allDue(wheel, 1e9).length).toBe(200);
    expect(wheel.size).toBe(0);
    wheel.add(7, 1e9 + 3);
    expect([wheel.nextTime(), allDue(wheel, 1e9 + 2), allDue(wheel, 1e9 + 3)]).toEqual([
      1e9 + 3,
      [],
      [[7, 1e9 + 3]],
    ]);
  });

  test('passes over a crowd of a later round in portions', () => {
    const crowd = 60_000;
    const wheel = new TimingWheel(crowd + 1, 0);
    const round = 65_536;
    for (let one = 0; one < crowd; one++) wheel.add(one, round + 5);
    wheel.add(crowd, 5);
    let portions = 0;
    const due: number[] = [];
    while (due.length === 0) {
      portions++;
      expect(wheel.nextTime()).toBeLessThanOrEqual(5);
      wheel.handOut(5, (one) => due.push(one) > 0);
    }
    expect([due, portions]).toEqual([[crowd], 4]);
    expect(wheel.size).toBe(crowd);
  });
});
