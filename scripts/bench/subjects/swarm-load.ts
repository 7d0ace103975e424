/** Contenders that are the swarm in a closed loop against the static server. */
import { type Contender, type Figures } from '../benchmark.ts';
import { type BenchContext } from '../bench-context.ts';
import { until } from '../kit/child.ts';
import { type StaticServerCounts } from '../server/static-server.ts';
import { type Commands, ITERATIONS, LOCAL_COMMANDS, LOCAL_STATUSES } from '../server/static-traffic.ts';
import { cpuFigures, measureWindow, warmUp } from './load-window.ts';
import { startStaticServerProcess } from './server-processes.ts';
import { checkSummary, endSwarm, startSwarm } from './swarm.ts';

export interface SwarmLoad {
  readonly connections: number;
  readonly commands?: Commands;
  readonly opening?: Commands;
  /** What each command may be answered. */
  readonly statuses?: Readonly<Record<string, readonly string[]>>;
  readonly flags?: readonly string[];
  /** Sessions have no end, and none goes on before all devices are in theirs: so many connections are open for sure. */
  readonly endless?: true;
}

/** Devices that may be started a second, so that no server's queue of connections overflows. */
const STARTS_PER_MS = 2.5;

export function swarmLoad(id: string, label: string, load: SwarmLoad): Contender {
  return { id, label, measure: (bench) => measureSwarmLoad(bench, load) };
}

function requestsOf({ package1, package3, gets, puts }: StaticServerCounts): number {
  return package1 + package3 + gets + puts;
}

/** CPU of the whole swarm process per iteration: sessions' begin and end, connecting and Package#1 are in it. */
async function measureSwarmLoad(bench: BenchContext, load: SwarmLoad): Promise<Figures> {
  const { connections, commands = LOCAL_COMMANDS, opening, statuses = LOCAL_STATUSES } = load;
  const endless = load.endless === true;
  const server = await startStaticServerProcess(bench, {
    commands,
    ...(opening === undefined ? {} : { opening }),
    ...(endless
      ? { iterations: Number.MAX_SAFE_INTEGER, holdFrom: 2 }
      : { iterations: ITERATIONS, spread: connections }),
  });
  const rampMs = Math.ceil(connections / STARTS_PER_MS);
  const flags = [...(load.flags ?? []), ...(endless ? ['--max-iterations', '1000000'] : [])];
  const child = startSwarm(bench, { server: server.base, devices: connections, rampMs, flags });
  try {
    // Between two sessions a device has no connection, for a turn or two of the fifty that a session takes.
    const connected = async (): Promise<boolean> => {
      const { connections: open, held } = await server.counts();
      return endless ? held === connections : open >= connections * 0.85;
    };
    await until('all connections', connected, { child });
    await server.release();
    const iterations = async (): Promise<number> => (await server.counts()).package3;
    await warmUp(bench, child, async () => requestsOf(await server.counts()));
    const window = await measureWindow(child, iterations, bench.scale.windowMs);
    await server.windDown();
    const summary = await endSwarm(child);
    checkSummary(summary, await server.counts(), statuses);
    return { ...cpuFigures(window) };
  } finally {
    await child.end('SIGKILL');
    await server.end();
  }
}
