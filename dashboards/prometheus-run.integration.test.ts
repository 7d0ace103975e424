/** Every query of every panel against the real Prometheus, which has scraped a whole run with faults from its first second. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { EXPOSED_BOUNDS_MS } from '../sim/metrics/metric-family.ts';
import { type Summary } from '../sim/report/summary-schema.ts';
import { DASHBOARDS } from './generated.ts';
import { committedDashboard, panelsOf } from './testing/model-queries.ts';
import {
  freePort,
  PROMETHEUS_INSTALLED,
  type PrometheusProcess,
  startPrometheus,
} from './testing/prometheus-process.ts';
import { ShownRun, targetsOf } from './testing/shown-run.ts';
import { type ScrapedRun, scrapeRun } from './testing/scraped-run.ts';

// Where every tool is to be had, a missing one is a failure and no reason to look away.
const required = (process.env['CI'] ?? '') !== '';
const skipped = !PROMETHEUS_INSTALLED && !required;
const why = skipped ? ' (skipped: Debian has prometheus and promtool in the package prometheus)' : '';

const RUN = 'panels-1';
const JOB = 'dm-swarm';
const [FLEET, COMMANDS, GENERATOR] = ['fleet', 'commands', 'generator'].map(
  (name) => `dashboards/grafana/${name}.json`,
) as [string, string, string];

describe.skipIf(skipped)(`Prometheus and a run${why}`, () => {
  let prometheus: PrometheusProcess;
  let run: ScrapedRun;
  let shown: ShownRun;

  beforeAll(async () => {
    const metricsPort = await freePort();
    prometheus = await startPrometheus(`127.0.0.1:${metricsPort}`);
    run = await scrapeRun(RUN, metricsPort, prometheus);
    shown = new ShownRun(run, prometheus, JOB);
  }, 120_000);

  afterAll(() => prometheus.stop());

  describe.each(DASHBOARDS)('$file', ({ file }) => {
    const model = committedDashboard(file);

    test.each(panelsOf(model))('panel $title shows data', async (panel) => {
      const inRepeatedRow = model.panels.some(({ panels = [] }) => panels.some(({ id }) => id === panel.id));
      const commands = inRepeatedRow
        ? await shown.variableValues('label_values(omadm_commands_total{job="$job",run="$run"}, command)')
        : ['GET'];
      if (inRepeatedRow) expect(commands).toHaveLength(13);
      for (const { expr, instant } of panel.targets ?? [])
        for (const command of commands) {
          const query = shown.substituted(expr, { command });
          const text = { ...panel, title: `${panel.title} (${command}): ${query}` };
          const drawn = await prometheus.range(run.startedAt + 2, run.lastScrape, 1, query);
          shown.expectPlausible(drawn, text);
          // A moment well inside the load: every kind of event happens around it.
          const at = await prometheus.at(instant === true ? run.lastScrape : run.endedAt - 8, query);
          expect(at.length, text.title).toBeGreaterThan(0);
          // A stat shows a value for each series: it is to be one.
          if (panel.type === 'stat') expect(drawn, text.title).toHaveLength(1);
        }
    });

    test('every variable offers what the run has', async () => {
      const expected: Readonly<Record<string, readonly string[]>> = {
        job: [JOB],
        run: [RUN],
        shard: ['0', '1'],
        command: Object.keys({ ...run.summary.totals.commands }).sort(),
      };
      for (const { name, type, query, regex } of model.templating.list) {
        if (type === 'datasource') continue;
        const values = await shown.variableValues(typeof query === 'string' ? query : query.query, regex);
        expect(values, name).toEqual(expected[name]);
      }
    });

    test('start and end of the run are marked at their time', async () => {
      const marks = await Promise.all(
        model.annotations.list.map(async ({ name, expr }) => {
          // A step that a very wide range would have: the end was scraped once, long before the next of them.
          const samples = await prometheus.range(
            run.lastScrape + 25 - 3 * 600,
            run.lastScrape + 25,
            600,
            shown.substituted(expr),
          );
          return [name, [...new Set(samples.flatMap(({ points }) => points.map(([, ms]) => ms)))]] as const;
        }),
      );
      expect(Object.fromEntries(marks)).toEqual({
        'Run begins': [Math.round(run.startedAt * 1_000)],
        'Run ends': [Math.round(run.endedAt * 1_000)],
      });
    });
  });

  test('the lines of iterations and sessions, summed up second by second, are the summary, to 2 %', async () => {
    const { iterations, sessions } = targetsOf(FLEET, 'Iterations and sessions per second');
    const { totals } = run.summary;
    const ended = totals.sessions.completed + totals.sessions.aborted + totals.sessions.timedOut;
    for (const [target, total, counter] of [
      [iterations, totals.iterations, 'omadm_iterations_total'],
      [sessions, ended, 'omadm_sessions_ended_total'],
    ] as const) {
      const line = await shown.line(target!, run.startedAt - 1, run.lastScrape + 5);
      const sum = line.reduce((all, perSecond) => all + perSecond, 0);
      // No rate knows how fast that came which was there at the first scrape.
      const unseen = await shown.atFirstScrape(counter);
      expect(unseen / total, counter).toBeLessThan(0.3);
      expect(sum / (total - unseen), target!.expr).toBeGreaterThan(0.98);
      expect(sum / total, target!.expr).toBeLessThan(1.02);
    }
  });

  test('iterations/s under load are what the summary has less ramp and drain, to 2 %', async () => {
    const [phase] = await prometheus.at(
      run.lastScrape,
      `omadm_run_phase{run="${RUN}",phase="load"}[${shown.wholeSeconds}s]`,
    );
    const load = phase!.points.filter(([, is]) => is === 1).map(([seconds]) => seconds);
    const [from, to] = [load[0]!, load.at(-1)!];
    const [before] = await prometheus.at(from, `omadm_iterations_total{run="${RUN}"}`);
    const [until] = await prometheus.at(to, `omadm_iterations_total{run="${RUN}"}`);
    const [last] = await prometheus.at(run.lastScrape, `omadm_iterations_total{run="${RUN}"}`);
    const drained = last!.points[0]![1] - until!.points[0]![1];
    const expected = (run.summary.totals.iterations - before!.points[0]![1] - drained) / (to - from);
    const { iterations } = targetsOf(FLEET, 'Iterations/s, mean under load');
    const windowSeconds = Math.floor(to - from);
    const [whole] = await prometheus.at(to, shown.substituted(iterations!.expr, { windowSeconds }));
    expect(whole!.points[0]![1] / expected).toBeGreaterThan(0.98);
    expect(whole!.points[0]![1] / expected).toBeLessThan(1.02);
    // As Grafana takes it, of many small windows: the first and the last seconds are in fewer of them.
    const line = await shown.line(iterations!, run.startedAt, run.lastScrape);
    const mean = line.reduce((all, perSecond) => all + perSecond, 0) / line.length;
    expect(mean / expected).toBeGreaterThan(0.95);
    expect(mean / expected).toBeLessThan(1.05);
  });

  test('percentiles of the whole run lie in the exposed bucket of the summary’s', async () => {
    const { latencyMs, generator } = run.summary;
    const windowSeconds = shown.wholeSeconds;
    for (const [file, title, figures] of [
      [FLEET, 'Server turnaround, percentiles', latencyMs.serverTurnaround],
      [FLEET, 'Device time, percentiles', latencyMs.iterationDevice],
      [FLEET, 'Connecting, percentiles', latencyMs.connect],
      [FLEET, 'Session duration, percentiles', latencyMs.session],
      [COMMANDS, 'UI Session duration, percentiles', latencyMs.uiSession],
      [COMMANDS, '$command, duration, percentiles', latencyMs.commands['GET']!],
    ] as const) {
      const { p50, p95 } = targetsOf(file, title);
      expectSameBucket(await shown.lastValue(p50!, { windowSeconds }), figures.p50, `${title}, p50`);
      expectSameBucket(await shown.lastValue(p95!, { windowSeconds }), figures.p95, `${title}, p95`);
    }
    const { p95 } = targetsOf(FLEET, 'Turnaround p95, shown time');
    expectSameBucket(await shown.lastValue(p95!), latencyMs.serverTurnaround.p95, 'stat p95');
    const { 'worst shard': delay } = targetsOf(GENERATOR, 'Event-loop delay p99, worst shard');
    expectSameBucket(await shown.lastValue(delay!), generator.eventLoopDelayP99Ms, 'stat delay');
  });

  test('the failed share of the whole run is the summary’s, to 2 %', async () => {
    const { sessions, endings } = run.summary.totals;
    const cut = endings['run_ended'] ?? 0;
    const failures = sessions.aborted + sessions.timedOut - cut;
    const { failed } = targetsOf(FLEET, 'Failed sessions, shown time');
    const share = (await shown.lastValue(failed!)) / (failures / (failures + sessions.completed));
    expect(share).toBeGreaterThan(0.98);
    expect(share).toBeLessThan(1.02);
  });

  test('counters of the last scrape are the run.summary, to the last event', async () => {
    const counts = async (metric: string, ...labels: readonly string[]): Promise<Record<string, number>> => {
      const samples = await prometheus.at(run.lastScrape, `${metric}{run="${RUN}"} > 0`);
      return Object.fromEntries(
        samples.map(({ metric: own, points }) => [
          labels.map((label) => own[label]).join(' '),
          points[0]![1],
        ]),
      );
    };
    const happened = (values: Readonly<Record<string, number>>): Record<string, number> =>
      Object.fromEntries(Object.entries(values).filter(([, count]) => count > 0));
    const flat = (values: Summary['totals']['commands']): Record<string, number> =>
      Object.fromEntries(
        Object.entries(values).flatMap(([command, statuses]) =>
          Object.entries(statuses).map(([status, count]) => [`${command} ${status}`, count]),
        ),
      );
    const { totals, latencyMs } = run.summary;
    expect(await counts('omadm_iterations_total')).toEqual({ '': totals.iterations });
    expect(await counts('omadm_sessions_ended_total', 'reason')).toEqual(happened(totals.endings));
    expect(await counts('omadm_packages_total', 'package')).toEqual(happened(totals.packages));
    expect(await counts('omadm_notifications_total', 'result')).toEqual(happened(totals.notifications));
    expect(await counts('omadm_commands_total', 'command', 'status')).toEqual(flat(totals.commands));
    expect(await counts('omadm_statuses_total', 'command', 'status')).toEqual(flat(totals.statuses));
    expect(await counts('omadm_ui_sessions_total', 'outcome')).toEqual(happened(totals.uiSessions));
    const { GET, PUT, POST } = totals.repository;
    expect(await counts('omadm_repository_transfers_total', 'method')).toEqual(
      happened({ GET: GET.count, PUT: PUT.count, POST: POST.count }),
    );
    expect(await counts('omadm_repository_bytes_total', 'direction')).toEqual({
      received: GET.bytes,
      sent: PUT.bytes + POST.bytes,
    });
    const violations = Object.entries(totals.violations).map(([rule, { count }]) => [rule, count]);
    expect(violations.length).toBeGreaterThanOrEqual(2);
    expect(await counts('omadm_protocol_violations_total', 'rule')).toEqual(Object.fromEntries(violations));
    const turnarounds = await counts('omadm_server_turnaround_seconds_count', 'package');
    expect((turnarounds['1'] ?? 0) + (turnarounds['3'] ?? 0)).toBe(latencyMs.serverTurnaround.count);
    expect(await counts('omadm_session_duration_seconds_count')).toEqual({ '': latencyMs.session.count });
    const [started] = await prometheus.at(run.lastScrape, `sum(omadm_sessions_started_total{run="${RUN}"})`);
    expect(started!.points[0]![1]).toBe(totals.sessions.started);
    expect(totals.sessions.aborted).toBeGreaterThan(0);
    expect(totals.sessions.timedOut).toBeGreaterThan(0);
  });

  test('every recording rule has data, every alert rule can be evaluated, and those that should have fired', async () => {
    const { groups } = (await prometheus.api('/api/v1/rules')) as {
      groups: readonly {
        rules: readonly { name: string; type: string; health: string; lastError?: string }[];
      }[];
    };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    const recorded = rules.filter(({ type }) => type === 'recording').map(({ name }) => name);
    expect(recorded.length).toBeGreaterThan(10);
    for (const name of recorded) {
      const samples = await prometheus.range(run.startedAt, run.lastScrape, 1, `${name}{run="${RUN}"}`);
      shown.expectPlausible(samples, {
        title: name,
        id: 0,
        type: 'rule',
        gridPos: { x: 0, y: 0, w: 0, h: 0 },
      });
    }
    expect(rules.filter(({ type }) => type === 'alerting')).toHaveLength(8);
    const fired = await prometheus.range(
      run.startedAt,
      run.lastScrape,
      1,
      `ALERTS{run="${RUN}",alertstate="firing"}`,
    );
    const names = new Set(fired.map(({ metric }) => metric['alertname']));
    // The faults: sessions that failed, a command that does not exist, one without its parameters.
    expect(names).toContain('DmSwarmErrorRate');
    expect(names).toContain('DmSwarmProtocolViolation');
    expect(names).not.toContain('DmSwarmFleetStalled');
    expect(names).not.toContain('DmSwarmTurnaroundBurnsFast');
  });

  test('alerts are over with the run: neither its last minute nor its end alerts anybody', async () => {
    // Prometheus has missed the page and looked at its rules since.
    const missedAt = await vi.waitFor(
      async () => {
        const [up] = await prometheus.at(Date.now() / 1_000, `timestamp(up{job="${JOB}"} == 0)`);
        expect(up?.points[0]?.[1]).toBeGreaterThan(run.lastScrape + 5);
        return up!.points[0]![1];
      },
      { timeout: 30_000, interval: 200 },
    );
    const failed = await prometheus.at(missedAt, `run:omadm_sessions_failed:ratio_rate1m{run="${RUN}"}`);
    expect(failed[0]?.points[0]?.[1]).toBeGreaterThan(0.01);
    const alerts = await prometheus.range(missedAt - 2, missedAt, 1, `ALERTS{run="${RUN}"}`);
    expect(alerts).toEqual([]);
  });

  test('promtool finds nothing in the metrics of the run that are ours', () => {
    const { stdout, stderr, status } = spawnSync('promtool', ['check', 'metrics'], {
      input: run.page,
      encoding: 'utf8',
    });
    // 3: findings; some are about prom-client's own process metrics.
    expect([0, 3]).toContain(status);
    expect(`${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('omadm_'))).toEqual([]);
  });
});

/** Both know the same buckets; within one, Prometheus guesses. At its edges one event more or less may tip it over. */
function expectSameBucket(seconds: number, ms: number, what: string): void {
  const upper = EXPOSED_BOUNDS_MS.find((bound) => ms <= bound) ?? Number.POSITIVE_INFINITY;
  const lower = EXPOSED_BOUNDS_MS.filter((bound) => bound < ms).at(-1) ?? 0;
  expect(seconds * 1_000, `${what} is ${ms} ms`).toBeGreaterThanOrEqual(lower * 0.9);
  expect(seconds * 1_000, `${what} is ${ms} ms`).toBeLessThanOrEqual(upper * 1.1);
}
