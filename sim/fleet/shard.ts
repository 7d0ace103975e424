/**
 * One shard: its devices sleep as a few bytes each until they are due, wake for a session and are folded back.
 *
 * A device's life: pending → session → dormant → session → … → finished; when its sessions are due, the load shape says.
 * They never overlap: a notification that comes meanwhile waits for its turn, a session that comes due is dropped. Asynchronous EXEC work runs between two sessions;
 * the session that reports it follows at once and is extra.
 */
import { Device } from '../device/device.ts';
import { receiveNotification } from '../device/notification-reception.ts';
import { rampOffsetMs } from '../device/ramp.ts';
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from '../device/session-limits.ts';
import { type Trigger } from '../device/trigger.ts';
import { type NotificationResult } from '../metrics/recorder.ts';
import { type Timer } from '../transport/clock.ts';
import { Agenda } from './agenda.ts';
import { DeviceRuns } from './device-runs.ts';
import { channelRampMsOf } from './load/load-rhythm.ts';
import { type LoadShape } from './load/load-shape.ts';
import { loadShape } from './load/shapes.ts';
import { type ShardEnvironment } from './shard-environment.ts';
import { SleepingDevices } from './sleeping-devices.ts';

/** Devices that a dead worker held channels for open them again over this time. */
const RETURN_MS = 1_000;
/** Notifications that wait for a device in session; a server that sends more is not helped by more sessions. */
const MOST_WAITING = 4;

export class Shard {
  private readonly env: ShardEnvironment;
  private readonly limits: SessionLimits;
  private readonly load: LoadShape;
  private readonly agenda: Agenda;
  private readonly asleep: SleepingDevices;
  /** Devices in a session or in work that belongs to one. */
  private readonly awake = new Map<number, Device>();
  private readonly waiting = new Map<number, Trigger[]>();
  private readonly runs: DeviceRuns;
  private readonly timers = new Set<Timer>();
  private unfinished: number;
  private begun = false;
  private stopping = false;
  private isCut = false;
  private resolve: () => void = () => undefined;

  constructor(env: ShardEnvironment) {
    this.env = env;
    this.load = loadShape(env.config.load, env.config.population.seed);
    this.agenda = new Agenda(env.clock, env.devices, (device, dueMs) => this.onDue(device, dueMs));
    this.asleep = new SleepingDevices(env.devices, env.arrays);
    this.runs = new DeviceRuns(env);
    this.limits = { ...DEFAULT_SESSION_LIMITS, maxIterations: env.config.maxIterations };
    this.unfinished = env.devices.end - env.devices.first;
  }

  /** Enters all devices, so that the run can begin at once; `nowMs`: what it is at where it goes on, else 0. */
  prepare(nowMs = 0): void {
    const { devices, resumed } = this.env;
    for (let device = devices.first; device < devices.end; device++)
      if (resumed) this.resume(device, nowMs);
      else this.agenda.add(this.firstMs(device), device);
  }

  /**
   * Runs until every session has ended: after the duration and the drain, or when all devices have done theirs.
   * `startedAt`: when the run began, by the clock.
   */
  run(startedAt: number): Promise<void> {
    const { config, clock } = this.env;
    const over = new Promise<void>((resolve) => (this.resolve = resolve));
    if (!this.stopping) {
      this.after(startedAt + config.durationMs - clock.now(), () => this.stop());
      this.agenda.start(startedAt);
      this.begun = true;
    }
    this.endIfOver();
    return over;
  }

  /** Starts nothing more; what runs gets the drain. */
  stop(): void {
    if (this.stopping) return;
    this.stopping = true;
    this.dropOverdue();
    this.agenda.stop();
    this.env.push?.closeAll();
    this.after(this.env.config.drainMs, () => this.cut());
    this.endIfOver();
  }

  /** What a timetable has had until now and was not started for lack of time is not silently forgotten. */
  private dropOverdue(): void {
    if (this.load.pace !== 'clock' || !this.begun) return;
    const nowMs = Math.min(this.agenda.now(), this.env.config.durationMs);
    this.agenda.takeOverdue(nowMs, (device, dueMs) => {
      for (let at = dueMs; at <= nowMs; at = this.load.nextMs(device, at, 0))
        this.env.recorder.sessionDropped();
    });
  }

  /** Ends what runs as timed out (`run_ended`). */
  cut(): void {
    this.isCut = true;
    this.stop();
    this.runs.cut();
  }

  /** Tells the device's steps from now on, those of a session that runs already, too. */
  follow(device: number): void {
    this.runs.follow(device);
  }

  unfollow(device: number): void {
    this.runs.unfollow(device);
  }

  /** A Package#0 has arrived for a device of this shard, by whatever way. */
  notify(device: number, frame: Uint8Array | string): NotificationResult {
    const { recorder } = this.env;
    recorder.packagePassed(0);
    const result = this.judge(device, frame);
    recorder.notification(result);
    return result;
  }

  private judge(index: number, frame: Uint8Array | string): NotificationResult {
    const { sha256, posixSeconds } = this.env;
    const awake = this.awake.get(index);
    const device = awake ?? this.wake(index);
    const reception = receiveNotification(device, frame, posixSeconds(), sha256);
    if (reception.result !== 'accepted') return reception.result;
    if (awake === undefined) this.asleep.keep(index, device.fold());
    const waiting = this.waiting.get(index) ?? [];
    const claimed = waiting.length + (awake === undefined ? 0 : 1);
    if (this.stopping || this.sessionsLeft(index) <= claimed || waiting.length >= MOST_WAITING)
      return 'surplus';
    if (awake === undefined) this.start(index, reception.trigger);
    else this.waiting.set(index, [...waiting, reception.trigger]);
    return 'accepted';
  }

  private firstMs(device: number): number {
    return this.isAwaited(device)
      ? rampOffsetMs(device, channelRampMsOf(this.env.config.load))
      : this.load.firstMs(device);
  }

  /** Enters a device that has been at work in a worker that died. */
  private resume(device: number, nowMs: number): void {
    const { arrays, recorder } = this.env;
    const done = arrays.sessionsDone[device] ?? 0;
    recorder.deviceState(device, done > 0 ? 'dormant' : 'pending');
    recorder.deviceCommand(device, undefined);
    const fingerprint = [arrays.fingerprintsHigh[device] ?? 0, arrays.fingerprintsLow[device] ?? 0] as const;
    if (done > 0) this.asleep.keep(device, { sessions: done, fingerprint });
    if (this.sessionsLeft(device) <= 0) this.finish(device);
    else if (this.isAwaited(device)) this.agenda.add(nowMs + rampOffsetMs(device, RETURN_MS), device);
    else this.agenda.add(this.load.returnMs(device, nowMs, done), device);
  }

  /** Whether the server starts this device's sessions. */
  private isAwaited(device: number): boolean {
    return this.env.push !== undefined && this.env.population.isPushed(device);
  }

  private onDue(device: number, dueMs: number): void {
    const { recorder, config } = this.env;
    // A busy thread may look here before it sees that the run is over.
    if (dueMs >= config.durationMs) return;
    if (this.isAwaited(device)) {
      this.await(device);
      return;
    }
    const isAwake = this.awake.has(device);
    if (this.load.pace === 'clock' && this.sessionsLeft(device) > (isAwake ? 1 : 0)) {
      this.agenda.add(this.load.nextMs(device, dueMs, 0), device);
      if (isAwake) recorder.sessionDropped();
    }
    if (isAwake) return;
    recorder.startLag(this.agenda.now() - dueMs);
    this.start(device, { kind: 'client' });
  }

  /** The server starts this device's sessions. */
  private await(device: number): void {
    this.env.recorder.deviceState(device, 'dormant');
    this.env.push?.open(device);
  }

  private start(index: number, trigger: Trigger): void {
    const device = this.wake(index);
    this.asleep.forget(index);
    if (this.load.pace === 'end') this.agenda.remove(index);
    this.awake.set(index, device);
    void this.live(device, trigger);
  }

  private wake(index: number): Device {
    return Device.wake(this.env.population, index, this.asleep.memoryOf(index), this.limits);
  }

  /** One turn of a device's life: its session, then the asynchronous work that came of it. */
  private async live(device: Device, trigger: Trigger): Promise<void> {
    let completed = await this.runs.session(device, trigger);
    // What an EXEC has begun is finished and reported in the drain, too.
    while (!this.isCut) {
      const report = await this.runs.work(device);
      if (report === undefined) break;
      completed = (await this.runs.session(device, report)) && completed;
    }
    this.fallAsleep(device, completed);
  }

  private fallAsleep(device: Device, completed: boolean): void {
    const { arrays, recorder } = this.env;
    const { index } = device;
    this.awake.delete(index);
    this.asleep.keep(index, device.fold());
    const done = (arrays.sessionsDone[index] ?? 0) + 1;
    arrays.sessionsDone[index] = done;

    const next = this.waiting.get(index)?.shift();
    if (this.sessionsLeft(index) <= 0) this.finish(index);
    else {
      recorder.deviceState(index, completed ? 'dormant' : 'failed');
      if (next !== undefined && !this.stopping) this.start(index, next);
      else if (this.load.pace === 'end' && !this.isAwaited(index)) {
        const endedMs = this.agenda.now();
        const dueMs = this.load.nextMs(index, endedMs, done);
        recorder.simulatedDelay('think', dueMs - endedMs);
        this.agenda.add(dueMs, index);
      }
    }
    this.endIfOver();
  }

  private finish(device: number): void {
    this.waiting.delete(device);
    this.asleep.forget(device);
    this.agenda.remove(device);
    this.env.recorder.deviceState(device, 'finished');
    this.env.push?.close(device);
    this.unfinished--;
  }

  private sessionsLeft(device: number): number {
    return (
      (this.env.config.sessions ?? Number.POSITIVE_INFINITY) - (this.env.arrays.sessionsDone[device] ?? 0)
    );
  }

  private endIfOver(): void {
    if (this.awake.size > 0 || !(this.stopping || this.unfinished === 0)) return;
    this.agenda.stop();
    for (const timer of this.timers) timer.cancel();
    this.env.push?.closeAll();
    this.runs.flush();
    this.resolve();
  }

  private after(ms: number, call: () => void): void {
    this.timers.add(this.env.clock.after(Math.max(0, ms), call));
  }
}
