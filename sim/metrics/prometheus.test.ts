import { describe, expect, it } from 'vitest';
import { EXPOSED_BOUNDS_MS } from './metric-family.ts';
import { type ExposedFamily, readExposition } from './testing/exposition.ts';
import { pageOf, RUN_STATE } from './testing/page-fixture.ts';
import { recordSession, slabFixture } from './testing/slab-fixture.ts';
import { type RunPhase } from './timeline.ts';
import { readTotals } from './totals.ts';

type Fill = Parameters<typeof recordSession>[0];

async function page(fill: (recorder: Fill) => void): Promise<ReadonlyMap<string, ExposedFamily>> {
  const { slab, recorder, states } = slabFixture();
  fill(recorder);
  return readExposition(await pageOf([slab], states).render());
}

async function values(fill: (recorder: Fill) => void): Promise<ReadonlyMap<string, number>> {
  const families = await page(fill);
  return new Map([...families.values()].flatMap(({ samples }) => [...samples].map(withoutRun)));
}

/** Every series has the run's label; that is tested once and left out elsewhere. */
function withoutRun([series, value]: readonly [string, number]): readonly [string, number] {
  expect(series).toMatch(/[{,]run="r1"\}$/);
  return [series.replace(/,?run="r1"/, '').replace('{}', ''), value];
}

describe('the Prometheus page', () => {
  it('has every metric under its name with its type and a help text', async () => {
    const families = await page(() => undefined);
    const types = [...families]
      .filter(([name]) => name.startsWith('omadm_'))
      .map(([name, { type }]) => [name, type]);
    expect(Object.fromEntries(types)).toEqual({
      omadm_run_info: 'gauge',
      omadm_run_start_timestamp_seconds: 'gauge',
      omadm_run_end_timestamp_seconds: 'gauge',
      omadm_run_phase: 'gauge',
      omadm_generator_valid: 'gauge',
      omadm_generator_cpu_seconds_total: 'counter',
      omadm_generator_resident_memory_bytes: 'gauge',
      omadm_iterations_total: 'counter',
      omadm_iteration_device_seconds: 'histogram',
      omadm_server_turnaround_seconds: 'histogram',
      omadm_connect_seconds: 'histogram',
      omadm_simulated_delay_seconds_total: 'counter',
      omadm_packages_total: 'counter',
      omadm_sessions_started_total: 'counter',
      omadm_sessions_dropped_total: 'counter',
      omadm_sessions_ended_total: 'counter',
      omadm_session_duration_seconds: 'histogram',
      omadm_commands_total: 'counter',
      omadm_statuses_total: 'counter',
      omadm_command_duration_seconds: 'histogram',
      omadm_ui_sessions_total: 'counter',
      omadm_ui_session_duration_seconds: 'histogram',
      omadm_notifications_total: 'counter',
      omadm_devices: 'gauge',
      omadm_repository_transfers_total: 'counter',
      omadm_repository_bytes_total: 'counter',
      omadm_protocol_violations_total: 'counter',
      omadm_generator_event_loop_delay_seconds: 'histogram',
      omadm_generator_event_loop_utilization: 'gauge',
      omadm_generator_start_lag_seconds: 'histogram',
      omadm_generator_connections: 'gauge',
    });
    for (const { help } of families.values()) expect(help).toMatch(/\w/);
  });

  it('shows closed vocabularies from the start, with 0', async () => {
    const all = await values(() => undefined);
    expect(all.get('omadm_sessions_ended_total{outcome="completed",reason="completed"}')).toBe(0);
    expect(all.get('omadm_sessions_ended_total{outcome="timedOut",reason="session_timeout"}')).toBe(0);
    expect(all.has('omadm_sessions_ended_total{outcome="aborted",reason="session_timeout"}')).toBe(false);
    expect(all.get('omadm_sessions_started_total{trigger="report"}')).toBe(0);
    expect(all.get('omadm_commands_total{command="HGET",status="200"}')).toBe(0);
    expect(all.get('omadm_commands_total{command="unknown",status="501"}')).toBe(0);
    expect(all.get('omadm_protocol_violations_total{rule="package2.empty"}')).toBe(0);
    expect(all.get('omadm_notifications_total{result="replayed"}')).toBe(0);
    expect(all.get('omadm_devices{state="pending"}')).toBe(4);
    expect(all.get('omadm_server_turnaround_seconds_count{package="1"}')).toBe(0);
    expect(all.get('omadm_sessions_ended_total{outcome="aborted",reason="http_503"}')).toBe(0);
    expect(all.get('omadm_commands_total{command="EXEC",status="202"}')).toBe(0);
    expect(all.get('omadm_statuses_total{command="HGET",status="404"}')).toBe(0);
    expect(all.get('omadm_generator_connections{shard="0",kind="push"}')).toBe(0);
  });

  it('tells what was recorded, in base units', async () => {
    const all = await values((recorder) => {
      recordSession(recorder);
      recorder.repositoryTransfer('PUT', 70);
      recorder.repositoryTransfer('POST', 5);
      recorder.simulatedDelay('think', 2_500);
      recorder.sessionStarted('client');
      recorder.sessionEnded('aborted', 'http_503', 3);
      recorder.commandCut('SHOW');
    });
    const expected: Record<string, number> = {
      omadm_iterations_total: 2,
      'omadm_packages_total{package="2"}': 2,
      'omadm_sessions_started_total{trigger="client"}': 2,
      'omadm_sessions_ended_total{outcome="completed",reason="completed"}': 1,
      'omadm_sessions_ended_total{outcome="aborted",reason="http_503"}': 1,
      omadm_session_duration_seconds_sum: 0.024,
      omadm_session_duration_seconds_count: 2,
      'omadm_commands_total{command="HGET",status="404"}': 1,
      'omadm_commands_total{command="SHOW",status="none"}': 1,
      'omadm_statuses_total{command="GET",status="200"}': 1,
      'omadm_command_duration_seconds_sum{command="HGET"}': 0.006,
      'omadm_repository_bytes_total{direction="received"}': 1_000,
      'omadm_repository_bytes_total{direction="sent"}': 75,
      'omadm_repository_transfers_total{method="POST"}': 1,
      'omadm_simulated_delay_seconds_total{kind="think"}': 2.5,
      'omadm_server_turnaround_seconds_sum{package="3"}': 0.008,
    };
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, all.get(name)]))).toEqual(expected);
  });

  it('shows what is usual once, also when it has happened, and what is not when it happens', async () => {
    const { slab, recorder } = slabFixture();
    recorder.sessionStarted('client');
    recorder.sessionEnded('aborted', 'http_503', 3);
    recorder.sessionStarted('client');
    recorder.sessionEnded('aborted', 'http_418', 3);
    recorder.commandDelivered('UNSUB');
    recorder.commandEnded('UNSUB', 418, 1);
    // The reader of the page refuses a series that stands there twice.
    const families = readExposition(await pageOf([slab]).render());
    const ended = families.get('omadm_sessions_ended_total')!.samples;
    expect(ended.get('omadm_sessions_ended_total{outcome="aborted",reason="http_503",run="r1"}')).toBe(1);
    expect(ended.get('omadm_sessions_ended_total{outcome="aborted",reason="http_418",run="r1"}')).toBe(1);
    const commands = families.get('omadm_commands_total')!.samples;
    expect(commands.get('omadm_commands_total{command="UNSUB",status="418",run="r1"}')).toBe(1);
    expect(commands.get('omadm_commands_total{command="UNSUB",status="200",run="r1"}')).toBe(0);
  });

  it('tells of a campaign it does not know in a label, too: an empty one would be none', async () => {
    const { slab } = slabFixture();
    const facts = { name: 'r1', version: '1.2.3', seed: 7, devices: 4, workers: 1, campaign: '' };
    const page = await pageOf([slab], undefined, { facts }).render();
    expect(page).toContain(
      'omadm_run_info{version="1.2.3",seed="7",devices="4",workers="1",campaign="unknown",run="r1"} 1',
    );
  });

  it('tells what the run is, what it is at, and what its processes take', async () => {
    const all = await values(() => undefined);
    expect(all.get('omadm_run_info{version="1.2.3",seed="7",devices="4",workers="1",campaign="mixed"}')).toBe(
      1,
    );
    expect(all.get('omadm_run_start_timestamp_seconds')).toBe(1_790_000_000.25);
    expect(all.has('omadm_run_end_timestamp_seconds')).toBe(false);
    expect(
      ['ramp', 'load', 'drain', 'ended'].map((phase) => all.get(`omadm_run_phase{phase="${phase}"}`)),
    ).toEqual([0, 1, 0, 0]);
    expect(all.get('omadm_generator_valid')).toBe(1);
    expect(all.get('omadm_generator_cpu_seconds_total{process="main"}')).toBe(1.5);
    expect(all.get('omadm_generator_resident_memory_bytes{process="main"}')).toBe(104_857_600);
  });

  it('has no start before the run, and an end when it has ended', async () => {
    const { slab } = slabFixture();
    let state = { ...RUN_STATE, phase: 'ramp' as RunPhase, startedAtMs: undefined as number | undefined };
    const rendered = pageOf([slab], undefined, { state: () => state });
    const before = readExposition(await rendered.render());
    expect(before.get('omadm_run_start_timestamp_seconds')!.samples.size).toBe(0);
    state = { ...RUN_STATE, phase: 'ended', endedAtMs: 1_790_000_060_000, valid: false };
    const after = readExposition(await rendered.render());
    const value = (family: string, labels: string): number | undefined =>
      after.get(family)!.samples.get(family + labels);
    expect(value('omadm_run_end_timestamp_seconds', '{run="r1"}')).toBe(1_790_000_060);
    expect(value('omadm_run_phase', '{phase="ended",run="r1"}')).toBe(1);
    expect(value('omadm_generator_valid', '{run="r1"}')).toBe(0);
  });

  it('judges validity by the totals of the same page', async () => {
    const { slab } = slabFixture();
    const now = readTotals([slab]);
    const seen: unknown[] = [];
    await pageOf([slab], undefined, {
      totals: () => now,
      state: (totals) => {
        seen.push(totals);
        return RUN_STATE;
      },
    }).render();
    expect(seen).toEqual([now]);
    expect(seen[0]).toBe(now);
  });

  it('has cumulative buckets that count values on a bound in, up to +Inf which is the count', async () => {
    const all = await values((recorder) => {
      for (const ms of [0.2, 1, 1.000001, 5, 70_000]) recorder.connected(ms);
    });
    const at = (le: string): number | undefined => all.get(`omadm_connect_seconds_bucket{le="${le}"}`);
    expect(['0.0005', '0.001', '0.0025', '0.005', '0.01', '64', '+Inf'].map(at)).toEqual([
      1, 2, 3, 4, 4, 4, 5,
    ]);
    expect(all.get('omadm_connect_seconds_count')).toBe(5);
    const bounds = [...all.keys()].filter((name) => name.startsWith('omadm_connect_seconds_bucket'));
    expect(bounds).toHaveLength(EXPOSED_BOUNDS_MS.length + 1);
  });

  it('labels what a generator tells of itself by shard', async () => {
    const [first, second] = [slabFixture(), slabFixture()];
    const rendered = await pageOf([first.slab, second.slab]).render();
    const { samples } = readExposition(rendered).get('omadm_generator_event_loop_utilization')!;
    expect([...samples.keys()]).toEqual([
      'omadm_generator_event_loop_utilization{shard="0",run="r1"}',
      'omadm_generator_event_loop_utilization{shard="1",run="r1"}',
    ]);
  });

  it('takes one reading of the totals per page', async () => {
    const { slab } = slabFixture();
    let readings = 0;
    const rendered = pageOf([slab], new Uint8Array(0), {
      totals: () => {
        readings++;
        return readTotals([slab]);
      },
    });
    await Promise.all([rendered.render(), rendered.render()]);
    expect(readings).toBe(2);
  });

  it('has CPU and memory of the process, and nothing else of the runtime', async () => {
    const families = await page(() => undefined);
    expect(families.get('process_cpu_seconds_total')!.type).toBe('counter');
    expect(
      families.get('process_resident_memory_bytes')!.samples.get('process_resident_memory_bytes{run="r1"}'),
    ).toBeGreaterThan(1_048_576);
    expect([...families.keys()].filter((name) => !/^(omadm|process)_/.test(name))).toEqual([]);
  });
});
