/** Row a: what an iteration of four local commands costs the client. */
import { type Benchmark } from '../benchmark.ts';
import { type SwarmLoad, swarmLoad } from '../subjects/swarm-load.ts';

/** Rows a, c and d share this heat, and so the swarm's measurements. */
export const CLIENT_HEAT = 'clients at 1,000 connections';
export const CONNECTIONS = 1_000;

const load: SwarmLoad = { connections: CONNECTIONS };
export const SWARM = swarmLoad('swarm', 'the swarm', load);
const SWARM_UNDICI = swarmLoad('swarm --http undici', 'the swarm on its second transport', {
  ...load,
  flags: ['--http', 'undici'],
});

export const iterationCost: Benchmark = {
  id: 'a',
  title: 'client CPU per 2→4 iteration, 1,000 connections, four local commands',
  heat: CLIENT_HEAT,
  contenders: ({ quick }) => (quick ? [SWARM] : [SWARM, SWARM_UNDICI]),
  read: (results) => [
    {
      ...{ key: 'a.cpu', what: 'CPU per iteration', unit: 'µs', better: 'less', floor: 26, goal: 18 },
      ...{ spread: results.figure(SWARM.id, 'cpuUs'), portable: false },
    },
    {
      ...{ key: 'a.kernel', what: 'of that the kernel', unit: 'µs', better: 'less' },
      ...{ spread: results.figure(SWARM.id, 'kernelUs'), portable: false },
    },
    ...(results.has(SWARM_UNDICI.id)
      ? [
          {
            ...{
              key: 'a.undici',
              what: 'with --http undici, against net',
              unit: '×',
              better: 'less' as const,
            },
            spread: results.paired([SWARM_UNDICI.id, SWARM.id], (undici, net) => ratio(undici, net)),
            portable: true,
          },
        ]
      : []),
  ],
  notes: [
    'A session has 50 iterations; its Package#1, the Package#2 with END, connecting, waking and folding the device are in the figure, and so are the main thread and the metrics page. Simulated network and command latency are off.',
  ],
};

/** CPU per request of the first against that of the second. */
export function ratio(
  of: Readonly<Record<string, number>> | undefined,
  against: Readonly<Record<string, number>> | undefined,
): number {
  return (of?.['cpuUs'] ?? Number.NaN) / (against?.['cpuUs'] ?? Number.NaN);
}
