/** What a shard works with; plain arguments, so that a test can give it virtual time and scripted sessions. */
import { type Population } from '../device/population.ts';
import { type FleetArrays } from '../metrics/fleet-arrays.ts';
import { type LoadRecorder, type Recorder } from '../metrics/recorder.ts';
import { type Sha256 } from '../protocol/notification.ts';
import { type Clock } from '../transport/clock.ts';
import { type Driver } from '../transport/driver.ts';
import { type TraceEvent } from '../transport/trace.ts';
import { type TellSteps } from './following.ts';
import { type PushDuty } from './push-duty.ts';
import { type RunConfig } from './run-config.ts';
import { type Segment } from './segment.ts';

export interface ShardEnvironment {
  readonly config: RunConfig;
  readonly devices: Segment;
  readonly population: Population;
  readonly driver: Pick<Driver, 'run' | 'work'>;
  readonly recorder: Recorder & LoadRecorder;
  readonly arrays: FleetArrays;
  readonly clock: Clock;
  readonly sha256: Sha256;
  /** Seconds since the epoch, for the TIMESTAMP of notifications. */
  readonly posixSeconds: () => number;
  /** The devices have been at work before, in a worker that died. */
  readonly resumed: boolean;
  /** A session ended for a reason other than `completed`. */
  readonly onFailure: (reason: string, detail: string) => void;
  readonly trace: ((device: number, event: TraceEvent) => void) | undefined;
  /** Told the steps of devices that are followed. */
  readonly tellSteps: TellSteps;
  /** Which devices are reached by the server, and how; told when a device has done its sessions. */
  readonly push: PushDuty | undefined;
}
