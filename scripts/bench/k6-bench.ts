/**
 * `npm run bench:k6`: the same devices in k6 and in the fleet against the same server – iterations per second of CPU,
 * and memory per sleeping device; interleaved, in one run, behind the load gate.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '../../sim/cli/config-file.ts';
import { findK6, k6Version } from '../k6-binary.ts';
import { type Child, sleep, startChild, until } from './kit/child.ts';
import { LoadGate } from './kit/load-gate.ts';
import { describeMachine, isInstalled } from './kit/machine.ts';
import { busyMs, cpuOfTree, ownMs, rssOfTree } from './kit/proc.ts';
import { spreadOf } from './kit/statistics.ts';

const CAMPAIGN = 'inventory';
const BUSY_DEVICES = 40;
/** Memory is that of so many devices less that of these. */
const FEW_DEVICES = 10;
const MANY_DEVICES = 1_000;
const MOST_FOREIGN_CORES = 0.1;
const NO_DELAYS = ['all=0', 'ui_think=0', 'exec=0', 'network=0'];

interface Subject {
  readonly name: string;
  /** Command and arguments for that many devices; `thinkTime`: between two sessions of a device. */
  readonly command: (server: string, devices: number, thinkTime: string) => readonly string[];
}

interface Place {
  readonly root: string;
  readonly k6: string;
  /** CPU of what is measured, and that of the server; `undefined` where there is but one. */
  readonly pinned: readonly [measured: number, server: number] | undefined;
}

export async function main(
  _command: string,
  argv: readonly string[],
  { root }: { readonly root: string },
): Promise<void> {
  const [flag, count = '3', ...more] = argv.length === 0 ? ['--rounds'] : argv;
  if (flag !== '--rounds' || more.length > 0 || !/^[1-9]\d?$/.test(count))
    refuse(`expected --rounds and a number from 1 to 99, found ${argv.join(' ')}`);
  const rounds = Number(count);
  const k6 = findK6();
  if (k6 === undefined) refuse('no k6 on the path, in $K6 or in ~/go/bin: go install go.k6.io/k6@v1.8.1');
  const pinned = availableParallelism() > 1 && isInstalled('taskset') ? ([0, 1] as const) : undefined;
  const place: Place = { root, k6, pinned };
  const gate = new LoadGate(
    { busyMs, ownMs, now: () => performance.now(), sleep },
    { mostForeignCores: MOST_FOREIGN_CORES, sampleMs: 500, budgetMs: 60_000 * rounds },
  );
  const fleet: Subject = { name: 'fleet', command: (...load) => fleetCommand(place, ...load) };
  const slices: Subject = {
    name: 'k6, 50 devices a VU',
    command: (server, devices, think) => k6Command(place, server, devices, think, Math.ceil(devices / 50)),
  };
  const own: Subject = {
    name: 'k6, a VU a device',
    command: (server, devices, think) => k6Command(place, server, devices, think, devices),
  };
  const measures = [
    [own, 'iterations per second of CPU', (subject: Subject) => throughput(place, subject)],
    [fleet, 'iterations per second of CPU', (subject: Subject) => throughput(place, subject)],
    [own, 'KiB per sleeping device', (subject: Subject) => memory(place, subject, 200)],
    [slices, 'KiB per sleeping device', (subject: Subject) => memory(place, subject, MANY_DEVICES)],
    [fleet, 'KiB per sleeping device', (subject: Subject) => memory(place, subject, MANY_DEVICES)],
  ] as const;
  const values = new Map<string, number[]>();
  const foreign: number[] = [];
  for (let round = 1; round <= rounds; round++)
    for (const [subject, what, measure] of measures) {
      await gate.quiet();
      const { result, foreignCores } = await gate
        .watch(() => measure(subject))
        .catch((error: unknown) => {
          process.stderr.write(`dm-swarm bench-k6: ${subject.name}: ${reasonOf(error)}\n`);
          process.exit(1);
        });
      foreign.push(foreignCores);
      const key = `| ${what} | ${subject.name} |`;
      values.set(key, [...(values.get(key) ?? []), result]);
      process.stderr.write(
        `round ${round}: ${key} ${result.toFixed(1)} (others used ${foreignCores.toFixed(2)} cores)\n`,
      );
    }
  print(place, values, foreign);
  process.exit(0);
}

function refuse(reason: string): never {
  process.stderr.write(`dm-swarm bench-k6: ${reason}\n`);
  process.exit(2);
}

/** Package#2s that the server has handed out per second of the tool's CPU, all devices at work without a pause. */
async function throughput(place: Place, subject: Subject): Promise<number> {
  return withServer(place, async (server) => {
    const tool = start(place, subject.command(server, BUSY_DEVICES, '0'));
    // Every VU has begun, and the just-in-time compiler has seen the code.
    await until('sessions', async () => (await ledger(server)).sessions > 5 * BUSY_DEVICES, { child: tool });
    await sleep(3_000);
    const before = { cpu: cpuMs(tool), ...(await ledger(server)) };
    await sleep(8_000);
    const after = { cpu: cpuMs(tool), ...(await ledger(server)) };
    await tool.end('SIGKILL');
    return (after.iterations - before.iterations) / ((after.cpu - before.cpu) / 1_000);
  });
}

/** Memory of `many` devices that have done a session each and sleep, less that of a few, by device, in KiB. */
async function memory(place: Place, subject: Subject, many: number): Promise<number> {
  const rss = async (devices: number): Promise<number> =>
    withServer(place, async (server) => {
      const tool = start(place, subject.command(server, devices, '20m'));
      await until('all sessions', async () => (await ledger(server)).sessions >= devices, { child: tool });
      await sleep(2_000);
      const bytes = rssOfTree(tool.pid);
      await tool.end('SIGKILL');
      return bytes;
    });
  const few = await rss(FEW_DEVICES);
  return ((await rss(many)) - few) / (many - FEW_DEVICES) / 1_024;
}

function fleetCommand(
  { root }: Place,
  server: string,
  devices: number,
  thinkTime: string,
): readonly string[] {
  return [
    ...[process.execPath, join(root, 'scripts/run.mjs'), 'swarm', '--server', server, '--workers', '1'],
    ...['--devices', String(devices), '--think-time', thinkTime, '--ramp', '2s', '--duration', '30m'],
    ...['--metrics-port', '0', '--quiet', ...NO_DELAYS.flatMap((delay) => ['--latency', delay])],
  ];
}

function k6Command(
  { root, k6 }: Place,
  server: string,
  devices: number,
  thinkTime: string,
  vus: number,
): readonly string[] {
  const options = {
    ...{ SERVER: server, DEVICES: devices, VUS: vus, THINK_TIME: thinkTime, RAMP: '2s', DURATION: '30m' },
    ...{ SUMMARY: 'none', LATENCY: NO_DELAYS.join(';') },
  };
  const words = Object.entries(options).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  return [k6, 'run', '--quiet', ...words, join(root, 'scripts/k6/polling.ts')];
}

function start({ pinned }: Place, [command = '', ...argv]: readonly string[]): Child {
  return startChild(command, argv, { cpu: pinned?.[0] });
}

async function withServer<T>({ root, pinned }: Place, work: (server: string) => Promise<T>): Promise<T> {
  const argv = [join(root, 'scripts/run.mjs'), 'server', '--port', '0', '--campaign', CAMPAIGN];
  const server = startChild(process.execPath, argv, { cpu: pinned?.[1] });
  try {
    await until('the server', () => server.stdout.includes('DM Server ready'), { child: server });
    return await work(/ready: (\S+)/.exec(server.stdout)?.[1] ?? '');
  } finally {
    await server.end('SIGTERM');
  }
}

async function ledger(server: string): Promise<{ readonly sessions: number; readonly iterations: number }> {
  const response = await fetch(new URL('/ledger', server));
  const { sessions, packages } = (await response.json()) as {
    sessions: { completed: number };
    packages: Record<string, number>;
  };
  return { sessions: sessions.completed, iterations: packages['2'] ?? 0 };
}

function cpuMs({ pid }: Child): number {
  const { userMs, systemMs } = cpuOfTree(pid);
  return userMs + systemMs;
}

function print(
  { root, k6 }: Place,
  values: ReadonlyMap<string, readonly number[]>,
  foreign: readonly number[],
): void {
  const { cpu, cores, versions, commit } = describeMachine(root);
  const disturbed = foreign.filter((others) => others > MOST_FOREIGN_CORES).length;
  const spread = spreadOf(foreign);
  const lines = [
    `${new Date().toISOString().slice(0, 10)} · ${k6Version(k6)} · Node ${versions['node'] ?? ''} · commit ${commit ?? 'unknown'}`,
    `${cores} × ${cpu} · others used ${spread.median.toFixed(2)} cores (median), more than ${MOST_FOREIGN_CORES} in ${disturbed} of ${foreign.length} measurements`,
    '',
    '| what | subject | median | quartiles | runs |',
    '| --- | --- | ---: | ---: | ---: |',
    ...[...values].map(([key, found]) => {
      const { median, q1, q3, count } = spreadOf(found);
      return `${key} ${figure(median)} | ${figure(q1)} – ${figure(q3)} | ${count} |`;
    }),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1);
}
