/** Row k: CPU of a swarm that only waits. */
import { type Benchmark } from '../benchmark.ts';
import { measureWindow } from '../subjects/load-window.ts';
import { withHeldSwarm } from '../subjects/held-swarm.ts';

const DEVICES = 10_000;

export const waitingCost: Benchmark = {
  id: 'k',
  title: '10,000 devices waiting for a slow server: CPU of the swarm',
  heat: 'waiting',
  mostRounds: 4,
  contenders: () => [
    {
      id: 'waiting',
      label: 'the swarm, 10,000 devices in mid-session',
      measure: (bench) =>
        withHeldSwarm(bench, DEVICES, async (swarm) => {
          const { userMs, systemMs, elapsedMs } = await measureWindow(
            swarm,
            () => Promise.resolve(performance.now()),
            bench.scale.windowMs,
          );
          return { share: ((userMs + systemMs) / elapsedMs) * 100 };
        }),
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
