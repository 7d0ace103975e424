/** What a VU is here: a slice of the devices, which it wakes one after the other and remembers in between. */
import exec from 'k6/execution';
import { type DeviceMemory } from '../../../sim/device/device.ts';
import { Population } from '../../../sim/device/population.ts';
import { DEFAULT_SESSION_LIMITS } from '../../../sim/device/session-limits.ts';
import { originOf } from '../../../sim/protocol/server-uri.ts';
import { testClock } from './clock.ts';
import { DeviceSlice } from '../core/device-slice.ts';
import { liveTurn, type TurnContext } from './device-turn.ts';
import { MetricRecorder } from './metric-recorder.ts';
import { type RunPlan } from './run-plan.ts';
import { sha256 } from './sha256.ts';
import { TimeBox } from './time-box.ts';

declare const console: { warn(text: string): void };

export class VirtualUser {
  readonly slice: DeviceSlice;
  readonly recorder: MetricRecorder;
  private readonly context: TurnContext;
  private readonly memories = new Map<number, DeviceMemory>();
  private readonly endsAtMs: number;
  private turns = 0;

  /** Only in a VU. `durationMs`: when no more sessions are started; the drain comes on top. Fingerprints cost a seventh of the CPU. */
  constructor(plan: RunPlan, durationMs: number, fingerprinted = false) {
    const { common, vus, population } = plan;
    const id = exec.vu.idInTest;
    if (id > vus)
      exec.test.abort(`expected ${vus} VUs, found number ${id}: set them by -e VUS, not by k6's own options`);
    this.slice = new DeviceSlice(id, vus, common.DEVICES);
    this.recorder = new MetricRecorder((what, example) => console.warn(`${what}: ${example}`));
    this.context = {
      population: new Population(population(), sha256),
      limits: { ...DEFAULT_SESSION_LIMITS, maxIterations: common.MAX_ITERATIONS },
      fingerprinted,
      driver: {
        recorder: this.recorder,
        timeoutMs: common.TIMEOUT,
        sessionTimeoutMs: common.SESSION_TIMEOUT,
        extraHeaders: common.HEADER ?? {},
        extraHeadersOrigin: originOf(common.SERVER),
      },
    };
    const scenarioAgeMs = Date.now() - exec.scenario.startTime;
    this.endsAtMs = testClock.now() - scenarioAgeMs + durationMs + common.DRAIN;
  }

  /** The next device of the slice lives one turn. */
  nextTurn(): void {
    this.turn(this.slice.device(this.turns++));
  }

  /** A device of the slice lives one turn. */
  turn(device: number): DeviceMemory {
    const memory = liveTurn(this.context, device, this.memories.get(device), new TimeBox(this.endsAtMs));
    this.memories.set(device, memory);
    return memory;
  }
}
