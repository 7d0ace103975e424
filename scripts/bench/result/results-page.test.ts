import { describe, expect, test } from 'vitest';
import { BENCH_FORM, type BenchResult, type RowResult } from './result-schema.ts';
import { resultsPage } from './results-page.ts';
import { terminalResult } from './terminal-result.ts';

const measured: RowResult = {
  id: 'a',
  title: 'CPU of a thing',
  notes: ['One | note.'],
  outcome: {
    kind: 'measured',
    readings: [
      {
        ...{ key: 'a.cpu', what: 'CPU per thing', unit: 'µs', better: 'less', floor: 26, goal: 18 },
        ...{ spread: { median: 20.04, q1: 19, q3: 21.5, count: 6 }, portable: false, verdict: 'met floor' },
      },
    ],
    ...{ disturbed: 0, samples: 6 },
  },
};
const result = (...rows: RowResult[]): BenchResult => ({
  ...{ schema: 1, tool: 'dm-swarm bench', date: '2026-11-22T20:00:00.000Z', rows, samples: [] },
  machine: {
    cpu: 'A CPU',
    cores: 2,
    memoryGiB: 24,
    kernel: '6.1',
    versions: { node: '20.20.2' },
    commit: 'abc',
  },
  method: {
    ...{
      quick: false,
      rounds: 6,
      warmUpMs: 3_000,
      warmUpCount: 50_000,
      windowMs: 5_000,
      pinned: false,
      mostForeignCores: 0.1,
    },
    ...{ waitedMs: 12_000, discarded: 3, durationMs: 60_000 },
  },
});

describe('the results page', () => {
  test('has a line a reading with bounds, figure, spread and verdict', () => {
    expect(resultsPage(result(measured))).toContain(
      '| a | CPU per thing | ≤ 26.0 µs | ≤ 18.0 µs | 20.0 µs | 19.0 … 21.5 | met floor |',
    );
  });

  test('names the machine, the date, what was discarded and what was waited', () => {
    const page = resultsPage(result(measured));
    for (const part of [
      '2026-11-22',
      '2 cores of A CPU',
      'node 20.20.2',
      'abc',
      ': 3 were, and 12 s were waited',
    ])
      expect(page).toContain(part);
  });

  test('says why a row has no figure', () => {
    const page = resultsPage(
      result(
        { ...measured, outcome: { kind: 'skipped', reason: 'no wrk' } },
        { ...measured, id: 'b', outcome: { kind: 'failed', reason: 'two\nlines' } },
      ),
    );
    expect(page).toContain('| a | CPU of a thing |  |  | – |  | skipped: no wrk |');
    expect(page).toContain('| b | CPU of a thing |  |  | – |  | failed: two lines |');
  });

  test('says so when the machine was not quiet', () => {
    const noisy: RowResult = {
      ...measured,
      outcome: { ...measured.outcome, disturbed: 2 } as RowResult['outcome'],
    };
    expect(resultsPage(result(noisy))).toMatch(/Not a quiet machine.*: 2 measurements/);
    expect(resultsPage(result(measured))).not.toContain('Not a quiet machine');
  });
});

test('the terminal shows the same cells in columns', () => {
  const lines = terminalResult(result(measured));
  expect(lines.find((line) => line.startsWith('a  CPU per thing'))).toMatch(
    /≤ 26\.0 µs +≤ 18\.0 µs +20\.0 µs +19\.0 … 21\.5 +met floor$/,
  );
});

test('a quick run shows what it was compared with', () => {
  const [first] = measured.outcome.kind === 'measured' ? measured.outcome.readings : [];
  const compared = { ...first!, recorded: 8, grosslyWorse: true };
  const row: RowResult = {
    ...measured,
    outcome: { kind: 'measured', readings: [compared], disturbed: 0, samples: 2 },
  };
  expect(terminalResult(result(row)).join('\n')).toContain('met floor, GROSSLY WORSE than 8.00 µs');
});

test('a result as it is written passes its own schema', () => {
  expect(BENCH_FORM.parse(JSON.parse(JSON.stringify(result(measured))))).toEqual(result(measured));
});
