/** A feed in virtual time over a run that a test makes up. */
import { END_REASONS, TIMED_OUT_REASONS } from '../../device/effect.ts';
import { type StepsListener } from '../../fleet/followers.ts';
import { createFleetArrays, type FleetArrays } from '../../metrics/fleet-arrays.ts';
import { type Recorder } from '../../metrics/recorder.ts';
import { createSlab } from '../../metrics/slab.ts';
import { SlabRecorder } from '../../metrics/slab-recorder.ts';
import { Timeline } from '../../metrics/timeline.ts';
import { readTotals } from '../../metrics/totals.ts';
import { runChecks } from '../../report/run-checks.ts';
import { VirtualClock } from '../../transport/testing/virtual-clock.ts';
import { type RunView } from '../feed-message.ts';
import { LiveFeed } from '../live-feed.ts';
import { type LiveRun } from '../live-run.ts';
import { FakeSocket } from './fake-socket.ts';

export interface FakePage {
  readonly socket: FakeSocket;
  readonly say: (message: unknown) => void;
  readonly leave: () => void;
  readonly pong: () => void;
}

export interface FeedFixture {
  readonly clock: VirtualClock;
  readonly feed: LiveFeed;
  readonly run: LiveRun;
  readonly arrays: FleetArrays;
  readonly recorder: Recorder;
  /** Who follows which device. */
  readonly listeners: ReadonlyMap<number, StepsListener>;
  /** How often the page asked for the totals or for a device. */
  readonly asked: { totals: number; devices: number };
  /** A page that has come, and what it says to the feed. */
  readonly page: () => FakePage;
  /** A second passes and is sampled. */
  readonly second: () => Promise<void>;
}

export function feedFixture(devices = 4): FeedFixture {
  const clock = new VirtualClock();
  const arrays = createFleetArrays(devices);
  const slab = createSlab({ endReasons: END_REASONS, timedOutReasons: TIMED_OUT_REASONS });
  const recorder = new SlabRecorder({
    slab,
    states: arrays.states,
    facts: arrays,
    onFirstViolation: () => undefined,
  });
  const timeline = new Timeline();
  const listeners = new Map<number, StepsListener>();
  const asked = { totals: 0, devices: 0 };
  const view: RunView = {
    name: 'fixture',
    version: '0.0.0',
    startedAtMs: 0,
    seed: 1,
    devices,
    workers: 1,
    target: 'http://127.0.0.1:1/dm',
    rampMs: 0,
    durationMs: 10_000,
    drainMs: 0,
    command: `--devices ${devices}`,
  };
  const run: LiveRun = {
    view: () => view,
    states: arrays.states,
    totals: () => {
      asked.totals++;
      return readTotals([slab], arrays.states);
    },
    samples: () => timeline.samples,
    checks: (totals) => runChecks(totals),
    device: (device) => {
      asked.devices++;
      return {
        device,
        devId: `urn:test:${device}`,
        profile: 'test',
        state: 'dormant',
        sessionsDone: arrays.sessionsDone[device] ?? 0,
        pushed: false,
      };
    },
    follow: (device, listener) => void listeners.set(device, listener),
    unfollow: (device) => void listeners.delete(device),
  };
  const feed = new LiveFeed(run, clock);
  return {
    clock,
    feed,
    run,
    arrays,
    recorder,
    listeners,
    asked,
    page: () => {
      const socket = new FakeSocket(devices);
      const peer = feed.join(socket);
      return {
        socket,
        say: (message) => peer.received(typeof message === 'string' ? message : JSON.stringify(message)),
        leave: () => peer.closed(),
        pong: () => peer.alive(),
      };
    },
    second: async () => {
      await clock.advance(1_000);
      const totals = readTotals([slab], arrays.states);
      feed.sampled(timeline.add({ totals, phase: 'load', atMs: clock.now() }), totals);
    },
  };
}
