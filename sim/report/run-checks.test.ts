import { describe, expect, it } from 'vitest';
import { recordMs } from '../metrics/histogram.ts';
import { LOOP_CELLS, slabLayout } from '../metrics/slab-layout.ts';
import { type Check, runChecks } from './run-checks.ts';
import { madeUpRun, recordSessions } from './testing/made-up-run.ts';

const named = (checks: readonly Check[], name: string): Check => {
  const check = checks.find((one) => one.name === name);
  if (check === undefined) throw new Error(`no check is called ${name}`);
  return check;
};

describe('the checks of a run', () => {
  it('are all pending before anything was measured', () => {
    const checks = runChecks(madeUpRun().totals());
    expect(checks.map(({ state }) => state)).toEqual(Array(5).fill('pending'));
    expect(new Set(checks.map(({ name }) => name)).size).toBe(5);
  });

  it('pass for a run that did well, its books at the end alone', () => {
    const made = madeUpRun();
    const { slab, recorder } = made;
    recordSessions(recorder, 10);
    const { loop, loopDelay } = slabLayout(slab.vocabulary);
    recordMs(slab.cells, loopDelay, 4);
    slab.cells[loop + LOOP_CELLS.busyMs] = 77;
    slab.cells[loop + LOOP_CELLS.idleMs] = 23;
    expect(named(runChecks(made.totals()), 'books').state).toBe('pending');
    const checks = runChecks(made.totals(), []);
    expect(checks.map(({ state }) => state)).toEqual(Array(5).fill('passed'));
    expect(named(checks, 'event-loop utilization')).toMatchObject({
      observed: '77.0 %',
      expected: 'below 78.0 %',
      about: 'generator',
    });
    slab.cells[loop + LOOP_CELLS.busyMs] = 79;
    slab.cells[loop + LOOP_CELLS.idleMs] = 21;
    recordMs(slab.cells, loopDelay, 6);
    expect(named(runChecks(made.totals()), 'event-loop utilization').state).toBe('broken');
    expect(named(runChecks(made.totals()), 'event-loop delay p99').state).toBe('broken');
  });

  it('allow one failed session in a hundred', () => {
    const made = madeUpRun();
    const { recorder } = made;
    recordSessions(recorder, 99);
    const fail = () => {
      recorder.sessionStarted('client');
      recorder.sessionEnded('timedOut', 'session_timeout', 1);
    };
    fail();
    expect(named(runChecks(made.totals()), 'failed sessions')).toMatchObject({
      state: 'passed',
      observed: '1.00 % (1)',
    });
    fail();
    expect(named(runChecks(made.totals()), 'failed sessions').state).toBe('broken');
  });

  it('allow no violation, and books must balance', () => {
    const made = madeUpRun();
    const { recorder } = made;
    recorder.violation({ rule: 'package2.invalid_json', example: 'x' });
    expect(named(runChecks(made.totals()), 'protocol violations')).toMatchObject({
      state: 'broken',
      observed: '1',
    });
    const checks = runChecks(made.totals(), ['one thing', 'another', 'a third']);
    expect(named(checks, 'books')).toMatchObject({ state: 'broken', observed: 'one thing, and 2 more' });
  });
});
