import { expect, it } from 'vitest';
import { phaseAt } from './run-phase.ts';

it('a run ramps, is under load from the end of the ramp on, and drains from its duration on', () => {
  const run = { rampMs: 1_000, durationMs: 5_000 };
  expect([0, 999, 1_000, 4_999, 5_000, 9_000].map((ms) => phaseAt(run, ms))).toEqual([
    'ramp',
    'ramp',
    'load',
    'load',
    'drain',
    'drain',
  ]);
});

it('a run whose ramp is all of it has no load phase', () => {
  const run = { rampMs: 5_000, durationMs: 5_000 };
  expect([4_999, 5_000].map((ms) => phaseAt(run, ms))).toEqual(['ramp', 'drain']);
});
