import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketIndex,
  BUCKETS,
  bucketUpperMs,
  HISTOGRAM_CELLS,
  type Histogram,
  histogramSince,
  LARGEST_MS,
  mergeHistograms,
  percentileMs,
  readHistogram,
  recordMs,
} from './histogram.ts';
import { latencyFigures } from './latency-figures.ts';

function histogramOf(values: readonly number[]): Histogram {
  const cells = new Float64Array(HISTOGRAM_CELLS);
  for (const value of values) recordMs(cells, 0, value);
  return readHistogram(cells, 0);
}

/** 1 µs … 2 h, each order of magnitude as likely as the others. */
const duration = fc.double({ min: Math.log(0.001), max: Math.log(7_200_000), noNaN: true }).map(Math.exp);

describe('the log-linear histogram', () => {
  it('keeps every percentile within 1 % of the value that sorting finds at the nearest rank', () => {
    fc.assert(
      fc.property(
        fc.array(duration, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 1_000 }),
        (values, permille) => {
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.ceil((permille * sorted.length) / 1_000) - 1]!;
          const told = percentileMs(histogramOf(values), permille / 1_000);
          expect(Math.abs(told - exact) / exact).toBeLessThan(0.01);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('knows count, sum and maximum exactly', () => {
    const histogram = histogramOf([0.5, 2, 1_234.567]);
    expect(histogram.count).toBe(3);
    expect(histogram.sumMs).toBe(0.5 + 2 + 1_234.567);
    expect(histogram.maxMs).toBe(1_234.567);
    expect(percentileMs(histogram, 1)).toBe(1_234.567);
  });

  it('answers 0 to everything while it is empty', () => {
    expect(latencyFigures(histogramOf([]))).toEqual({
      p50: 0,
      p90: 0,
      p95: 0,
      p99: 0,
      p999: 0,
      max: 0,
      count: 0,
    });
  });

  it('takes the first value for any percentile when it has only that one', () => {
    const one = histogramOf([7.3]);
    expect([0, 0.5, 0.999, 1].map((q) => percentileMs(one, q))).toEqual([7.3, 7.3, 7.3, 7.3]);
  });

  it('finds the nearest rank where the product of share and count is not exact in binary', () => {
    const values = Array.from({ length: 100 }, (_, i) => 2 ** (i / 6));
    // 0.07 × 100 is 7.000000000000001 in doubles; rank 7 is meant, which is 2.
    expect(percentileMs(histogramOf(values), 0.07)).toBeCloseTo(2, 1);
    expect(Math.abs(percentileMs(histogramOf(values), 0.07) - 2)).toBeLessThan(0.02);
  });

  it('puts the upper edge of a bucket into that bucket and the next larger number into the next', () => {
    for (let i = 0; i < BUCKETS - 1; i++) {
      const edge = bucketUpperMs(i);
      expect(bucketIndex(edge)).toBe(i);
      expect(bucketIndex(edge * (1 + Number.EPSILON))).toBe(i + 1);
    }
  });

  it('has 1, 2.5, 5, 10, 25, 50, 100, 250, 500 ms and 1, 2, 4 … 64 s as edges', () => {
    const round = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000];
    expect(round.map((ms) => bucketUpperMs(bucketIndex(ms)))).toEqual(round);
  });

  it('covers less than a microsecond and more than two hours with their exact maximum', () => {
    expect(percentileMs(histogramOf([0.0001, 0.0002, 5]), 0.5)).toBeLessThan(0.001);
    const days = histogramOf([LARGEST_MS * 2, LARGEST_MS * 20]);
    expect(days.count).toBe(2);
    expect(percentileMs(days, 0.5)).toBe(LARGEST_MS * 20);
  });

  it('counts what is negative or no number as 0 and keeps its sum', () => {
    const histogram = histogramOf([-5, Number.NaN, 3]);
    expect(histogram).toMatchObject({ count: 3, sumMs: 3, maxMs: 3 });
    expect(histogram.buckets[bucketIndex(0)]).toBe(2);
  });

  it('is the same merged from parts as recorded at once', () => {
    fc.assert(
      fc.property(fc.array(fc.array(duration, { maxLength: 50 }), { maxLength: 5 }), (parts) => {
        const merged = mergeHistograms(parts.map(histogramOf));
        const whole = histogramOf(parts.flat());
        expect(merged.buckets).toEqual(whole.buckets);
        expect(merged.count).toBe(whole.count);
        expect(merged.maxMs).toBe(whole.maxMs);
        expect(merged.sumMs).toBeCloseTo(whole.sumMs, 3);
      }),
    );
  });

  it('stays in its region', () => {
    const cells = new Float64Array(HISTOGRAM_CELLS + 2);
    recordMs(cells, 1, 0);
    recordMs(cells, 1, Number.POSITIVE_INFINITY);
    recordMs(cells, 1, 1e12);
    expect(cells[0]).toBe(0);
    expect(cells[HISTOGRAM_CELLS + 1]).toBe(0);
    expect(readHistogram(cells, 1).count).toBe(3);
  });

  it('tells the values of a window between two readings, its maximum to a bucket', () => {
    const before = histogramOf([1, 500]);
    const after = histogramOf([1, 500, 20, 30]);
    const window = histogramSince(after, before);
    expect(window.count).toBe(2);
    expect(window.sumMs).toBe(50);
    expect(window.maxMs).toBeGreaterThanOrEqual(30);
    expect(window.maxMs).toBeLessThan(30.5);
    expect(histogramSince(after, after)).toMatchObject({ count: 0, sumMs: 0, maxMs: 0 });
  });
});
