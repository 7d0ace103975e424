import { describe, expect, test } from 'vitest';
import { type Reading } from '../benchmark.ts';
import { isGrosslyWorse, verdictOf } from './verdict.ts';

const reading = (median: number, more: Partial<Reading> = {}): Reading => ({
  ...{ key: 'x', what: 'x', unit: 'µs', better: 'less', portable: true },
  spread: { median, q1: median, q3: median, count: 1 },
  ...more,
});

describe('a verdict', () => {
  test('says what was reached where less is better, the bound itself included', () => {
    const bounds = { floor: 26, goal: 18 };
    expect([17, 18, 19, 26, 27].map((median) => verdictOf(reading(median, bounds)))).toEqual([
      ...['met goal', 'met goal', 'met floor', 'met floor', 'below floor'],
    ]);
  });

  test('says what was reached where more is better', () => {
    const bounds = { floor: 1.1, goal: 1.6, better: 'more' } as const;
    expect([2, 1.6, 1.2, 1.1, 1].map((median) => verdictOf(reading(median, bounds)))).toEqual([
      ...['met goal', 'met goal', 'met floor', 'met floor', 'below floor'],
    ]);
  });

  test('knows a floor or a goal alone, and figures without either', () => {
    expect(verdictOf(reading(5, { goal: 6 }))).toBe('met goal');
    expect(verdictOf(reading(7, { goal: 6 }))).toBe('below floor');
    expect(verdictOf(reading(7, { floor: 8 }))).toBe('met floor');
    expect(verdictOf(reading(7))).toBe('no goal');
  });
});

test('a quick run fails only for what is worse by more than noise can make it', () => {
  expect(isGrosslyWorse(reading(19), 10)).toBe(false);
  expect(isGrosslyWorse(reading(21), 10)).toBe(true);
  expect(isGrosslyWorse(reading(6, { better: 'more' }), 10)).toBe(false);
  expect(isGrosslyWorse(reading(4, { better: 'more' }), 10)).toBe(true);
});
