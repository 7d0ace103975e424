import { expect, it } from 'vitest';
import { NO_DELAY } from '../random/distribution.ts';
import { type LoadSpec } from './load/load-shape.ts';
import { phaseAt } from './run-phase.ts';

const closedLoad = (rampMs: number): LoadSpec => ({ shape: 'closed', rampMs, thinkTime: NO_DELAY });

it('a run ramps, is under load from the end of the ramp on, and drains from its duration on', () => {
  const run = { load: closedLoad(1_000), durationMs: 5_000 };
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
  const run = { load: closedLoad(5_000), durationMs: 5_000 };
  expect([4_999, 5_000].map((ms) => phaseAt(run, ms))).toEqual(['ramp', 'drain']);
});

it('devices with a timetable of their own are under load from the start', () => {
  const run = { load: { shape: 'polling', periodMs: 60_000, jitter: 0.1 }, durationMs: 5_000 } as const;
  expect([0, 4_999, 5_000].map((ms) => phaseAt(run, ms))).toEqual(['load', 'load', 'drain']);
});
