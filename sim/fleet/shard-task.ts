/** What a worker is given: its part of a run, as plain data over shared memory. */
import { type MessagePort } from 'node:worker_threads';
import { type FleetArrays } from '../metrics/fleet-arrays.ts';
import { type Slab } from '../metrics/slab.ts';
import { type RunConfig } from './run-config.ts';

export interface ShardTask {
  readonly index: number;
  readonly config: RunConfig;
  /** Written by this shard alone. */
  readonly slab: Slab;
  readonly arrays: FleetArrays;
  /** Speaks {@link ToShard} and {@link FromShard}. */
  readonly port: MessagePort;
  /**
   * The shard takes over, from a worker that died, in a run that began at this time in ms since the epoch: devices that
   * were due are due again, trees start from the profile. `undefined`: the run is still to begin.
   */
  readonly resumedFromMs: number | undefined;
}
