/** Row d: client CPU per request against wrk's, the cheapest generator there is; hey and undici beside it. */
import { type Benchmark, type Contender, type Reading } from '../benchmark.ts';
import { heyPeer, undiciPeer, wrkPeer } from '../subjects/peers.ts';
import { CLIENT_HEAT, CONNECTIONS, ratio, SWARM } from './iteration-cost.ts';

const WRK = wrkPeer(CONNECTIONS);
const HEY = heyPeer(CONNECTIONS);
const UNDICI = undiciPeer(CONNECTIONS);

function against(peer: Contender, bounds: { floor?: number; goal?: number } = {}) {
  return {
    ...{ key: `d.${peer.id}`, what: `CPU per iteration against ${peer.id}'s per request`, unit: '×' },
    ...bounds,
    better: 'less' as const,
    portable: true,
  };
}

export const againstWrk: Benchmark = {
  id: 'd',
  title: "client CPU per request against wrk's, 1,000 connections",
  heat: CLIENT_HEAT,
  contenders: ({ quick }) => (quick ? [SWARM, WRK] : [SWARM, WRK, HEY, UNDICI]),
  unavailable: () => Promise.resolve(WRK.missing?.()),
  read: (results) => [
    { ...against(WRK, { floor: 2.2, goal: 1.5 }), spread: results.paired([SWARM.id, WRK.id], ratio) },
    {
      ...{ key: 'd.wrk.cpu', what: "wrk's CPU per request", unit: 'µs', better: 'less', portable: false },
      spread: results.figure(WRK.id, 'cpuUs'),
    },
    ...[HEY, UNDICI]
      .filter(({ id }) => results.has(id))
      .map((peer): Reading => ({
        ...against(peer),
        spread: results.paired([SWARM.id, peer.id], ratio),
      })),
  ],
  notes: [
    'Peers send the same Package#3 on as many connections and do nothing with the answers. Package#1, connecting and the Package#2 with END are in the figure of the swarm, shared by its 50 iterations.',
  ],
};
