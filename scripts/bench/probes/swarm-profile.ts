/** A CPU profile of the swarm's shard under the load of row a: its costliest functions, by their own time. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BenchContext } from '../bench-context.ts';
import { sleep } from '../kit/child.ts';
import { ITERATIONS, LOCAL_COMMANDS } from '../server/static-traffic.ts';
import { startStaticServerProcess } from '../subjects/server-processes.ts';
import { endSwarm, startSwarm } from '../subjects/swarm.ts';
import { type CpuProfile, costliestFunctions, costsByFile } from './cpu-profile.ts';
import { alignedRows } from '../../../sim/report/text-layout.ts';

const CONNECTIONS = 1_000;
const LISTED = 60;

export async function profileSwarm(bench: BenchContext, folder: string): Promise<readonly string[]> {
  const home = resolve(folder);
  mkdirSync(home, { recursive: true });
  const before = new Set(readdirSync(home));
  const options = { iterations: ITERATIONS, commands: LOCAL_COMMANDS, spread: CONNECTIONS };
  const server = await startStaticServerProcess(bench, options);
  const swarm = startSwarm(bench, {
    ...{ server: server.base, devices: CONNECTIONS, rampMs: 400 },
    execArgv: ['--cpu-prof', '--cpu-prof-interval', '500', `--cpu-prof-dir=${home}`],
  });
  try {
    await sleep(2_000 + bench.scale.warmUpMs + bench.scale.windowMs);
    await server.windDown();
    await endSwarm(swarm);
  } finally {
    await swarm.end('SIGKILL');
    await server.end();
  }
  const profiles = readdirSync(home)
    .filter((name) => name.endsWith('.cpuprofile') && !before.has(name))
    .map((name) => ({ name, profile: JSON.parse(readFileSync(join(home, name), 'utf8')) as CpuProfile }));
  // The shard's thread is the one that was busy.
  const busiest = profiles
    .map((entry) => ({ ...entry, functions: costliestFunctions(entry.profile, bench.root) }))
    .sort((a, b) => b.functions.busyMs - a.functions.busyMs)[0];
  if (busiest === undefined) throw new Error(`no profile was written to ${home}`);
  const { functions, name, profile } = busiest;
  const share = (ms: number): string => `${((ms / functions.busyMs) * 100).toFixed(1)} %`;
  return [
    `${join(home, name)}: ${(functions.busyMs / 1_000).toFixed(1)} s busy, ${(functions.idleMs / 1_000).toFixed(1)} s idle`,
    ...alignedRows(functions.list.slice(0, LISTED).map(({ place, ms }) => [place, share(ms)])),
    '',
    ...alignedRows(
      costsByFile(profile, bench.root)
        .slice(0, LISTED)
        .map(({ place, ms }) => [place, share(ms)]),
    ),
  ];
}
