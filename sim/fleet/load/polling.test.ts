import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PollingLoad } from './polling.ts';

const HOUR_MS = 3_600_000;

function timesOf(load: PollingLoad, device: number, endMs: number): readonly number[] {
  const times: number[] = [];
  for (let at = load.firstMs(device); at < endMs; at = load.nextMs(device, at)) times.push(at);
  return times;
}

describe('a timetable', () => {
  test('without jitter is exact: one time a period, a period apart', () => {
    const load = new PollingLoad({ periodMs: 480_000, jitter: 0 }, 1);
    for (const device of [0, 1, 4_711, 9_999_999]) {
      const times = timesOf(load, device, 10 * HOUR_MS);
      expect(times.length).toBe(75);
      times.forEach((at, k) => expect(at).toBeCloseTo((times[0] ?? 0) + k * 480_000, 5));
      expect(times[0]).toBeLessThan(480_000);
    }
  });

  test('stays within its jitter around the multiples of the period, and uses all of it', () => {
    const exact = new PollingLoad({ periodMs: 1_000, jitter: 0 }, 3);
    const load = new PollingLoad({ periodMs: 1_000, jitter: 0.1 }, 3);
    const offsets = [5, 6].flatMap((device) =>
      timesOf(load, device, 2_000_000).map((at) => {
        const offset = (at - exact.firstMs(device)) % 1_000;
        return offset > 500 ? offset - 1_000 : offset;
      }),
    );
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(-100.001);
    expect(Math.min(...offsets)).toBeLessThan(-95);
    expect(Math.max(...offsets)).toBeLessThanOrEqual(100.001);
    expect(Math.max(...offsets)).toBeGreaterThan(95);
    const mean = offsets.reduce((sum, offset) => sum + offset, 0) / offsets.length;
    // 4 standard deviations of the mean of as many uniform offsets.
    expect(Math.abs(mean)).toBeLessThan((4 * 100) / Math.sqrt(3 * offsets.length));
  });

  test('is asked for the first time after any moment, and gives just that', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000 }),
        fc.double({ min: 1, max: 100_000, noNaN: true }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        (device, periodMs, jitter, periods) => {
          const load = new PollingLoad({ periodMs, jitter }, 11);
          const all = timesOf(load, device, 25 * periodMs);
          all.slice(1).forEach((at, i) => expect(at).toBeGreaterThan(all[i] ?? 0));
          const after = periods * periodMs;
          expect(load.nextMs(device, after)).toBe(all.find((at) => at > after));
          expect(load.returnMs(device, after)).toBe(load.nextMs(device, after));
          expect(load.firstMs(device)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  test.each([0, 0.1, 0.5])(
    'of a fleet asks for the same rate from the first second on (jitter %f)',
    (jitter) => {
      const load = new PollingLoad({ periodMs: 100_000, jitter }, 5);
      const counts = new Array<number>(20).fill(0);
      for (let device = 0; device < 20_000; device++)
        for (const at of timesOf(load, device, 200_000)) counts[Math.floor(at / 10_000)]!++;
      // 2,000 a stretch; 4 standard deviations were they independent.
      for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(4 * Math.sqrt(2_000));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(39_500);
    },
  );

  test('follows from the seed and the device alone, and another seed gives another', () => {
    const times = (seed: number): readonly number[] => {
      const load = new PollingLoad({ periodMs: 1_000, jitter: 0.1 }, seed);
      return [2, 1, 0].map((device) => load.firstMs(device));
    };
    expect(times(1)).toEqual(times(1));
    expect(times(1)).not.toEqual(times(2));
  });

  test.each([
    [0, 0.1],
    [Number.NaN, 0.1],
    [1_000, 0.51],
    [1_000, -0.1],
  ])('is refused with a period of %f ms and a jitter of %f', (periodMs, jitter) => {
    expect(() => new PollingLoad({ periodMs, jitter }, 1)).toThrow(RangeError);
  });
});
