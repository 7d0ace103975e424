/** A shard in virtual time: its sessions take the time a test says and end as it says. */
import { Population } from '../../device/population.ts';
import { sha256, testProfile } from '../../device/testing/test-device.ts';
import { type SessionEnd } from '../../device/effect.ts';
import { createFleetArrays, type FleetArrays } from '../../metrics/fleet-arrays.ts';
import { createSlab } from '../../metrics/slab.ts';
import { SlabRecorder } from '../../metrics/slab-recorder.ts';
import { readTotals, type Totals } from '../../metrics/totals.ts';
import { END_REASONS, TIMED_OUT_REASONS } from '../../device/effect.ts';
import { VirtualClock } from '../../transport/testing/virtual-clock.ts';
import { type CutReason, type SessionRunOptions } from '../../transport/running-session.ts';
import { type LoadSpec } from '../load/load-shape.ts';
import { type RunConfig } from '../run-config.ts';
import { type PushDuty } from '../push-duty.ts';
import { Shard } from '../shard.ts';
import { type ShardEnvironment } from '../shard-environment.ts';

export interface Started {
  readonly atMs: number;
  readonly device: number;
  readonly trigger: string;
}

export interface Told {
  readonly atMs: number;
  readonly device: number;
  readonly kinds: readonly string[];
  readonly lost: number;
}

export interface ShardFixture {
  readonly shard: Shard;
  readonly clock: VirtualClock;
  readonly arrays: FleetArrays;
  readonly started: readonly Started[];
  /** Messages about devices that are followed. */
  readonly told: readonly Told[];
  /** Devices in session now. */
  readonly inSession: ReadonlySet<number>;
  /** Devices whose push channel is open. */
  readonly channels: ReadonlySet<number>;
  readonly failures: readonly string[];
  readonly totals: () => Totals;
  /** What the run is at when the clock is at `atMs`. */
  readonly shardNow: (atMs: number) => number;
  /** Starts the shard; `over` turns true when it has ended. */
  readonly run: () => { over: boolean };
}

export interface ShardScript {
  readonly config?: Partial<RunConfig>;
  readonly devices?: number;
  readonly pushShare?: number;
  readonly sessionMs?: number;
  readonly end?: SessionEnd;
  /** In a replacement for a worker that died when the run was at `nowMs`. */
  readonly resumed?: { readonly sessionsDone: number; readonly nowMs?: number };
}

const COMPLETED: SessionEnd = { outcome: 'completed', reason: 'completed' };

/** Think time of a second. */
export function closedLoad(rampMs: number): LoadSpec {
  return { shape: 'closed', rampMs, thinkTime: { kind: 'constant', ms: 1_000 } };
}

export function shardFixture(script: ShardScript = {}): ShardFixture {
  const { devices = 4, pushShare = 0, sessionMs = 100, end = COMPLETED, resumed } = script;
  const nowMs = resumed?.nowMs ?? 0;
  const clock = new VirtualClock();
  const arrays = createFleetArrays(devices);
  if (resumed !== undefined) arrays.sessionsDone.fill(resumed.sessionsDone);
  const slab = createSlab({ endReasons: END_REASONS, timedOutReasons: TIMED_OUT_REASONS });
  const recorder = new SlabRecorder({ slab, states: arrays.states, onFirstViolation: () => undefined });
  const population = new Population(
    {
      seed: 7,
      devices,
      profiles: [{ profile: testProfile, weight: 1 }],
      account: { serverId: 'dms', serverUri: 'http://127.0.0.1:1/dm', notificationKey: 'key' },
      latencies: {},
      uiBoundMs: 5_000,
      pushShare,
    },
    sha256,
  );
  const config: RunConfig = {
    population: population.spec,
    target: 'http://127.0.0.1:1/dm',
    http: {},
    name: 'fixture',
    workers: 1,
    sessions: undefined,
    durationMs: 10_000,
    load: closedLoad(1_000),
    drainMs: 500,
    exchangeTimeoutMs: 30_000,
    sessionTimeoutMs: 60_000,
    maxIterations: 1_000,
    pushChannel: 'own',
    httpTransport: 'net',
    trace: false,
    crashWorkerAfterMs: undefined,
    ...script.config,
  };
  const started: Started[] = [];
  const inSession = new Set<number>();
  const channels = new Set<number>();
  const failures: string[] = [];
  const told: Told[] = [];
  const push: PushDuty = {
    open: (device) => void channels.add(device),
    close: (device) => void channels.delete(device),
    closeAll: () => channels.clear(),
  };
  const run = (options: SessionRunOptions): ReturnType<ShardEnvironment['driver']['run']> => {
    const { device, trigger } = options;
    let { follower } = options;
    follower?.({ atMs: 0, kind: 'session_started', device, trigger });
    started.push({ atMs: clock.now(), device, trigger });
    inSession.add(device);
    recorder.sessionStarted(trigger);
    let cut: (reason: CutReason) => void = () => undefined;
    const done = new Promise<SessionEnd & { durationMs: number }>((resolve) => {
      const finish = (how: SessionEnd): void => {
        if (!inSession.delete(device)) return;
        recorder.sessionEnded(how.outcome, how.reason, sessionMs);
        follower?.({ atMs: sessionMs, kind: 'session_ended', ...how });
        resolve({ ...how, durationMs: sessionMs });
      };
      const timer = clock.after(sessionMs, () => finish(end));
      cut = (reason) => {
        timer.cancel();
        finish({ outcome: 'timedOut', reason });
      };
    });
    const startedAt = clock.now();
    return {
      done,
      idle: done.then(() => undefined),
      cut: (reason) => cut(reason),
      follow: (next) => {
        follower = next;
        next?.({ atMs: clock.now() - startedAt, kind: 'session_started', device, trigger, joined: true });
      },
    };
  };
  const shard = new Shard({
    config,
    devices: { first: 0, end: devices },
    population,
    driver: {
      run,
      work: () => ({ done: Promise.resolve(undefined), cut: () => undefined, follow: () => undefined }),
    },
    recorder,
    arrays,
    clock,
    sha256,
    posixSeconds: () => 1_790_000_000,
    resumed: resumed !== undefined,
    onFailure: (reason) => failures.push(reason),
    trace: undefined,
    tellSteps: (device, steps, lost) =>
      told.push({ atMs: clock.now(), device, kinds: steps.map(({ kind }) => kind), lost }),
    push: pushShare > 0 ? push : undefined,
  });
  return {
    shard,
    clock,
    arrays,
    started,
    told,
    inSession,
    channels,
    failures,
    shardNow: (atMs) => atMs + nowMs,
    totals: () => readTotals([slab], arrays.states),
    run: () => {
      const state = { over: false };
      shard.prepare(nowMs);
      void shard.run(-nowMs).then(() => (state.over = true));
      return state;
    },
  };
}
