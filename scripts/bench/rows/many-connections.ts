/** Row j: what an iteration costs at 19,000 connections, against 1,000. */
import { type Benchmark } from '../benchmark.ts';
import { swarmLoad } from '../subjects/swarm-load.ts';
import { ratio } from './iteration-cost.ts';

const FEW = swarmLoad('1,000 connections', 'the swarm on 1,000 connections', { connections: 1_000 });
const manyAt = (quick: boolean) =>
  quick
    ? swarmLoad('many connections', 'the swarm on 5,000 connections', { connections: 5_000 })
    : swarmLoad('many connections', 'the swarm on 19,000 connections', { connections: 19_000 });

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
        what: 'CPU per iteration against 1,000 connections',
        unit: '×',
      },
      ...{ better: 'less', floor: 1.6, goal: 1.25, portable: true },
      spread: results.paired(['many connections', FEW.id], ratio),
    },
  ],
  notes: ['The same closed loop as row a; sessions begin at different places, so ENDs come evenly.'],
};
