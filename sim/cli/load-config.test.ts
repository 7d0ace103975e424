import { expect, test } from 'vitest';
import { parseArgv } from './argv.ts';
import { UsageError } from './exit-code.ts';
import { LOAD_OPTIONS, readLoad } from './load-config.ts';
import { OptionValues } from './option.ts';
import { type LoadSpec } from '../fleet/load/load-shape.ts';

function loadOf(...words: readonly string[]): LoadSpec {
  return readLoad(new OptionValues(LOAD_OPTIONS, parseArgv(words, LOAD_OPTIONS)), 60_000);
}

function refusalOf(...words: readonly string[]): string {
  try {
    loadOf(...words);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'no refusal';
}

test('without --every devices loop, with a ramp that is never longer than the run', () => {
  const thinkTime = { kind: 'exp', meanMs: 5_000 };
  expect(loadOf()).toEqual({ shape: 'closed', rampMs: 10_000, thinkTime });
  expect(loadOf('--ramp', '2m')).toEqual({ shape: 'closed', rampMs: 60_000, thinkTime });
});

test('with --every they have timetables, jittered by a tenth unless told otherwise', () => {
  expect(loadOf('--every', '8m')).toEqual({ shape: 'polling', periodMs: 480_000, jitter: 0.1 });
  expect(loadOf('--every', '90s', '--jitter', '0%')).toEqual({
    shape: 'polling',
    periodMs: 90_000,
    jitter: 0,
  });
});

test.each([
  [
    ['--every', '8m', '--think-time', '5s'],
    '--think-time: found together with --every, expected one of them: the next',
  ],
  [
    ['--every', '8m', '--ramp', '5s'],
    '--ramp: found together with --every, expected one of them: the devices',
  ],
  [['--jitter', '5%'], '--jitter: found without --every'],
  [['--every', '8m', '--jitter', '51%'], 'a share from 0% to 50%, such as 10%'],
  [['--every', '8m', '--jitter', 'much'], 'a share from 0% to 50%, such as 10%'],
  [['--every', '0'], '--every'],
  [['--every', 'often'], '--every'],
])('%j is refused, and it is said why', (words, why) => {
  expect(refusalOf(...words)).toContain(why);
});
