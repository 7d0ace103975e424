/** Every query of every panel against the real Prometheus, which has scraped a whole run with faults from its first second. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Summary } from '../sim/report/summary-schema.ts';
import { DASHBOARDS } from './generated.ts';
import { committedDashboard, type JsonPanel, panelsOf } from './testing/model-queries.ts';
import {
  freePort,
  PROMETHEUS_INSTALLED,
  type PrometheusProcess,
  type Sample,
  startPrometheus,
} from './testing/prometheus-process.ts';
import { type ScrapedRun, scrapeRun } from './testing/scraped-run.ts';

// Where every tool is to be had, a missing one is a failure and no reason to look away.
const required = (process.env['CI'] ?? '') !== '';
const skipped = !PROMETHEUS_INSTALLED && !required;
const why = skipped ? ' (skipped: Debian has prometheus and promtool in the package prometheus)' : '';

const RUN = 'panels-1';
const JOB = 'dm-swarm';
/** Four scrapes, as Grafana chooses it. */
const RATE_SECONDS = 4;
const LARGEST_BOUND_SECONDS = 64;

describe.skipIf(skipped)(`Prometheus and a run${why}`, () => {
  let prometheus: PrometheusProcess;
  let run: ScrapedRun;

  beforeAll(async () => {
    const metricsPort = await freePort();
    prometheus = await startPrometheus(`127.0.0.1:${metricsPort}`);
    run = await scrapeRun(RUN, metricsPort, prometheus);
  }, 120_000);

  afterAll(() => prometheus.stop());

  /** What Grafana puts in for the variables; `command` is one of those that have a row. */
  function substituted(expr: string, { command = 'GET', windowSeconds = RATE_SECONDS } = {}): string {
    const whole = `${Math.ceil(run.lastScrape - run.startedAt)}s`;
    const values: Readonly<Record<string, string>> = {
      job: JOB,
      run: RUN,
      shard: '.*',
      command,
      __rate_interval: `${windowSeconds}s`,
      __range: whole,
    };
    const text = expr.replaceAll(/\$(\w+)/g, (variable, name: string) => values[name] ?? variable);
    expect(text, 'a variable that nobody knows').not.toContain('$');
    return text;
  }

  async function variableValues(query: string): Promise<readonly string[]> {
    const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(substituted(query)) ?? [];
    const parameters = new URLSearchParams({
      'match[]': selector,
      start: String(run.startedAt),
      end: String(run.lastScrape),
    });
    return (await prometheus.api(`/api/v1/label/${label}/values?${parameters.toString()}`)) as string[];
  }

  /** Each value that can be one is: no less than 0, a share no more than 1, a time not beyond the last bucket. */
  function expectPlausible(samples: readonly Sample[], { title, type, fieldConfig }: JsonPanel): void {
    // A heat map's unit is that of its buckets; its values are how many.
    const unit = type === 'heatmap' ? 'none' : fieldConfig?.defaults.unit;
    const most = unit === 'percentunit' ? 1 : unit === 's' ? LARGEST_BOUND_SECONDS : Number.MAX_SAFE_INTEGER;
    const values = samples.flatMap(({ points }) => points.map(([, value]) => value));
    // 0/0: in that moment nothing happened that could be measured; Grafana shows a gap.
    const numbers = values.filter((value) => !Number.isNaN(value));
    expect(numbers.length, `${title}: no value at all`).toBeGreaterThan(0);
    expect(Math.min(...numbers), title).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers), title).toBeLessThanOrEqual(most);
    // Only a verdict may be 0 all the time: everything else was made to happen.
    if (!/^Valid/.test(title)) expect(Math.max(...numbers), `${title}: nothing but zero`).toBeGreaterThan(0);
  }

  describe.each(DASHBOARDS)('$file', ({ file }) => {
    const model = committedDashboard(file);

    test.each(panelsOf(model))('panel $title shows data', async (panel) => {
      const inRepeatedRow = model.panels.some(({ panels = [] }) => panels.some(({ id }) => id === panel.id));
      const commands = inRepeatedRow
        ? await variableValues('label_values(omadm_commands_total{job="$job",run="$run"}, command)')
        : ['GET'];
      if (inRepeatedRow) expect(commands).toHaveLength(13);
      for (const { expr, instant } of panel.targets ?? [])
        for (const command of commands) {
          const query = substituted(expr, { command });
          const text = { ...panel, title: `${panel.title} (${command}): ${query}` };
          const shown = await prometheus.range(run.startedAt + 2, run.lastScrape, 1, query);
          expectPlausible(shown, text);
          // A moment well inside the load: every kind of event happens around it.
          const at = await prometheus.at(instant === true ? run.lastScrape : run.endedAt - 8, query);
          expect(at.length, text.title).toBeGreaterThan(0);
          // A stat shows a value for each series: it is to be one.
          if (panel.type === 'stat') expect(shown, text.title).toHaveLength(1);
        }
    });

    test('every variable offers what the run has', async () => {
      const expected: Readonly<Record<string, readonly string[]>> = {
        job: [JOB],
        run: [RUN],
        shard: ['0', '1'],
        command: Object.keys({ ...run.summary.totals.commands }).sort(),
      };
      for (const { name, type, query } of model.templating.list) {
        if (type === 'datasource') continue;
        const values = await variableValues(typeof query === 'string' ? query : query.query);
        expect(values, name).toEqual(expected[name]);
      }
    });

    test('start and end of the run are marked at their time', async () => {
      const marks = await Promise.all(
        model.annotations.list.map(async ({ name, expr }) => {
          // Grafana's own step for marks, over a quarter of an hour.
          const samples = await prometheus.range(
            run.lastScrape - 840,
            run.lastScrape + 60,
            60,
            substituted(expr),
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

  test('iterations per second on the panel are those of the run.summary, to 2 %', async () => {
    const panel = panelsOf(committedDashboard('dashboards/grafana/fleet.json')).find(
      ({ title }) => title === 'Iterations per second',
    )!;
    // One window from before the first iteration to the last scrape: what it holds is the whole run and nothing else.
    const windowSeconds = Math.ceil(run.lastScrape - run.startedAt) + 1;
    const [sample] = await prometheus.at(
      run.lastScrape,
      substituted(panel.targets![0]!.expr, { windowSeconds }),
    );
    const perSecond = (sample!.points[0]![1] * windowSeconds) / (run.summary.run.durationMs / 1_000);
    expect(perSecond / run.summary.rates.iterationsPerSecond).toBeGreaterThan(0.98);
    expect(perSecond / run.summary.rates.iterationsPerSecond).toBeLessThan(1.02);
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
      expectPlausible(samples, { title: name, id: 0, type: 'rule', gridPos: { x: 0, y: 0, w: 0, h: 0 } });
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
