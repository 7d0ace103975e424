/** The sessions of a shard's devices, and their work between sessions, while they run: driven, followed, cut. */
import { type Device } from '../device/device.ts';
import { NetworkConditions } from '../device/network.ts';
import { pendingWork } from '../device/pending-work.ts';
import { session } from '../device/session.ts';
import { type Trigger } from '../device/trigger.ts';
import { randomStream } from '../random/random.ts';
import { type CutReason } from '../transport/running-session.ts';
import { type SessionTrace } from '../transport/trace.ts';
import { Following } from './following.ts';
import { type ShardEnvironment } from './shard-environment.ts';

/** What a device is at: a session, or work between two sessions. */
interface Running {
  cut(reason: CutReason): void;
  follow(follower: SessionTrace | undefined): void;
}

export class DeviceRuns {
  private readonly env: ShardEnvironment;
  /** By device. */
  private readonly running = new Map<number, Running>();
  private readonly following: Following;

  constructor(env: ShardEnvironment) {
    this.env = env;
    this.following = new Following(env.clock, env.tellSteps);
  }

  /** Runs one session, launched UI Sessions included; true when it was completed. */
  async session(device: Device, trigger: Trigger): Promise<boolean> {
    const { driver, population, onFailure } = this.env;
    const { seed, index } = device;
    const number = device.sessions + 1;
    const running = driver.run({
      device: index,
      trigger: trigger.kind,
      start: (listener) => session(device, trigger, listener),
      conditions: (connections) =>
        new NetworkConditions(
          population.networkOf(index),
          randomStream(seed, 'network', index, number, connections),
        ),
      ...this.tracing(index),
    });
    this.running.set(index, running);
    const { outcome, reason, detail } = await running.done;
    await running.idle;
    this.running.delete(index);
    if (outcome === 'completed') return true;
    onFailure(reason, detail ?? reason);
    return false;
  }

  /** The oldest asynchronous EXEC of the device; the trigger of the session that reports it. */
  async work(device: Device): Promise<Trigger | undefined> {
    if (device.asynchronousWork.length === 0) return undefined;
    const { driver, population, recorder } = this.env;
    recorder.deviceState(device.index, 'updating');
    const number = device.sessions;
    const running = driver.work({
      start: (listener) => pendingWork(device, listener),
      conditions: () =>
        new NetworkConditions(
          population.networkOf(device.index),
          randomStream(device.seed, 'exec-network', device.index, number),
        ),
      ...this.tracing(device.index),
    });
    this.running.set(device.index, running);
    const report = await running.done;
    this.running.delete(device.index);
    return report;
  }

  /** Ends everything that runs as timed out (`run_ended`). */
  cut(): void {
    for (const one of this.running.values()) one.cut('run_ended');
  }

  /** Tells the device's steps from now on, those of a session that runs already, too. */
  follow(device: number): void {
    const follower = this.following.follow(device);
    this.running.get(device)?.follow(follower);
  }

  unfollow(device: number): void {
    this.following.unfollow(device);
    this.running.get(device)?.follow(undefined);
  }

  /** Tells what is left to tell of devices that are followed. */
  flush(): void {
    this.following.flush();
  }

  private tracing(device: number): { readonly trace?: SessionTrace; readonly follower?: SessionTrace } {
    const { trace } = this.env;
    const follower = this.following.traceOf(device);
    return {
      ...(trace === undefined ? {} : { trace: (event) => trace(device, event) }),
      ...(follower === undefined ? {} : { follower }),
    };
  }
}
