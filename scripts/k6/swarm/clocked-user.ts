/** Devices that come by their own clock: a VU waits for the one that is due next and has it live its turn. */
import { type DeviceMemory } from '../../../sim/device/device.ts';
import exec from 'k6/execution';
import { type AgendaOptions, DeviceAgenda } from '../core/device-agenda.ts';
import { type RunPlan } from './run-plan.ts';
import { TimeBox } from './time-box.ts';
import { testClock } from './clock.ts';
import { VirtualUser } from './virtual-user.ts';

/** A device has lived its last turn. */
export type LastTurn = (device: number, memory: DeviceMemory) => void;

export class ClockedUser {
  private readonly user: VirtualUser;
  private readonly agenda: DeviceAgenda;
  private readonly startedAtMs: number;
  private readonly loadBox: TimeBox;
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
    this.onLastTurn = onLastTurn;
  }

  /** Waits for the next device that is due, and no longer than sessions are started; does nothing when none is left. */
  nextTurn(): void {
    const next = this.agenda.next();
    if (next === undefined) return;
    const { device, dueAtMs } = next;
    this.loadBox.sleep(this.startedAtMs + dueAtMs - testClock.now());
    if (this.loadBox.isOver) return;
    const { recorder } = this.user;
    recorder.startedLate(Math.max(0, testClock.now() - this.startedAtMs - dueAtMs));
    const memory = this.user.turn(device);
    const thinkMs = this.agenda.done(device, testClock.now() - this.startedAtMs);
    if (thinkMs === undefined) this.onLastTurn?.(device, memory);
    else recorder.simulatedDelay('think', thinkMs);
  }
}
