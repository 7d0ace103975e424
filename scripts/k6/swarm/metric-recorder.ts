/** Notes what a session's meter and driver see in k6's metrics. */
import { type SessionOutcome, type WaitEffect } from '../../../sim/device/effect.ts';
import { type SessionRecorder } from '../../../sim/device/session-meter.ts';
import { type Trigger } from '../../../sim/device/trigger.ts';
import { type UiOutcome } from '../../../sim/browser/ui-user.ts';
import { type CountedCommand } from '../../../sim/protocol/command.ts';
import { type Violation } from '../../../sim/protocol/violation.ts';
import { METRICS } from './metrics.ts';

export type TriggerName = Trigger['kind'];
export type DelayKind = 'network' | 'ui_think' | 'think' | WaitEffect['reason'];

/** One per VU. */
export class MetricRecorder implements SessionRecorder {
  private readonly onFirst: (what: string, example: string) => void;
  private readonly told = new Set<string>();

  /** `onFirst`: told the first example of each violation and of each reason that a session ended for, for people. */
  constructor(onFirst: (what: string, example: string) => void) {
    this.onFirst = onFirst;
  }

  sessionStarted(trigger: TriggerName): void {
    METRICS.sessionsStarted.add(1, { trigger });
  }

  sessionEnded(outcome: SessionOutcome, reason: string, durationMs: number): void {
    METRICS.sessionsEnded.add(1, { outcome, reason });
    METRICS.sessionsFailed.add(outcome !== 'completed');
    METRICS.sessionDuration.add(durationMs);
  }

  /** The first session of this VU that ended for a reason is told. */
  sessionFailed(reason: string, detail: string): void {
    this.tell(`session ended: ${reason}`, detail);
  }

  packagePassed(number: 1 | 2 | 3): void {
    METRICS.packages.add(1, { package: String(number) });
  }

  serverTurnaround(after: 1 | 3, ms: number): void {
    METRICS.serverTurnaround.add(ms, { package: String(after) });
  }

  iterationEnded(deviceMs: number): void {
    METRICS.iterations.add(1);
    METRICS.iterationDevice.add(deviceMs);
  }

  connected(ms: number): void {
    METRICS.connect.add(ms);
  }

  simulatedDelay(kind: DelayKind, ms: number): void {
    if (ms > 0) METRICS.simulatedDelay.add(ms, { kind });
  }

  /** Counted when it is known what became of the command. */
  commandDelivered(): void {
    return undefined;
  }

  commandEnded(command: CountedCommand, status: number, ms: number): void {
    METRICS.commands.add(1, { command, status: String(status) });
    METRICS.commandDuration.add(ms, { command });
  }

  commandCut(command: CountedCommand): void {
    METRICS.commands.add(1, { command, status: 'none' });
  }

  statusReported(command: CountedCommand, status: number): void {
    METRICS.statuses.add(1, { command, status: String(status) });
  }

  uiSessionEnded(outcome: UiOutcome, ms: number): void {
    METRICS.uiSessions.add(1, { outcome });
    METRICS.uiSessionDuration.add(ms);
  }

  repositoryTransfer(method: 'GET' | 'PUT' | 'POST', bytes: number): void {
    METRICS.repositoryTransfers.add(1, { method });
    METRICS.repositoryBytes.add(bytes, { method });
  }

  violation({ rule, example }: Violation): void {
    METRICS.violations.add(1, { rule });
    this.tell(`violation ${rule}`, example);
  }

  startedLate(ms: number): void {
    METRICS.startLag.add(ms);
  }

  sessionsDropped(count: number): void {
    if (count > 0) METRICS.sessionsDropped.add(count);
  }

  private tell(what: string, example: string): void {
    if (this.told.has(what)) return;
    this.told.add(what);
    this.onFirst(what, example);
  }
}
