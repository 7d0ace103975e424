import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomInteger, randomStream, weightedIndex, type Random } from './random.ts';

function take(random: Random, count: number): readonly number[] {
  return Array.from({ length: count }, () => random.next());
}

/** A stream that gives what it was told to. */
function scripted(...values: readonly number[]): Random {
  let at = 0;
  return { next: () => values[at++] ?? 0 };
}

/** Pearson's correlation of two equally long rows. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (row: readonly number[]): number => row.reduce((sum, x) => sum + x, 0) / row.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [i, x] of a.entries()) {
    const [da, db] = [x - meanA, (b[i] ?? 0) - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}

describe('a random stream', () => {
  it('is the same for the same seed and path, whenever it is made', () => {
    expect(take(randomStream(7, 'latency', 12, 3), 100)).toEqual(
      take(randomStream(7, 'latency', 12, 3), 100),
    );
  });

  it('never changes between versions: runs with an old seed stay comparable', () => {
    // Computed by a model of the generator in Python, apart from the module.
    expect(take(randomStream(7, 'latency', 12, 3), 3).map((x) => x * 2 ** 32)).toEqual([
      1_636_465_857, 2_461_207_056, 4_023_914_844,
    ]);
  });

  it('stays in [0, 1) and spreads evenly', () => {
    const cells = new Array<number>(64).fill(0);
    const count = 64_000;
    for (const x of take(randomStream(1, 'spread'), count)) {
      expect(x >= 0 && x < 1).toBe(true);
      const cell = Math.floor(x * 64);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    const chiSquare = cells.reduce((sum, n) => sum + (n - count / 64) ** 2 / (count / 64), 0);
    // 63 degrees of freedom: beyond 120 lies less than one stream in 10,000.
    expect(chiSquare).toBeLessThan(120);
    expect(chiSquare).toBeGreaterThan(25);
  });

  it('is another one for another seed, seeds beyond 32 bits included', () => {
    const seeds = [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 52];
    expect(new Set(seeds.map((seed) => randomStream(seed, 'a').next())).size).toBe(seeds.length);
  });

  it('is another one wherever its path differs', () => {
    const paths: readonly (readonly (number | string)[])[] = [
      [],
      [0],
      [1],
      [0, 0],
      [0, 1],
      [1, 0],
      ['a'],
      ['b'],
      ['ab'],
      ['a', 'b'],
      ['b', 'a'],
      ['a', 0],
      ['a', 1],
      [0, 'a'],
    ];
    expect(new Set(paths.map((path) => randomStream(7, ...path).next())).size).toBe(paths.length);
  });

  it('has no likeness to that of the next device, the next session or another purpose', () => {
    const here = take(randomStream(7, 'latency', 100, 1), 10_000);
    for (const path of [
      ['latency', 101, 1],
      ['latency', 100, 2],
      ['ui', 100, 1],
    ])
      // Five standard deviations of independent rows.
      expect(Math.abs(correlation(here, take(randomStream(7, ...path), 10_000)))).toBeLessThan(0.05);
  });

  it('begins evenly over neighbouring devices, so that the first draw of each is a fair one', () => {
    const first = Array.from({ length: 20_000 }, (_, device) => randomStream(7, 'profile', device).next());
    const share = (below: number): number => first.filter((x) => x < below).length / first.length;
    for (const below of [0.1, 0.25, 0.5, 0.9]) expect(Math.abs(share(below) - below)).toBeLessThan(0.015);
    expect(Math.abs(correlation(first.slice(1), first.slice(0, -1)))).toBeLessThan(0.035);
  });
});

describe('a whole number', () => {
  it('lies in [0, below)', () => {
    expect(randomInteger(scripted(0), 6)).toBe(0);
    expect(randomInteger(scripted(0.999_999), 6)).toBe(5);
  });
});

describe('a weighted index', () => {
  it.each([
    [0, 0],
    [0.199, 0],
    [0.2, 2],
    [0.499, 2],
    [0.5, 3],
    [0.999, 3],
  ])('of the weights 2, 0, 3, 5 is for a draw of %d the index %d', (draw, index) => {
    expect(weightedIndex(scripted(draw), [2, 0, 3, 5])).toBe(index);
  });

  it('falls on each index with its share', () => {
    const random = randomStream(3, 'weights');
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) {
      const index = weightedIndex(random, [1, 2, 3]);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    for (const [i, weight] of [1, 2, 3].entries())
      expect(Math.abs((counts[i] ?? 0) / 30_000 - weight / 6)).toBeLessThan(0.012);
  });

  it('never is one without weight', () => {
    const weights = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 });
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(weights, draw, (row, x) => {
        fc.pre(row.some((weight) => weight > 0));
        expect(row[weightedIndex(scripted(x), row)]).toBeGreaterThan(0);
      }),
    );
  });

  it('is a slip of the caller without any positive weight', () => {
    expect(() => weightedIndex(scripted(0.5), [])).toThrow(RangeError);
    expect(() => weightedIndex(scripted(0.5), [0, 0])).toThrow(RangeError);
    expect(() => weightedIndex(scripted(0.5), [Number.NaN])).toThrow(RangeError);
  });
});
