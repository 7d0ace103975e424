/** A swarm whose devices are all in mid-session, waiting for a server that holds its answers back. */
import { type BenchContext } from '../bench-context.ts';
import { type Child, until } from '../kit/child.ts';
import { LOCAL_COMMANDS } from '../server/static-traffic.ts';
import { startStaticServerProcess } from './server-processes.ts';
import { startSwarm } from './swarm.ts';

const STARTS_PER_MS = 2;

/** Brings `devices` to where they have executed a Package#2, sent Package#3 and wait; then does `look`. */
export async function withHeldSwarm<T>(
  bench: BenchContext,
  devices: number,
  look: (swarm: Child) => Promise<T>,
): Promise<T> {
  const server = await startStaticServerProcess(bench, {
    ...{ iterations: 1_000_000, commands: LOCAL_COMMANDS, holdFrom: 2 },
  });
  const swarm = startSwarm(bench, {
    server: server.base,
    devices,
    rampMs: Math.ceil(devices / STARTS_PER_MS),
  });
  try {
    await until('all devices in mid-session', async () => (await server.counts()).held === devices, {
      child: swarm,
    });
    return await look(swarm);
  } finally {
    await swarm.end('SIGKILL');
    await server.end();
  }
}
