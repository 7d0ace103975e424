/** The real Prometheus on loopback with the configuration and rules that are shipped, in a scratch folder. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SHIPPED = fileURLToPath(new URL('../prometheus', import.meta.url));
const START_MS = 20_000;

export const PROMETHEUS_INSTALLED =
  spawnSync('prometheus', ['--version']).error === undefined &&
  spawnSync('promtool', ['--version']).error === undefined;

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds since the epoch, and the value as Prometheus writes it: `NaN` and `+Inf` are possible. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

export interface PrometheusProcess {
  /** An instant query. @throws Error with Prometheus' own words for a query that is not valid. */
  at(seconds: number, expr: string): Promise<readonly Sample[]>;
  range(from: number, to: number, stepSeconds: number, expr: string): Promise<readonly Sample[]>;
  /** `GET` of an API path, its `data`. */
  api(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** Scrapes `target` (host:port) every second, and evaluates the shipped rules as often. */
export async function startPrometheus(target: string): Promise<PrometheusProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'dm-swarm-prometheus-'));
  cpSync(SHIPPED, folder, { recursive: true });
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll(/(_interval|_timeout): [45]s/g, '$1: 1s'));
  writeFileSync(join(folder, 'targets', 'local.yml'), `- targets: ['${target}']\n`);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(`${origin}/-/ready`, child, () => log);
  } catch (error) {
    await stop();
    throw error;
  }
  const api = async (path: string): Promise<unknown> => {
    const response = await fetch(origin + path);
    const body = (await response.json()) as { status: string; error?: string; data?: unknown };
    if (body.status !== 'success') throw new Error(`${path}: ${body.error ?? response.status}`);
    return body.data;
  };
  return {
    at: async (seconds, expr) =>
      samplesOf(
        await api(`/api/v1/query?${new URLSearchParams({ query: expr, time: String(seconds) }).toString()}`),
      ),
    range: async (from, to, stepSeconds, expr) => {
      const parameters = { query: expr, start: String(from), end: String(to), step: String(stepSeconds) };
      return samplesOf(await api(`/api/v1/query_range?${new URLSearchParams(parameters).toString()}`));
    },
    api,
    stop,
  };
}

type Point = readonly [number, string];

function samplesOf(data: unknown): readonly Sample[] {
  const { resultType, result } = data as {
    resultType: string;
    result: readonly { metric: Record<string, string>; value?: Point; values?: readonly Point[] }[];
  };
  if (resultType === 'scalar') throw new Error('a scalar, no series');
  return result.map(({ metric, value, values = value === undefined ? [] : [value] }) => ({
    metric,
    points: values.map(([seconds, text]): [number, number] => [
      seconds,
      text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text),
    ]),
  }));
}

/** A port nobody listens on now; whoever takes it next may be somebody else, and is told so. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ready(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const until = Date.now() + START_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`prometheus ended with ${child.exitCode}:\n${log()}`);
    const answered = await fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return;
    if (Date.now() > until) throw new Error(`prometheus is not ready after ${START_MS} ms:\n${log()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timeout = setTimeout(() => child.kill('SIGKILL'), 5_000);
    child.once('exit', () => {
      clearTimeout(timeout);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
