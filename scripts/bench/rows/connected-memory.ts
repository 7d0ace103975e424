/** Row e: memory of a device that is in mid-session, its connection open. */
import { type Benchmark, type Contender } from '../benchmark.ts';
import { sleep } from '../kit/child.ts';
import { figureOf } from '../kit/heat.ts';
import { rssOfTree } from '../kit/proc.ts';
import { median } from '../kit/statistics.ts';
import { withHeldSwarm } from '../subjects/held-swarm.ts';

const READINGS = 5;

function held(id: string, devices: number): Contender {
  return {
    id,
    label: `the swarm, ${devices.toLocaleString('en')} in mid-session`,
    measure: (bench) =>
      withHeldSwarm(bench, devices, async ({ pid }) => {
        const readings: number[] = [];
        for (let i = 0; i < READINGS; i++) {
          await sleep(bench.scale.windowMs / READINGS);
          readings.push(rssOfTree(pid));
        }
        return { rssBytes: median(readings) };
      }),
  };
}

const devicesAt = (quick: boolean): number => (quick ? 4_000 : 19_000);

export const connectedMemory: Benchmark = {
  id: 'e',
  title: 'memory per connected device in mid-session at 19,000',
  heat: 'connected',
  mostRounds: 4,
  contenders: ({ quick }) => [held('one device', 1), held('all devices', devicesAt(quick))],
  read: (results, { quick }) => [
    {
      ...{
        key: quick ? 'e.at-4000' : 'e.rss',
        what: `RSS per device at ${devicesAt(quick).toLocaleString('en')}`,
        unit: 'KiB',
        better: 'less',
      },
      ...{ floor: 7, goal: 5, portable: true },
      spread: results.paired(
        ['all devices', 'one device'],
        (all, one) =>
          (figureOf(all, 'rssBytes') - figureOf(one, 'rssBytes')) / 1_024 / (devicesAt(quick) - 1),
      ),
    },
  ],
  notes: [
    'RSS of the swarm less that of the same run with one device, both in mid-session (one iteration executed, Package#3 sent), as Node leaves it: garbage that is not yet collected counts. What the kernel keeps for a socket is not in RSS.',
  ],
};
