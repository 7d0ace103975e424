/** Devices that come by their own clock: a VU waits for the one that is due next and has it live its turn. */
import { type DeviceMemory } from '../../../sim/device/device.ts';
import { sleep } from 'k6';
import exec from 'k6/execution';
import { type AgendaOptions, DeviceAgenda } from '../core/device-agenda.ts';
import { type RunPlan } from './run-plan.ts';
import { TimeBox } from './time-box.ts';
import { SETTLE_MS } from './test-options.ts';
import { testClock } from './clock.ts';
import { VirtualUser } from './virtual-user.ts';

/** A device has lived its last turn. */
export type LastTurn = (device: number, memory: DeviceMemory) => void;

/** A session that would have started this shortly before the end is none that was dropped: it is a matter of rounding. */
const ROUNDING_MS = 100;

export class ClockedUser {
  private readonly user: VirtualUser;
  private readonly agenda: DeviceAgenda;
  private readonly startedAtMs: number;
  private readonly loadBox: TimeBox;
  private readonly durationMs: number;
  private settled = false;
  private readonly onLastTurn: LastTurn | undefined;

  /** Only in a VU; `durationMs`: when no more sessions are started. */
  constructor(
    plan: RunPlan,
    durationMs: number,
    options: Omit<AgendaOptions, 'seed'>,
    onLastTurn?: LastTurn,
  ) {
    this.user = new VirtualUser(plan, durationMs, onLastTurn !== undefined);
    this.agenda = new DeviceAgenda(this.user.slice, { ...options, seed: plan.common.SEED });
    this.startedAtMs = testClock.now() - (Date.now() - exec.scenario.startTime);
    this.loadBox = new TimeBox(this.startedAtMs + durationMs);
    this.durationMs = durationMs;
    this.onLastTurn = onLastTurn;
  }

  /** Waits for the next device that is due, and no longer than sessions are started; does nothing when none is left. */
  nextTurn(): void {
    const next = this.agenda.next();
    if (next === undefined) return;
    const { device, dueAtMs } = next;
    this.loadBox.sleep(this.startedAtMs + dueAtMs - testClock.now());
    if (this.loadBox.isOver) {
      this.agenda.putBack(next);
      this.settle();
      // Nothing to do until k6's scenario ends.
      sleep(SETTLE_MS / 1_000);
      return;
    }
    const { recorder } = this.user;
    recorder.startedLate(Math.max(0, testClock.now() - this.startedAtMs - dueAtMs));
    const memory = this.user.turn(device);
    const thinkMs = this.agenda.done(device, testClock.now() - this.startedAtMs);
    if (thinkMs === undefined) this.onLastTurn?.(device, memory);
    else recorder.simulatedDelay('think', thinkMs);
    if (this.loadBox.leftMs === 0) this.settle();
  }

  /** Once: counts the devices that were due and have not started, because this VU was busy with others. */
  private settle(): void {
    if (this.settled) return;
    this.settled = true;
    const { recorder } = this.user;
    recorder.sessionsDropped(this.agenda.dueBefore(this.durationMs - ROUNDING_MS));
  }
}
