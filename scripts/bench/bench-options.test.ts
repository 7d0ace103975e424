import { expect, test } from 'vitest';
import { UsageError } from '../../sim/cli/exit-code.ts';
import { ROW_IDS } from './benchmark.ts';
import { BENCH_HELP, readBenchOptions } from './bench-options.ts';

test('without options everything is measured, six times', () => {
  expect(readBenchOptions([])).toMatchObject({ only: ROW_IDS, quick: false, rounds: 6, patienceMs: 300_000 });
});

test('a quick run makes two rounds unless it is told otherwise', () => {
  expect(readBenchOptions(['--quick']).rounds).toBe(2);
  expect(readBenchOptions(['--quick', '--rounds', '4']).rounds).toBe(4);
});

test('rows are named by their letters, each once', () => {
  expect(readBenchOptions(['--only', 'c, a,c']).only).toEqual(['c', 'a']);
});

test('what is wrong is said with its place', () => {
  const wrong =
    (...argv: string[]): (() => unknown) =>
    () =>
      readBenchOptions(argv);
  expect(wrong('--only', 'a,z')).toThrow(
    new UsageError('--only: expected one of a, b, c, d, e, f, g, h, i, j, k, l, found "z"'),
  );
  expect(wrong('--only', '')).toThrow(/--only: expected one of/);
  expect(wrong('--rounds', '3')).toThrow(/even number of rounds/);
  expect(wrong('--rounds', '0')).toThrow(/--rounds: expected a whole number from 2/);
  expect(wrong('--json')).toThrow(/--json FILE/);
  expect(wrong('--quik')).toThrow(/did you mean --quick/);
  expect(wrong('a')).toThrow(UsageError);
});

test('the help names every option', () => {
  for (const name of [
    'only',
    'list',
    'quick',
    'rounds',
    'patience',
    'pin',
    'json',
    'markdown',
    'cpu-profile',
  ])
    expect(BENCH_HELP).toContain(`--${name}`);
});
