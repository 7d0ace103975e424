/** Row k: CPU of a swarm that only waits. */
import { type Benchmark } from '../benchmark.ts';
import { idleShare } from '../subjects/load-window.ts';
import { withHeldSwarm } from '../subjects/held-swarm.ts';

const DEVICES = 10_000;

export const waitingCost: Benchmark = {
  id: 'k',
  title: '10,000 devices waiting for a slow server: CPU of the swarm',
  heat: 'waiting',
  quickRounds: 1,
  mostRounds: 4,
  contenders: () => [
    {
      id: 'waiting',
      label: 'the swarm, 10,000 devices in mid-session',
      measure: (bench) =>
        withHeldSwarm(bench, DEVICES, async (swarm) => ({
          share: 100 * (await idleShare(swarm, bench.scale.windowMs)),
        })),
    },
  ],
  read: (results) => [
    {
      ...{ key: 'k.cpu', what: 'of a core', unit: '%', better: 'less', floor: 5, goal: 2, portable: false },
      spread: results.figure('waiting', 'share'),
    },
  ],
  notes: [
    'No answer comes during the window; deadlines, the metrics page, progress lines and the generator’s watch of itself go on. It is idle time that is measured: a reading of a few ticks of 10 ms is as exact as this can be.',
  ],
};
