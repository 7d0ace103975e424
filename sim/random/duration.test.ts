import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration.ts';

describe('a duration', () => {
  it.each([
    ['0', 0],
    ['0ms', 0],
    ['500ms', 500],
    ['1.5s', 1_500],
    ['30s', 30_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['30d', 2_592_000_000],
    [' 5s ', 5_000],
  ])('%j is %d ms', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: ms });
  });

  it.each([
    '',
    '5',
    '-5s',
    '+5s',
    '1e3ms',
    '5 s',
    '5S',
    '5sec',
    's',
    '.5s',
    '5.s',
    '1h30m',
    '31d',
    'NaNms',
    'Infinitys',
  ])('%j is none', (text) => {
    expect(parseDuration(text, '--think-time')).toMatchObject({
      ok: false,
      fault: { code: 'duration_invalid', path: '--think-time' },
    });
  });
});
