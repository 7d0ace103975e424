/** The Package#3 that peers send: one that the swarm has sent, byte by byte. */
import { type BenchContext } from '../bench-context.ts';
import { LOCAL_COMMANDS } from '../server/static-traffic.ts';
import { startStaticServerProcess } from './server-processes.ts';
import { startSwarm } from './swarm.ts';

let known: Promise<string> | undefined;

/** Body of the Package#3 that answers the local commands; found once by a session of one device. */
export function package3Body(bench: BenchContext): Promise<string> {
  return (known ??= find(bench));
}

async function find(bench: BenchContext): Promise<string> {
  const server = await startStaticServerProcess(bench, { iterations: 1, commands: LOCAL_COMMANDS });
  const child = startSwarm(bench, { server: server.base, devices: 1, rampMs: 0, flags: ['--sessions', '1'] });
  try {
    await child.over();
    const { package3Body: body } = await server.counts();
    if (!body.includes('"sc":404'))
      throw new Error(`no Package#3 from the swarm: ${child.stderr.slice(-2_000)}`);
    return body;
  } finally {
    await server.end();
  }
}
