/** A whole run with faults that a real Prometheus has scraped from its first second to behind its last. */
import { vi } from 'vitest';
import { readSummary, startCommand, temporaryFolder } from '../../sim/cli/testing/command.ts';
import { type Summary } from '../../sim/report/summary-schema.ts';
import { startFaultyProxy } from './faulty-proxy.ts';
import { type PrometheusProcess } from './prometheus-process.ts';

/** Longer than the half minute for which alerts wait. */
const LOAD = '40s';

/** Times in seconds since the epoch. */
export interface ScrapedRun {
  readonly name: string;
  readonly summary: Summary;
  /** A metrics page of its middle. */
  readonly page: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** When the page was scraped that has all of the run. */
  readonly lastScrape: number;
}

/** Runs a swarm of two workers whose metrics port Prometheus scrapes already; nothing of it is left behind. */
export async function scrapeRun(
  name: string,
  metricsPort: number,
  prometheus: PrometheusProcess,
): Promise<ScrapedRun> {
  const proxy = await startFaultyProxy();
  const server = startCommand(
    'server',
    ...options({
      port: '0',
      'public-url': proxy.origin,
      campaign: 'everything',
      'notify-every': 'exp(mean=2s)',
    }),
  );
  try {
    const [, port] = await server.printed(/DM Server ready: http:\/\/127\.0\.0\.1:(\d+)/);
    proxy.upstream.port = Number(port);
    const out = temporaryFolder();
    const swarm = startCommand(
      'swarm',
      ...options({
        run: name,
        server: `${proxy.origin}/dm`,
        devices: '120',
        workers: '2',
        push: '25%',
        duration: LOAD,
        ramp: '3s',
        drain: '4s',
        'think-time': 'exp(mean=1s)',
        // Below it the proxy's silence becomes a time-out, and its delay does not.
        timeout: '1s',
        'ui-timeout': '2s',
        ui: 'off',
        'metrics-port': String(metricsPort),
        'metrics-linger': '30s',
        out,
      }),
    );
    await swarm.printed(/load, /);
    const page = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const { code, stderr } = await swarm.finished;
    if (code !== 0) throw new Error(`swarm ended with ${code ?? 'a signal'}:\n${stderr}`);
    const end = await vi.waitFor(() => moment(prometheus, name, 'omadm_run_end_timestamp_seconds'), {
      timeout: 10_000,
      interval: 100,
    });
    const start = await moment(prometheus, name, 'omadm_run_start_timestamp_seconds');
    return {
      ...{ name, page, summary: readSummary(out) },
      startedAt: start.value,
      endedAt: end.value,
      lastScrape: end.scrapedAt,
    };
  } finally {
    server.process.kill('SIGTERM');
    await server.finished;
    await proxy.close();
  }
}

function options(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
}

/** The latest sample of a metric that a run has one series of, and when it was scraped. */
async function moment(
  prometheus: PrometheusProcess,
  run: string,
  metric: string,
): Promise<{ readonly value: number; readonly scrapedAt: number }> {
  const [series] = await prometheus.at(Date.now() / 1_000, `${metric}{run="${run}"}[2m]`);
  const point = series?.points.at(-1);
  if (point === undefined) throw new Error(`${metric} has not been scraped`);
  return { scrapedAt: point[0], value: point[1] };
}
