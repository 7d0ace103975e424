import fc from 'fast-check';
import { expect, test } from 'vitest';
import { segment, shardOf } from './segment.ts';

test('99 devices over 4 shards are all given out, 24 or 25 each', () => {
  const sizes = [0, 1, 2, 3].map((i) => segment(i, 4, 99)).map(({ first, end }) => end - first);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(99);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBe(1);
});

test('segments adjoin, cover everything and differ by one at most, and shardOf agrees with them', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (count, size, at) => {
        let next = 0;
        let least = Number.POSITIVE_INFINITY;
        let most = 0;
        for (let i = 0; i < count; i++) {
          const { first, end } = segment(i, count, size);
          expect(first).toBe(next);
          next = end;
          least = Math.min(least, end - first);
          most = Math.max(most, end - first);
        }
        expect(next).toBe(size);
        expect(most - least).toBeLessThanOrEqual(1);
        const thing = Math.floor(at * size);
        const { first, end } = segment(shardOf(thing, count, size), count, size);
        expect(thing >= first && thing < end).toBe(true);
      },
    ),
  );
});
