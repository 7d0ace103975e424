/** The servers of the benchmark, each in a process of its own. */
import { join } from 'node:path';
import { type ChildOrder, type StaticServerQuestion } from '../bench-child.ts';
import { type BenchContext } from '../bench-context.ts';
import { ask, type Child, forkChild, startChild, until } from '../kit/child.ts';
import { type StaticServerCounts, type StaticServerOptions } from '../server/static-server.ts';

export interface StaticServerProcess {
  readonly child: Child;
  /** `http://127.0.0.1:PORT` */
  readonly base: string;
  counts(): Promise<StaticServerCounts>;
  /** Every package is answered with END from now on. */
  windDown(): Promise<void>;
  /** Answers held back are sent. */
  release(): Promise<void>;
  end(): Promise<void>;
}

export async function startStaticServerProcess(
  bench: BenchContext,
  options: StaticServerOptions,
): Promise<StaticServerProcess> {
  const { child, base, end } = await startOwnServer(bench, { kind: 'static-server', options });
  const question = (words: StaticServerQuestion): Promise<StaticServerCounts> => ask(child, words);
  return {
    ...{ child, base, end },
    counts: () => question({}),
    release: async () => {
      await question({ release: true });
    },
    windDown: async () => {
      await question({ windDown: true });
    },
  };
}

export interface EchoServerProcess {
  readonly child: Child;
  readonly base: string;
  requests(): Promise<number>;
  end(): Promise<void>;
}

export async function startEchoServerProcess(bench: BenchContext): Promise<EchoServerProcess> {
  const { child, base, end } = await startOwnServer(bench, { kind: 'echo-server' });
  const requests = async (): Promise<number> => (await ask<{ requests: number }>(child, {})).requests;
  return { child, base, end, requests };
}

async function startOwnServer(
  bench: BenchContext,
  order: ChildOrder,
): Promise<{ child: Child; base: string; end: () => Promise<void> }> {
  const child = forkChild(join(bench.directory, 'bench-child.mjs'), []);
  await bind(child, bench.pinned?.server);
  const { port } = await ask<{ port: number }>(child, order);
  const end = async (): Promise<void> => {
    await child.end('SIGKILL'); // it keeps nothing
  };
  return { child, base: `http://127.0.0.1:${port}`, end };
}

/** Binds a running process and its threads to a CPU. */
async function bind({ pid }: Child, cpu: number | undefined): Promise<void> {
  if (cpu === undefined) return;
  const taskset = startChild('taskset', ['-a', '-p', '-c', String(cpu), String(pid)]);
  if ((await taskset.over()) !== 0) throw new Error(`taskset: ${taskset.stderr}`);
}

export interface ReferenceServerProcess {
  readonly child: Child;
  readonly base: string;
  /** Packages that its ledger holds. */
  packages(): Promise<number>;
  end(): Promise<void>;
}

/** `npm run server` with a campaign of the benchmark's own. */
export async function startReferenceServerProcess(
  bench: BenchContext,
  campaignFile: string,
): Promise<ReferenceServerProcess> {
  const subject = join(bench.directory, 'bench-subject.mjs');
  const child = startChild(process.execPath, [subject, 'server', '--port', '0', '--campaign', campaignFile], {
    cpu: bench.pinned?.server,
  });
  await until('the reference server', () => child.stdout.includes('\n'), { child });
  const base = /http:\/\/[\d.]+:\d+/.exec(child.stdout)?.[0];
  if (base === undefined) throw new Error(`the reference server says no address: ${child.stdout}`);
  const packages = async (): Promise<number> => {
    const ledger = (await (await fetch(`${base}/ledger`)).json()) as { packages: Record<string, number> };
    return (ledger.packages['1'] ?? 0) + (ledger.packages['3'] ?? 0);
  };
  const end = async (): Promise<void> => {
    await child.end();
  };
  return { child, base, packages, end };
}
