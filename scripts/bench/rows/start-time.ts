/** Row i: from the command to the first session. */
import { spawn } from 'node:child_process';
import { type Benchmark, type Contender } from '../benchmark.ts';
import { type BenchContext } from '../bench-context.ts';
import { Child, until } from '../kit/child.ts';
import { processTree } from '../kit/proc.ts';
import { LOCAL_COMMANDS } from '../server/static-traffic.ts';
import { startStaticServerProcess } from '../subjects/server-processes.ts';

function start(id: string, devices: number): Contender {
  return {
    id,
    label: `npm run swarm with ${devices.toLocaleString('en')} devices`,
    measure: async (bench) => ({ seconds: await secondsToFirstSession(bench, devices) }),
  };
}

/** As typed: npm, the launcher, the bundle of unchanged sources, the fleet, the first Package#1. */
async function secondsToFirstSession(bench: BenchContext, devices: number): Promise<number> {
  const server = await startStaticServerProcess(bench, {
    iterations: 1,
    commands: LOCAL_COMMANDS,
    holdFrom: 2,
  });
  const words = ['run', 'swarm', '--', '--server', `${server.base}/dm`, '--devices', String(devices)];
  const startedAt = performance.timeOrigin + performance.now();
  const child = new Child(
    spawn('npm', [...words, '--metrics-port', '0'], { cwd: bench.root, stdio: ['ignore', 'pipe', 'pipe'] }),
    'npm run swarm',
  );
  try {
    await until('the first package', async () => (await server.counts()).package1 > 0, {
      child,
      everyMs: 10,
    });
    const { firstPackageAtMs } = await server.counts();
    return (firstPackageAtMs - startedAt) / 1_000;
  } finally {
    // npm ends without what it has started.
    for (const { pid } of processTree(child.pid)) if (pid !== child.pid) process.kill(pid, 'SIGKILL');
    await child.end('SIGKILL');
    await server.end();
  }
}

const FEW = start('few', 5_000);
const MANY = start('many', 1_000_000);

export const startTime: Benchmark = {
  id: 'i',
  title: 'command → first session, 5,000 devices; one million',
  heat: 'start',
  quickRounds: 1,
  contenders: () => [FEW, MANY],
  read: (results) => [
    {
      ...{ key: 'i.5000', what: '5,000 devices', unit: 's', better: 'less', floor: 2, goal: 1.2 },
      ...{ spread: results.figure(FEW.id, 'seconds'), portable: false },
    },
    {
      ...{ key: 'i.1000000', what: '1,000,000 devices', unit: 's', better: 'less', floor: 5, goal: 2.5 },
      ...{ spread: results.figure(MANY.id, 'seconds'), portable: false },
    },
  ],
  notes: [
    'From the start of `npm run swarm -- --devices N --server URL` to the first Package#1 at the server, the sources being bundled already; npm itself is in the figure, a reference server of its own is not.',
  ],
};
