/** When which device of a slice is due: first within a ramp, then after its think time. */
import { type Distribution, sample } from '../../../sim/random/distribution.ts';
import { randomStream } from '../../../sim/random/random.ts';
import { rampOffsetMs } from '../../../sim/device/ramp.ts';
import { type DeviceSlice } from './device-slice.ts';

export interface AgendaOptions {
  readonly seed: number;
  /** First sessions are spread over this time, in ms. */
  readonly rampMs: number;
  readonly thinkTime: Distribution;
  /** Turns of each device; Infinity: without end. */
  readonly turns: number;
}

export interface DueDevice {
  readonly device: number;
  /** Since the start of the run, in ms. */
  readonly dueAtMs: number;
}

/** A slice has some tens of devices: looking through all of them costs less than keeping them in order. */
export class DeviceAgenda {
  private readonly options: AgendaOptions;
  private readonly due: DueDevice[];
  private readonly turnsDone = new Map<number, number>();

  constructor(slice: DeviceSlice, options: AgendaOptions) {
    this.options = options;
    this.due = Array.from({ length: slice.size }, (_, n) => {
      const device = slice.device(n);
      return { device, dueAtMs: rampOffsetMs(device, options.rampMs) };
    });
  }

  /** Takes the device that is due next; `undefined` when all have done their turns. */
  next(): DueDevice | undefined {
    let first = 0;
    for (let i = 1; i < this.due.length; i++)
      if ((this.due[i]?.dueAtMs ?? 0) < (this.due[first]?.dueAtMs ?? 0)) first = i;
    return this.due.splice(first, 1)[0];
  }

  /** Enters a device again that was taken and did not start. */
  putBack(due: DueDevice): void {
    this.due.push(due);
  }

  /** How many devices are due before then, in ms since the start of the run. */
  dueBefore(ms: number): number {
    return this.due.filter(({ dueAtMs }) => dueAtMs < ms).length;
  }

  /** Enters a device again that has done a turn; returns its think time in ms, `undefined` when it was its last. */
  done(device: number, nowMs: number): number | undefined {
    const { seed, thinkTime, turns } = this.options;
    const done = (this.turnsDone.get(device) ?? 0) + 1;
    this.turnsDone.set(device, done);
    if (done >= turns) return undefined;
    const thinkMs = sample(thinkTime, randomStream(seed, 'think', device, done));
    this.due.push({ device, dueAtMs: nowMs + thinkMs });
    return thinkMs;
  }
}
