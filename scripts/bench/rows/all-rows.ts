/** All rows of the goals table, in its order. */
import { type Benchmark } from '../benchmark.ts';
import { againstAutocannon } from './against-autocannon.ts';
import { againstWrk } from './against-wrk.ts';
import { connectedMemory } from './connected-memory.ts';
import { fiftyThousand } from './fifty-thousand.ts';
import { iterationCost } from './iteration-cost.ts';
import { manyConnections } from './many-connections.ts';
import { millionDue } from './million-due.ts';
import { serverThroughput } from './server-throughput.ts';
import { sleepingMemory } from './sleeping-memory.ts';
import { startTime } from './start-time.ts';
import { transferCost } from './transfer-cost.ts';
import { waitingCost } from './waiting-cost.ts';

export const ROWS: readonly Benchmark[] = [
  iterationCost,
  transferCost,
  againstAutocannon,
  againstWrk,
  connectedMemory,
  sleepingMemory,
  millionDue,
  fiftyThousand,
  startTime,
  manyConnections,
  waitingCost,
  serverThroughput,
];
