/** A session's meter that also tells each step to a trace, and to who follows the device, where there are such. */
import { SessionMeter } from '../device/session-meter.ts';
import { type Recorder } from '../metrics/recorder.ts';
import { countedName, type DmCommand } from '../protocol/command.ts';
import { type Status } from '../protocol/status.ts';
import { type Violation } from '../protocol/violation.ts';
import { type Clock } from './clock.ts';
import { type SessionTrace, type TraceStep } from './trace.ts';

export interface MeterOptions {
  /** Whose session it is; absent: the work belongs to none. */
  readonly device?: number;
  readonly trace?: SessionTrace;
  readonly follower?: SessionTrace;
}

export class TracingMeter extends SessionMeter {
  private readonly log: Recorder;
  private readonly device: number | undefined;
  private readonly sink: SessionTrace | undefined;
  private follower: SessionTrace | undefined;
  private commandSinceMs = 0;

  constructor(recorder: Recorder, clock: Clock, { device, trace, follower }: MeterOptions) {
    super(recorder, clock);
    this.log = recorder;
    this.device = device;
    this.sink = trace;
    this.follower = follower;
  }

  /** From now on; `undefined`: nobody follows any more. */
  follow(follower: SessionTrace | undefined): void {
    this.follower = follower;
  }

  /** Whether steps are asked for: their descriptions cost something. */
  get tracing(): boolean {
    return this.sink !== undefined || this.follower !== undefined;
  }

  trace(step: TraceStep): void {
    const event = { atMs: this.elapsedMs, ...step };
    this.sink?.(event);
    this.follower?.(event);
  }

  override commandStarted(command: DmCommand): void {
    super.commandStarted(command);
    if (this.device !== undefined) this.log.deviceCommand(this.device, countedName(command));
    if (!this.tracing) return;
    this.commandSinceMs = this.elapsedMs;
    this.trace({ kind: 'command_started', command });
  }

  override commandEnded(command: DmCommand, status: Status): void {
    super.commandEnded(command, status);
    this.commandOver();
    if (this.tracing)
      this.trace({
        kind: 'command_ended',
        command,
        sc: status.sc,
        ms: this.elapsedMs - this.commandSinceMs,
      });
  }

  override commandCut(command: DmCommand): void {
    super.commandCut(command);
    this.commandOver();
    if (this.tracing) this.trace({ kind: 'command_cut', command });
  }

  override violation(violation: Violation): void {
    super.violation(violation);
    if (this.tracing) this.trace({ kind: 'violation', violation });
  }

  private commandOver(): void {
    if (this.device !== undefined) this.log.deviceCommand(this.device, undefined);
  }
}
