/** Load shape `closed`: every device loops – session, think time, session – and so asks a slow server less often. */
import { rampOffsetMs } from '../../device/ramp.ts';
import { type Distribution, sample } from '../../random/distribution.ts';
import { randomStream } from '../../random/random.ts';
import { type LoadShape } from './load-shape.ts';

/** Devices whose first session a dead worker did not get to do come back over this time. */
const RETURN_MS = 1_000;

export class ClosedLoad implements LoadShape {
  readonly pace = 'end';
  private readonly rampMs: number;
  private readonly thinkTime: Distribution;
  private readonly seed: number;

  constructor(spec: { readonly rampMs: number; readonly thinkTime: Distribution }, seed: number) {
    this.rampMs = spec.rampMs;
    this.thinkTime = spec.thinkTime;
    this.seed = seed;
  }

  firstMs(device: number): number {
    return rampOffsetMs(device, this.rampMs);
  }

  nextMs(device: number, endedMs: number, turn: number): number {
    return endedMs + sample(this.thinkTime, randomStream(this.seed, 'think', device, turn));
  }

  returnMs(device: number, nowMs: number, turns: number): number {
    return turns > 0 ? this.nextMs(device, nowMs, turns) : nowMs + rampOffsetMs(device, RETURN_MS);
  }
}
