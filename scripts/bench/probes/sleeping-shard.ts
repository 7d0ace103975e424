/** How much memory sleeping devices take in their shard: a real one, in virtual time, its sessions played by a script. */
import { createHash } from 'node:crypto';
import {
  type Effect,
  type EffectResult,
  END_REASONS,
  type SessionEnd,
  TIMED_OUT_REASONS,
} from '../../../sim/device/effect.ts';
import { Population, type PopulationSpec } from '../../../sim/device/population.ts';
import { type RunConfig } from '../../../sim/fleet/run-config.ts';
import { Shard } from '../../../sim/fleet/shard.ts';
import { createFleetArrays } from '../../../sim/metrics/fleet-arrays.ts';
import { createSlab } from '../../../sim/metrics/slab.ts';
import { SlabRecorder } from '../../../sim/metrics/slab-recorder.ts';
import { MEDIA_TYPE } from '../../../sim/protocol/media-type.ts';
import { type Clock } from '../../../sim/transport/clock.ts';
import { type RunningSession, type SessionRunOptions } from '../../../sim/transport/running-session.ts';
import { SessionMeter } from '../../../sim/device/session-meter.ts';

/** Plain data: it is sent to the probe's process. */
export interface SleepingProbe {
  readonly population: PopulationSpec;
  /** Each device does one session in which three of its nodes get new values, and sleeps again. */
  readonly changed: boolean;
}

export interface SleepingMemory {
  /** Heap and array buffers of the whole shard, less what the process had without it, in bytes. */
  readonly bytes: number;
  readonly devices: number;
}

const HOUR_MS = 3_600_000;
const TARGET = 'http://127.0.0.1:1/dm';

/** The same for every device, as a campaign sends it. */
const THREE_NODES = JSON.stringify([
  {
    ClientURI: 'urn:oma:mo:ext-dmswarm-settings:1.0//',
    MOData: { ReportInterval: 1_234, LogLevel: 'debug', AutoUpdate: false },
  },
]);
const CHANGE = JSON.stringify({
  CMD: [['HGET', 'http://127.0.0.1:1/mo', 'urn:oma:mo:ext-dmswarm-settings:1.0//'], ['END']],
});

/** @throws Error when a device did not do what it was meant to, or the process was started without --expose-gc. */
export async function probeSleepingShard({
  population: spec,
  changed,
}: SleepingProbe): Promise<SleepingMemory> {
  const devices = spec.devices;
  const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();
  // What everything needs once (code, templates) is there before the first reading.
  const warm = await playShard({ ...spec, devices: 64 }, sha256, changed);
  const before = usedBytes();
  const shard = await playShard(spec, sha256, changed);
  const bytes = usedBytes() - before;
  // Both are asked for something here, so that neither can be collected before the second reading.
  if (warm.sessions() !== (changed ? 64 : 0) || shard.sessions() !== (changed ? devices : 0))
    throw new Error(`${shard.sessions()} sessions of ${devices} devices`);
  return { bytes, devices };
}

/** What is over at once can neither be cut nor be followed. */
const UNMOVED = { cut: (): void => undefined, follow: (): void => undefined };
const NO_WORK = { done: Promise.resolve(undefined), ...UNMOVED };

interface PlayedShard {
  /** Devices that have done a session. */
  sessions(): number;
}

async function playShard(
  spec: PopulationSpec,
  sha256: (data: Uint8Array) => Uint8Array,
  changed: boolean,
): Promise<PlayedShard> {
  const { devices } = spec;
  const population = new Population(spec, sha256);
  const arrays = createFleetArrays(devices);
  const slab = createSlab({ endReasons: END_REASONS, timedOutReasons: TIMED_OUT_REASONS });
  const recorder = new SlabRecorder({ slab, states: arrays.states, onFirstViolation: () => undefined });
  const clock = new SteppedClock();
  const run = (options: SessionRunOptions): RunningSession => {
    const end = play(options.start(new SessionMeter(recorder, clock)));
    if (end.outcome !== 'completed')
      throw new Error(`a session of the probe ended ${end.reason}: ${end.detail ?? ''}`);
    const done = Promise.resolve({ ...end, durationMs: 0 });
    const running = { done, idle: Promise.resolve(), ...UNMOVED };
    return running;
  };
  const config: RunConfig = {
    name: 'probe',
    ...{ population: spec, target: TARGET, http: {}, httpTransport: 'net', workers: 1, sessions: undefined },
    ...{ durationMs: 100 * HOUR_MS, drainMs: 0 },
    load: {
      shape: 'closed',
      rampMs: changed ? 1_000 : 50 * HOUR_MS,
      thinkTime: { kind: 'constant', ms: 50 * HOUR_MS },
    },
    ...{ exchangeTimeoutMs: 30_000, sessionTimeoutMs: 60_000, maxIterations: 1_000, pushChannel: 'own' },
    ...{ trace: false, crashWorkerAfterMs: undefined },
  };
  const shard = new Shard({
    ...{ config, population, recorder, arrays, clock, sha256, devices: { first: 0, end: devices } },
    driver: { run, work: () => NO_WORK },
    ...{ posixSeconds: () => 0, resumed: false, trace: undefined, push: undefined },
    onFailure: () => undefined,
    tellSteps: () => undefined,
  });
  shard.prepare();
  void shard.run(0);
  const asleep = (): number => arrays.sessionsDone.reduce((sum, done) => sum + done, 0);
  if (changed) {
    clock.time = 2_000;
    while (clock.step(clock.time)) await new Promise((resolve) => setImmediate(resolve));
  } else arrays.sessionsDone.fill(0); // touches the pages, as a run does
  return { sessions: () => (shard instanceof Shard ? asleep() : -1) };
}

/** The whole session at once: the server's one Package#2, and the repository's one document. */
function play(session: Generator<Effect, SessionEnd, EffectResult>): SessionEnd {
  let step = session.next(undefined);
  while (step.done !== true) {
    const { kind } = step.value;
    if (kind !== 'exchange' && kind !== 'transfer') throw new Error(`the probe's script has no ${kind}`);
    const body = kind === 'exchange' ? CHANGE : THREE_NODES;
    const contentType = kind === 'exchange' ? MEDIA_TYPE.package2 : MEDIA_TYPE.mo;
    step = session.next({ ok: true, status: 200, contentType, body, bytes: body.length });
  }
  return step.value;
}

/** Time that moves when it is told to. */
class SteppedClock implements Clock {
  time = 0;
  private readonly timers = new Map<object, { readonly at: number; readonly call: () => void }>();

  now(): number {
    return this.time;
  }

  after(ms: number, call: () => void): { cancel: () => void } {
    const timer = { cancel: (): void => void this.timers.delete(timer) };
    this.timers.set(timer, { at: this.time + ms, call });
    return timer;
  }

  /** Runs what is due; false when nothing was. */
  step(now: number): boolean {
    const due = [...this.timers].filter(([, { at }]) => at <= now);
    for (const [timer, { call }] of due) {
      this.timers.delete(timer);
      call();
    }
    return due.length > 0;
  }
}

function usedBytes(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('the probe needs node --expose-gc');
  for (let i = 0; i < 3; i++) gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
