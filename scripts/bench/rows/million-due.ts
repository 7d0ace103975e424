/** Row g: one million devices, each due about every eight minutes. */
import { type Benchmark } from '../benchmark.ts';
import { sleep, until } from '../kit/child.ts';
import { rssOfTree } from '../kit/proc.ts';
import { LOCAL_COMMANDS } from '../server/static-traffic.ts';
import { startStaticServerProcess } from '../subjects/server-processes.ts';
import { endSwarm, startSwarm, swarmHas } from '../subjects/swarm.ts';

const DEVICES = 1_000_000;
const RUN_MS = 60_000;

export const millionDue: Benchmark = {
  id: 'g',
  title: 'one million devices, each due about every 8 minutes (2,000 sessions/s)',
  heat: 'million',
  mostRounds: 2,
  unavailable: (bench) =>
    Promise.resolve(
      bench.scale.quick
        ? 'takes more than a minute, so not in a quick run'
        : swarmHas(bench, 'every')
          ? undefined
          : 'the swarm has no --every yet',
    ),
  contenders: () => [
    {
      id: 'million',
      label: 'the swarm, a million devices with --every 8m',
      measure: async (bench) => {
        const server = await startStaticServerProcess(bench, { iterations: 2, commands: LOCAL_COMMANDS });
        const swarm = startSwarm(bench, { server: server.base, devices: DEVICES, pace: ['--every', '8m'] });
        try {
          await until('the first session', async () => (await server.counts()).package1 > 0, {
            child: swarm,
          });
          const before = await server.counts();
          let rssBytes = 0;
          const end = performance.now() + RUN_MS;
          while (performance.now() < end) {
            await sleep(1_000);
            rssBytes = Math.max(rssBytes, rssOfTree(swarm.pid));
          }
          const sessions = (await server.counts()).package1 - before.package1;
          const { latencyMs } = await endSwarm(swarm);
          const lag = (latencyMs as Readonly<Record<string, unknown>>)['startLag'] as
            { p99: number } | undefined;
          if (lag === undefined) throw new Error('the summary has no latencyMs.startLag');
          return { rssMb: rssBytes / 1e6, startLagMs: lag.p99, perSecond: (sessions * 1_000) / RUN_MS };
        } finally {
          await swarm.end('SIGKILL');
          await server.end();
        }
      },
    },
  ],
  read: (results) => [
    {
      ...{
        key: 'g.rss',
        what: 'peak RSS',
        unit: 'MB',
        better: 'less',
        floor: 1_074,
        goal: 350,
        portable: true,
      },
      spread: results.figure('million', 'rssMb'),
    },
    {
      ...{
        key: 'g.lag',
        what: 'start lag p99',
        unit: 'ms',
        better: 'less',
        floor: 20,
        goal: 5,
        portable: false,
      },
      spread: results.figure('million', 'startLagMs'),
    },
    {
      ...{ key: 'g.rate', what: 'sessions', unit: '/s', better: 'more', floor: 1_900, portable: false },
      spread: results.figure('million', 'perSecond'),
    },
  ],
  notes: ['A minute after the first session, against the static server, two iterations a session.'],
};
