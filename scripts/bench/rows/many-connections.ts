/** Row j: what an iteration costs at 19,000 connections, against 1,000. */
import { type Benchmark } from '../benchmark.ts';
import { swarmLoad } from '../subjects/swarm-load.ts';
import { ratio } from './iteration-cost.ts';

const FEW = swarmLoad('1,000 connections', 'the swarm on 1,000 connections', {
  connections: 1_000,
  endless: true,
});
const manyAt = (quick: boolean) =>
  quick
    ? swarmLoad('many connections', 'the swarm on 5,000 connections', { connections: 5_000, endless: true })
    : swarmLoad('many connections', 'the swarm on 19,000 connections', {
        connections: 19_000,
        endless: true,
      });

export const manyConnections: Benchmark = {
  id: 'j',
  title: 'CPU per iteration at 19,000 connections against that at 1,000',
  heat: 'many connections',
  mostRounds: 4,
  contenders: ({ quick }) => [FEW, manyAt(quick)],
  read: (results, { quick }) => [
    {
      ...{
        key: quick ? 'j.at-5000' : 'j.ratio',
        what: `CPU per iteration at ${quick ? '5,000' : '19,000'} against 1,000 connections`,
        unit: '×',
      },
      ...{ better: 'less', floor: 1.6, goal: 1.25, portable: true },
      spread: results.paired(['many connections', FEW.id], ratio),
    },
  ],
  notes: ['The commands of row a, all devices in sessions that do not end: connecting is in neither figure.'],
};
