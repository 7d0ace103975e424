/** Row h: fifty thousand devices connected at once, server and swarm on this machine. */
import { readFileSync } from 'node:fs';
import { type Benchmark } from '../benchmark.ts';
import { sleep } from '../kit/child.ts';
import { endSwarm, startSwarm, swarmHas } from '../subjects/swarm.ts';

const DEVICES = 50_000;
/** Longer than the ramp, so that all are connected before the first is answered. */
const SERVICE_TIME = '60s';

export const fiftyThousand: Benchmark = {
  id: 'h',
  title: 'fifty thousand devices connected at once, server and swarm on this machine',
  heat: 'fifty thousand',
  mostRounds: 2,
  unavailable: (bench) =>
    Promise.resolve(
      bench.scale.quick
        ? 'takes more than a minute, so not in a quick run'
        : swarmHas(bench, 'processes', 'source-addresses')
          ? undefined
          : 'the swarm has no --processes and --source-addresses yet',
    ),
  contenders: () => [
    {
      id: 'fifty thousand',
      label: 'the swarm and its reference server, 50,000 connections',
      measure: async (bench) => {
        const swarm = startSwarm(bench, {
          ...{ devices: DEVICES, rampMs: 40_000 },
          flags: [
            ...['--sessions', '1', '--campaign', 'inventory', '--service-time', SERVICE_TIME],
            ...['--service-on', 'package1', '--source-addresses', '127.0.0.2-127.0.0.9'],
          ],
        });
        try {
          let connected = 0;
          while (!swarm.hasEnded) {
            await sleep(500);
            connected = Math.max(connected, openSockets() / 2); // both ends are on this machine
          }
          const { totals, generator } = await endSwarm(swarm);
          if (swarm.stderr.includes('books do not balance')) throw new Error(swarm.stderr.slice(-2_000));
          if (totals.sessions.completed !== DEVICES)
            throw new Error(
              `${totals.sessions.completed} sessions completed: ${JSON.stringify(totals.endings)}`,
            );
          return { connected, rssMb: generator.peakRssBytes / 1e6 };
        } finally {
          await swarm.end('SIGKILL');
        }
      },
    },
  ],
  read: (results) => [
    {
      ...{ key: 'h.connected', what: 'connected at once', unit: '', better: 'more', floor: 49_900 },
      ...{ spread: results.figure('fifty thousand', 'connected'), portable: false },
    },
    {
      ...{
        key: 'h.rss',
        what: 'peak RSS of the swarm, all processes',
        unit: 'MB',
        better: 'less',
        goal: 520,
      },
      ...{ spread: results.figure('fifty thousand', 'rssMb'), portable: true },
    },
  ],
  notes: ['One session a device, which the reference server answers only when all are connected.'],
};

/** TCP sockets in use on the whole machine. */
function openSockets(): number {
  const match = /^TCP: inuse (\d+)/m.exec(readFileSync('/proc/net/sockstat', 'utf8'));
  return Number(match?.[1] ?? 0);
}
