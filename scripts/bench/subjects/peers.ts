/** Contenders that are other load generators: the same requests to the same server, on as many connections. */
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type ChildOrder } from '../bench-child.ts';
import { type Contender, type Figures } from '../benchmark.ts';
import { type BenchContext } from '../bench-context.ts';
import { ask, type Child, forkChild, startChild, until } from '../kit/child.ts';
import { isInstalled } from '../kit/machine.ts';
import { ITERATIONS, LOCAL_COMMANDS, PACKAGE3_HEADERS } from '../server/static-traffic.ts';
import { cpuFigures, measureWindow, warmUp } from './load-window.ts';
import { package3Body } from './package3-body.ts';
import { startStaticServerProcess } from './server-processes.ts';

/** What a peer is to send. */
export interface PeerLoad {
  readonly base: string;
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type StartPeer = (bench: BenchContext, load: PeerLoad) => Child | Promise<Child>;

/** Long enough for every window; peers are ended when theirs is over. */
const LOAD_SECONDS = 3_600;

export const autocannonPeer = (connections: number): Contender =>
  peer('autocannon', 'autocannon, one thread', connections, startAutocannon);
export const wrkPeer = (connections: number): Contender =>
  peer('wrk', 'wrk, one thread', connections, startWrk, 'wrk');
export const heyPeer = (connections: number): Contender => peer('hey', 'hey', connections, startHey, 'hey');
export const undiciPeer = (connections: number): Contender =>
  peer('undici', 'undici `dispatch`, a client a connection', connections, startUndici);

function peer(id: string, label: string, connections: number, start: StartPeer, command?: string): Contender {
  return {
    id,
    label,
    ...(command === undefined
      ? {}
      : { missing: () => (isInstalled(command) ? undefined : `${command} is not installed`) }),
    measure: (bench) => measurePeer(bench, connections, start),
  };
}

async function measurePeer(bench: BenchContext, connections: number, start: StartPeer): Promise<Figures> {
  const body = await package3Body(bench);
  const server = await startStaticServerProcess(bench, {
    ...{ iterations: ITERATIONS, commands: LOCAL_COMMANDS, spread: connections },
  });
  const child = await start(bench, { base: server.base, connections, headers: PACKAGE3_HEADERS, body });
  try {
    await until('all connections', async () => (await server.counts()).connections >= connections, { child });
    const requests = async (): Promise<number> => (await server.counts()).package3;
    await warmUp(bench, child, requests);
    const window = await measureWindow(child, requests, bench.scale.windowMs);
    const { package3Body: sent } = await server.counts();
    if (sent !== body) throw new Error(`the peer sends another body: ${sent.slice(0, 200)}`);
    return { ...cpuFigures(window) };
  } finally {
    await child.end('SIGKILL');
    await server.end();
  }
}

function startAutocannon(bench: BenchContext, { base, connections, headers, body }: PeerLoad): Child {
  const file = createRequire(join(bench.root, 'package.json')).resolve('autocannon');
  const flags = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}=${value}`]);
  const argv = ['-c', String(connections), '-d', String(LOAD_SECONDS), '-m', 'POST', ...flags, '-b', body];
  return startChild(process.execPath, [file, ...argv, '--no-progress', `${base}/dm`], {
    cpu: bench.pinned?.measured,
  });
}

export function startWrk(bench: BenchContext, { base, connections, headers, body }: PeerLoad): Child {
  const script = join(bench.scratch, 'wrk.lua');
  const lines = Object.entries(headers).map(([name, value]) => `wrk.headers[${lua(name)}] = ${lua(value)}`);
  writeFileSync(script, ['wrk.method = "POST"', `wrk.body = ${lua(body)}`, ...lines, ''].join('\n'));
  const argv = ['-t', '1', '-c', String(connections), '-d', `${LOAD_SECONDS}s`, '--timeout', '60s'];
  return startChild('wrk', [...argv, '-s', script, `${base}/dm`], { cpu: bench.pinned?.measured });
}

/** A JSON string is a Lua string, but for characters that neither headers nor packages of a benchmark have. */
function lua(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text)) throw new Error('only printable ASCII can be given to wrk');
  return JSON.stringify(text);
}

function startHey(bench: BenchContext, { base, connections, headers, body }: PeerLoad): Child {
  const { 'Content-Type': type = '', ...others } = headers;
  const flags = Object.entries(others).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const argv = ['-c', String(connections), '-z', `${LOAD_SECONDS}s`, '-m', 'POST', '-T', type, ...flags];
  return startChild('hey', [...argv, '-d', body, `${base}/dm`], { cpu: bench.pinned?.measured });
}

async function startUndici(
  bench: BenchContext,
  { base, connections, headers, body }: PeerLoad,
): Promise<Child> {
  const child = forkChild(join(bench.directory, 'bench-child.mjs'), []);
  const load = { origin: base, path: '/dm', connections, headers, body };
  await ask(child, { kind: 'undici-load', load } satisfies ChildOrder);
  return child;
}
