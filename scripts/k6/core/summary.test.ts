import { describe, expect, it } from 'vitest';
import { END_REASONS } from '../../../sim/device/effect.ts';
import { COMMAND_NAMES } from '../../../sim/protocol/command.ts';
import { K6_SUMMARY_FORM } from '../../../sim/report/k6-summary-schema.ts';
import { breakdown, COUNTED_COMMANDS, outcomesOf, partName, REASONS } from './breakdown.ts';
import { k6Summary, missingTrendStat, type SummaryData, TREND_STATS } from './summary.ts';
import { summaryText } from './summary-text.ts';

const FACTS = {
  name: 'made-up',
  script: 'session',
  seed: 7,
  devices: 10,
  vus: 2,
  target: 'http://127.0.0.1/dm',
};

const counter = (count: number) => ({ values: { count } });
const trend = (count: number, value: number) => ({
  values: Object.fromEntries(TREND_STATS.map((stat) => [stat, stat === 'count' ? count : value])),
});

/** All sessions that have started have ended. */
const RAN = { omadm_sessions_started: counter(10), omadm_sessions_ended: counter(10) };

function data(metrics: SummaryData['metrics']): SummaryData {
  return { state: { testRunDurationMs: 10_000 }, metrics };
}

describe('the summary of a k6 run', () => {
  it('has the form of its schema, also when nothing happened', () => {
    const summary = k6Summary(data({}), FACTS);
    expect(K6_SUMMARY_FORM.parse(summary)).toEqual(summary);
    expect(summary.totals.sessions).toEqual({
      started: 0,
      completed: 0,
      aborted: 0,
      timedOut: 0,
      inFlight: 0,
    });
    expect(summary.totals.commands).toEqual({});
    expect(summary.invalidReasons).toEqual(['no session has started']);
  });

  it('has the counts of the parts of the metrics, and what is none of them as other', () => {
    const summary = k6Summary(
      data({
        omadm_sessions_started: counter(10),
        omadm_sessions_ended: counter(9),
        [partName('omadm_sessions_ended', { outcome: 'completed' })]: counter(6),
        [partName('omadm_sessions_ended', { outcome: 'aborted' })]: counter(3),
        [partName('omadm_sessions_ended', { reason: 'completed' })]: counter(6),
        [partName('omadm_sessions_ended', { reason: 'http_503' })]: counter(2),
        [partName('omadm_commands', { command: 'HGET' })]: counter(8),
        [partName('omadm_commands', { command: 'HGET', status: '200' })]: counter(5),
        [partName('omadm_commands', { command: 'HGET', status: 'none' })]: counter(1),
        [partName('omadm_protocol_violations', { rule: 'package2.empty' })]: counter(4),
        [partName('omadm_command_duration', { command: 'HGET' })]: trend(7, 3.25),
        omadm_server_turnaround: trend(20, 12.3456),
      }),
      FACTS,
    );
    expect(K6_SUMMARY_FORM.safeParse(summary).success).toBe(true);
    expect(summary.totals.sessions).toEqual({
      started: 10,
      completed: 6,
      aborted: 3,
      timedOut: 0,
      inFlight: 1,
    });
    expect(summary.totals.endings).toEqual({ completed: 6, http_503: 2, other: 1 });
    expect(summary.totals.commands).toEqual({ HGET: { '200': 5, none: 1, other: 2 } });
    expect(summary.totals.violations).toEqual({ 'package2.empty': { count: 4, example: '' } });
    expect(summary.latencyMs.serverTurnaround).toMatchObject({ count: 20, p50: 12.346, p999: 12.346 });
    expect(Object.keys(summary.latencyMs.commands)).toEqual(['HGET']);
    expect(summary.rates.sessionsPerSecond).toBe(0.9);
    expect(summaryText(summary)).toContain('http_503: 2');
  });

  it('is not valid when sessions were due and no VU was free', () => {
    const summary = k6Summary(data({ ...RAN, dropped_iterations: counter(5) }), FACTS);
    expect(summary.valid).toBe(false);
    expect(summary.generator.droppedIterations).toBe(5);
    expect(summaryText(summary)).toContain('NOT VALID   5 sessions were due and could not start');
  });

  it('is not valid when devices by a clock of their own were due and did not start, or started late', () => {
    const facts = { ...FACTS, script: 'polling' };
    const dropped = k6Summary(data({ ...RAN, omadm_sessions_dropped: counter(984) }), facts);
    expect(dropped.invalidReasons).toEqual([
      '984 sessions were due and could not start, for all 2 VUs were busy: take more -e VUS',
    ]);
    expect(dropped.generator.droppedIterations).toBe(984);
    const late = k6Summary(data({ ...RAN, omadm_start_lag: trend(9, 1_000.4) }), facts);
    expect(late.invalidReasons).toEqual([expect.stringContaining('start lag p99 was 1000 ms')]);
    // Turns of k6's that found nothing to do.
    const idle = { ...RAN, dropped_iterations: counter(5), omadm_start_lag: trend(9, 1_000) };
    expect(k6Summary(data(idle), facts).valid).toBe(true);
  });

  it('is not valid when sessions were interrupted, unless it is by the threshold that capacity.ts looks for', () => {
    const metrics = { ...RAN, omadm_sessions_started: counter(11) };
    expect(k6Summary(data(metrics), FACTS).invalidReasons).toEqual(['1 sessions were interrupted by k6']);
    const facts = { ...FACTS, script: 'capacity' };
    expect(k6Summary(data(metrics), facts).valid).toBe(false);
    const crossed = { values: {}, thresholds: { 'p(95)<=100': { ok: false } } };
    const ended = k6Summary(data({ ...metrics, omadm_server_turnaround: crossed }), facts);
    expect(ended.valid).toBe(true);
    expect(ended.totals.sessions.inFlight).toBe(1);
  });

  it('names the figure that k6 was told to leave out', () => {
    expect(missingTrendStat(data({}))).toBeUndefined();
    expect(missingTrendStat(data({ omadm_session_duration: trend(1, 1) }))).toBeUndefined();
    expect(missingTrendStat(data({ omadm_session_duration: { values: { avg: 1, count: 1 } } }))).toBe('min');
  });
});

describe('the parts of the metrics', () => {
  it('are asked for by empty thresholds, each once, for every command and reason', () => {
    const parts = breakdown();
    expect(new Set(Object.values(parts).map((thresholds) => thresholds.length))).toEqual(new Set([0]));
    expect([...COUNTED_COMMANDS].sort()).toEqual([...COMMAND_NAMES, 'unknown'].sort());
    for (const command of COUNTED_COMMANDS)
      for (const status of outcomesOf(command)) {
        expect(parts).toHaveProperty([`omadm_commands{command:${command},status:${status}}`]);
        expect(parts).toHaveProperty([`omadm_statuses{command:${command},status:${status}}`]);
      }
    for (const reason of END_REASONS) expect(REASONS).toContain(reason);
  });
});
