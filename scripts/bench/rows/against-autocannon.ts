/** Row c: iterations a client core does, against the requests autocannon does on one. */
import { type Benchmark } from '../benchmark.ts';
import { autocannonPeer } from '../subjects/peers.ts';
import { CLIENT_HEAT, CONNECTIONS, ratio, SWARM } from './iteration-cost.ts';

const AUTOCANNON = autocannonPeer(CONNECTIONS);

export const againstAutocannon: Benchmark = {
  id: 'c',
  title: "iterations/s per client core against autocannon's requests/s",
  heat: CLIENT_HEAT,
  contenders: () => [SWARM, AUTOCANNON],
  read: (results) => [
    {
      ...{ key: 'c.ratio', what: 'iterations per core against autocannon', unit: '×', better: 'more' },
      ...{ floor: 1.1, goal: 1.6, portable: true },
      spread: results.paired([AUTOCANNON.id, SWARM.id], ratio),
    },
    {
      ...{ key: 'c.autocannon', what: "autocannon's CPU per request", unit: 'µs', better: 'less' },
      ...{ spread: results.figure(AUTOCANNON.id, 'cpuUs'), portable: false },
    },
  ],
  notes: [
    'Both by CPU time: one second of a core does so many iterations here, so many requests there. The requests are the same bytes (a Package#3 of the swarm), and so are the answers; autocannon keeps its connections and looks at nothing it gets.',
  ],
};
