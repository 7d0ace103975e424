import { expect, test } from 'vitest';
import { TextPool } from './text-pool.ts';

test('a text is given back as it was, short or long, known or not', () => {
  const pool = new TextPool();
  const long = 'x'.repeat(10_000);
  for (const text of ['', 'debug', 'debug', long, long]) expect(pool.shared(text)).toBe(text);
  expect(pool.size).toBe(2);
});

test('a pool never grows beyond its bound and goes on to share what comes after', () => {
  const pool = new TextPool(10);
  for (let i = 0; i < 1_000; i++) {
    expect(pool.shared(`text ${i}`)).toBe(`text ${i}`);
    expect(pool.size).toBeLessThanOrEqual(10);
  }
  const before = pool.size;
  pool.shared('text 999');
  expect(pool.size).toBe(before);
});
