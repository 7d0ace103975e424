/** Row b: what a transfer with a Data Repository costs the client, on the connection of the packages. */
import { type Benchmark, type Reading } from '../benchmark.ts';
import { figureOf } from '../kit/heat.ts';
import {
  type Commands,
  HGET_COMMAND,
  HPUT_COMMAND,
  IDLE_COMMANDS,
  TRANSFERS,
} from '../server/static-traffic.ts';
import { swarmLoad } from '../subjects/swarm-load.ts';

const OK = ['200'];
/** Every session fetches the document once, so that what HPUT sends is as large as what HGET fetches. */
const common = {
  connections: 1_000,
  opening: [HGET_COMMAND],
  statuses: { HGET: OK, HPUT: OK, UNSUB: ['404'] },
};
const times = (command: readonly string[]): Commands => Array.from({ length: TRANSFERS }, () => command);

const NONE = swarmLoad('iterations without transfer', 'the swarm, one UNSUB an iteration', {
  ...common,
  commands: IDLE_COMMANDS,
});
const HGET = swarmLoad('iterations with HGET', `the swarm, ${TRANSFERS} HGETs an iteration`, {
  ...common,
  commands: times(HGET_COMMAND),
});
const HPUT = swarmLoad('iterations with HPUT', `the swarm, ${TRANSFERS} HPUTs an iteration`, {
  ...common,
  commands: times(HPUT_COMMAND),
});

export const transferCost: Benchmark = {
  id: 'b',
  title: 'client CPU per repository transfer, 1 KB MO, same connection, 1,000 connections',
  heat: 'transfers',
  quickRounds: 1,
  contenders: () => [NONE, HGET, HPUT],
  read: (results) =>
    [HGET, HPUT].map((contender): Reading => {
      const name = contender === HGET ? 'HGET' : 'HPUT';
      return {
        ...{ key: `b.${name}`, what: `CPU per ${name}`, unit: 'µs', better: 'less', floor: 22, goal: 16 },
        spread: results.paired(
          [contender.id, NONE.id],
          (transfers, none) => (figureOf(transfers, 'cpuUs') - figureOf(none, 'cpuUs')) / TRANSFERS,
        ),
        portable: false,
      };
    }),
  notes: [
    `The difference between iterations with ${TRANSFERS} transfers and with none, divided by ${TRANSFERS}: the exchange, serializing or reading the MO, taking it into the tree, status and metrics. The document has ten entries of three leaves.`,
  ],
};
