import { expect, test } from 'vitest';
import { rampOffsetMs } from './ramp.ts';

const offsets = (devices: number, rampMs: number): number[] =>
  Array.from({ length: devices }, (_, device) => rampOffsetMs(device, rampMs)).sort((a, b) => a - b);

test('device 0 starts at once and all others within the ramp', () => {
  expect(rampOffsetMs(0, 10_000)).toBe(0);
  const all = offsets(5_000, 10_000);
  expect(all[0]).toBe(0);
  expect(all.at(-1)).toBeLessThan(10_000);
  expect(new Set(all).size).toBe(5_000);
});

test('first sessions come at an even rate', () => {
  for (const share of [0.1, 0.25, 0.5, 0.9]) {
    const started = offsets(10_000, 1_000).filter((ms) => ms < share * 1_000).length;
    expect(started / 10_000).toBeCloseTo(share, 2);
  }
});

test('without a ramp everyone starts at once', () => {
  expect(offsets(10, 0)).toEqual(new Array(10).fill(0));
});
