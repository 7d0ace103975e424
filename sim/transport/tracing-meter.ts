/** A session's meter that also tells each step to a trace, where there is one. */
import { SessionMeter } from '../device/session-meter.ts';
import { type Recorder } from '../metrics/recorder.ts';
import { type DmCommand } from '../protocol/command.ts';
import { type Status } from '../protocol/status.ts';
import { type Violation } from '../protocol/violation.ts';
import { type Clock } from './clock.ts';
import { type SessionTrace, type TraceStep } from './trace.ts';

export class TracingMeter extends SessionMeter {
  private readonly sink: SessionTrace | undefined;
  private commandSinceMs = 0;

  constructor(recorder: Recorder, clock: Clock, sink: SessionTrace | undefined) {
    super(recorder, clock);
    this.sink = sink;
  }

  /** Whether steps are asked for: their descriptions cost something. */
  get tracing(): boolean {
    return this.sink !== undefined;
  }

  trace(step: TraceStep): void {
    this.sink?.({ atMs: this.elapsedMs, ...step });
  }

  override commandStarted(command: DmCommand): void {
    super.commandStarted(command);
    if (!this.tracing) return;
    this.commandSinceMs = this.elapsedMs;
    this.trace({ kind: 'command_started', command });
  }

  override commandEnded(command: DmCommand, status: Status): void {
    super.commandEnded(command, status);
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
    if (this.tracing) this.trace({ kind: 'command_cut', command });
  }

  override violation(violation: Violation): void {
    super.violation(violation);
    if (this.tracing) this.trace({ kind: 'violation', violation });
  }
}
