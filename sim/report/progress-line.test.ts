import { describe, expect, it } from 'vitest';
import { type DeviceState } from '../metrics/recorder.ts';
import { windowBetween } from '../metrics/window.ts';
import { progressBlock, progressLine, type ProgressView } from './progress-line.ts';
import { madeUpRun } from './testing/made-up-run.ts';

/** Ten devices, and two seconds in which four sessions ended, one of them badly. */
function view(more: Partial<ProgressView> = {}, ends = true): ProgressView {
  const run = madeUpRun(10);
  const { recorder } = run;
  const states: readonly DeviceState[] = [
    'pending',
    'dormant',
    'dormant',
    'waiting',
    'waiting',
    'ui',
    'finished',
  ];
  states.forEach((state, device) => recorder.deviceState(device, state));
  recorder.serverTurnaround(1, 500);
  const earlier = run.totals();
  for (let i = 0; i < 4; i++) {
    recorder.sessionStarted('client');
    recorder.serverTurnaround(1, 2.5);
    recorder.iterationEnded(1);
    if (i === 0) recorder.sessionEnded('aborted', 'http_503', 5);
    else recorder.sessionEnded('completed', 'completed', 5);
  }
  recorder.sessionStarted('client');
  const totals = run.totals();
  return {
    phase: 'load',
    elapsedMs: 12_345,
    ...(ends ? { leftMs: 47_655 } : {}),
    totals,
    window: windowBetween(earlier, totals, 2),
    ...more,
  };
}

describe('the progress line', () => {
  it('tells time, devices, rates, turnaround of the window and errors', () => {
    expect(progressLine(view())).toBe(
      '00:12 load, 00:47 left · 3 of 10 devices at work, 1 finished · 2.00 iterations/s · 2.00 sessions/s · ' +
        'turnaround p50 2.48 ms p95 2.50 ms p99 2.50 ms · 4 sessions ended · 1 session failed (+1), mostly http_503',
    );
  });

  it('has no time left to tell where the run ends by its sessions, and no percentiles of nothing', () => {
    const { totals } = view();
    const line = progressLine(
      view({ totals, window: windowBetween(totals, totals, 2), elapsedMs: 3_723_000 }),
    );
    expect(line).toContain('1:02:03 load, 00:47 left');
    expect(line).toContain('turnaround – ·');
    expect(line).toContain('1 session failed, mostly http_503');
    const endless = view({}, false);
    expect(progressLine(endless)).toMatch(/^00:12 load · 3 of 10/);
  });

  it('says that there are no errors, and counts violations', () => {
    const run = madeUpRun(1);
    run.recorder.violation({ rule: 'package2.empty', example: '' });
    const totals = run.totals();
    expect(progressLine(view({ totals, window: windowBetween(undefined, totals, 1) }))).toMatch(
      /· no errors, 1 violation$/,
    );
  });
});

describe('the progress block', () => {
  it('shows the devices by state and a bar of the time', () => {
    expect(progressBlock(view(), { columns: 100, colour: false })).toEqual([
      'Running     00:12 █████░░░░░░░░░░░░░░░░░░░, 00:47 left',
      'Devices     4 pending · 2 dormant · 2 waiting · 1 ui · 1 finished',
      'Now         2.00 iterations/s · 2.00 sessions/s',
      'Turnaround  p50 2.48 ms p95 2.50 ms p99 2.50 ms',
      'Sessions    1 running · 4 ended',
      'Errors      1 session failed (+1), mostly http_503',
    ]);
  });

  it('shows the devices that are finished where there is no end in time', () => {
    const endless = view({ phase: 'drain' }, false);
    const [first] = progressBlock(endless, { columns: 100, colour: false });
    expect(first).toBe('Draining    00:12 ██░░░░░░░░░░░░░░░░░░░░░░');
  });

  it('never changes its height and never is wider than the terminal', () => {
    for (const columns of [30, 40, 60, 80, 200]) {
      const lines = progressBlock(view(), { columns, colour: false });
      expect(lines).toHaveLength(6);
      for (const line of lines) expect(line.length).toBeLessThan(columns);
    }
  });

  it('is coloured only when asked', () => {
    const [first, ...others] = progressBlock(view(), { columns: 100, colour: true });
    expect(first).toMatch(/^.\[1mRunning/u);
    expect(others.at(-1)).toContain('[1;31mErrors');
  });
});
