import { describe, expect, test } from 'vitest';
import { median, spreadOf } from './statistics.ts';

describe('medians and quartiles', () => {
  test('of one value are that value', () => {
    expect(spreadOf([7])).toEqual({ median: 7, q1: 7, q3: 7, count: 1 });
  });

  test('lie between the nearest ranks, whatever the order of the values', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, q1: 1.75, q3: 3.25, count: 4 });
    expect(spreadOf([5, 1, 2, 4, 3])).toEqual({ median: 3, q1: 2, q3: 4, count: 5 });
  });

  test('one wild value does not move the median', () => {
    expect(median([10, 11, 12, 11, 900])).toBe(11);
  });

  test('do not exist without values, nor with one that is no number', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
    expect(() => spreadOf([1, Number.NaN])).toThrow(/finite/);
  });
});
