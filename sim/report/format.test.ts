import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatMs, formatRate, formatShare, threeDigits } from './format.ts';

describe('formatting', () => {
  it.each([
    [0, '0 ms'],
    [0.0005, '0.500 µs'],
    [0.0123, '12.3 µs'],
    [0.9994, '999 µs'],
    [0.9996, '1.00 ms'],
    [1.234, '1.23 ms'],
    [9.999, '10.0 ms'],
    [123.4, '123 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [12_345, '12.3 s'],
    [119_000, '119 s'],
    [125_000, '2m 05s'],
    [7_199_600, '2h 00m'],
    [7_500_000, '2h 05m'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '0.977 KiB'],
    [4_718_592, '4.50 MiB'],
    [1_048_576_000, '0.977 GiB'],
    [5e15, '4,547 TiB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('keeps three significant digits, and whole numbers whole', () => {
    expect([0, 0.01234, 1.5, 12.345, 99.96, 999.6, 1_234.5, 1_234_567].map(threeDigits)).toEqual([
      '0',
      '0.0123',
      '1.50',
      '12.3',
      '100',
      '1,000',
      '1,235',
      '1,234,567',
    ]);
  });

  it('writes counts, rates and shares with their units', () => {
    expect([formatCount(1_234_567), formatRate(1_640.4), formatRate(0.25), formatShare(0.123)]).toEqual([
      '1,234,567',
      '1,640/s',
      '0.250/s',
      '12.3 %',
    ]);
  });
});
