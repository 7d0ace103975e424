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
  /** When the run began, in ms since the epoch. */
  readonly startedAtMs: number;
  /** The shard takes over from a worker that died: devices that were due are due again, trees start from the profile. */
  readonly resumed: boolean;
}
