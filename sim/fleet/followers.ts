/** Who is told the steps of which device; what a worker that died can no more tell is told in its stead. */
import { type TraceEvent } from '../transport/trace.ts';
import { type Segment } from './segment.ts';

/** Told of a device's steps in their order; `lost`: so many before these were left out. */
export type StepsListener = (steps: readonly TraceEvent[], lost: number) => void;

interface Follower {
  readonly listener: StepsListener;
  /** The last step of a session that has not ended. */
  open: TraceEvent | undefined;
}

export class Followers {
  private readonly devices = new Map<number, Follower>();

  /** One listener a device, the last one. */
  set(device: number, listener: StepsListener): void {
    this.devices.set(device, { listener, open: undefined });
  }

  delete(device: number): void {
    this.devices.delete(device);
  }

  /** Devices of the segment that are followed. */
  within({ first, end }: Segment): readonly number[] {
    return [...this.devices.keys()].filter((device) => device >= first && device < end);
  }

  tell(device: number, steps: readonly TraceEvent[], lost: number): void {
    const follower = this.devices.get(device);
    if (follower === undefined) return;
    for (const step of steps) {
      if (step.kind === 'session_ended') follower.open = undefined;
      else if (step.kind === 'session_started' || follower.open !== undefined) follower.open = step;
    }
    follower.listener(steps, lost);
  }

  /** The segment's worker has died, and sessions with it. */
  workerDied(segment: Segment): void {
    for (const device of this.within(segment)) {
      const { atMs } = this.devices.get(device)?.open ?? {};
      if (atMs === undefined) continue;
      this.tell(device, [{ atMs, kind: 'session_ended', outcome: 'aborted', reason: 'worker_died' }], 0);
    }
  }
}
