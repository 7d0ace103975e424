import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeviceSlice } from './device-slice.ts';

describe('slices of devices', () => {
  it('have every device exactly once, and differ in size by one at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 500 }), (vus, devices) => {
        const slices = Array.from({ length: vus }, (_, i) => new DeviceSlice(i + 1, vus, devices));
        const all = slices.flatMap((slice) => Array.from({ length: slice.size }, (_, n) => slice.device(n)));
        expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: devices }, (_, i) => i));
        const sizes = slices.map(({ size }) => size);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('begin again behind their last device', () => {
    const slice = new DeviceSlice(2, 3, 8);
    expect([0, 1, 2, 3, 4].map((n) => slice.device(n))).toEqual([1, 4, 7, 1, 4]);
  });

  it('are for the VUs that there are', () => {
    expect(() => new DeviceSlice(4, 3, 8)).toThrow('VU 4 of 3');
    expect(() => new DeviceSlice(0, 3, 8)).toThrow(RangeError);
  });
});
