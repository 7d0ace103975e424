/** Watches one DM Session and writes what it sees into the recorder, and into a trace where there is one. */
import { type SessionListener } from '../device/session-listener.ts';
import { type Recorder } from '../metrics/recorder.ts';
import { countedName, type DmCommand } from '../protocol/command.ts';
import { type Package2 } from '../protocol/package2.ts';
import { type Status } from '../protocol/status.ts';
import { type Violation } from '../protocol/violation.ts';
import { type Clock } from './clock.ts';
import { type SessionTrace, type TraceStep } from './trace.ts';

const NONE: readonly DmCommand[] = [];

/**
 * The device tells it about commands, the driver about packages. A turnaround counts when the response to a package
 * proved to be a Package#2, so that there are as many turnarounds as Package#2s.
 */
export class SessionMeter implements SessionListener {
  private readonly recorder: Recorder;
  private readonly clock: Clock;
  private readonly sink: SessionTrace | undefined;
  private readonly startedAtMs: number;
  private answeredPackage: 1 | 3 = 1;
  private turnaroundMs = 0;
  private receivedAtMs = 0;
  private commandStartedAtMs = 0;
  private iterationDone = false;
  private reportedCommands: readonly DmCommand[] = NONE;
  private reportedStatuses: readonly Status[] = [];

  constructor(recorder: Recorder, clock: Clock, sink: SessionTrace | undefined) {
    this.recorder = recorder;
    this.clock = clock;
    this.sink = sink;
    this.startedAtMs = clock.now();
  }

  /** Whether steps are asked for: their descriptions cost something. */
  get tracing(): boolean {
    return this.sink !== undefined;
  }

  get elapsedMs(): number {
    return this.clock.now() - this.startedAtMs;
  }

  trace(step: TraceStep): void {
    this.sink?.({ atMs: this.elapsedMs, ...step });
  }

  /** The response to a package is complete and, where a network is simulated, has reached the device. */
  answered(after: 1 | 3, turnaroundMs: number): void {
    this.answeredPackage = after;
    this.turnaroundMs = turnaroundMs;
    this.receivedAtMs = this.clock.now();
  }

  /** What follows an iteration is there: the next package, ready to be sent, or the session's end. */
  nextReady(): void {
    if (!this.iterationDone) return;
    this.iterationDone = false;
    this.recorder.iterationEnded(this.clock.now() - this.receivedAtMs);
  }

  delivered(package2: Package2): void {
    const { recorder } = this;
    recorder.packagePassed(2);
    recorder.serverTurnaround(this.answeredPackage, this.turnaroundMs);
    for (const command of package2.commands) recorder.commandDelivered(countedName(command));
  }

  commandStarted(command: DmCommand): void {
    this.commandStartedAtMs = this.clock.now();
    if (this.tracing) this.trace({ kind: 'command_started', command });
  }

  commandEnded(command: DmCommand, status: Status): void {
    const ms = this.clock.now() - this.commandStartedAtMs;
    this.recorder.commandEnded(countedName(command), status.sc, ms);
    if (this.tracing) this.trace({ kind: 'command_ended', command, sc: status.sc, ms });
  }

  commandCut(command: DmCommand): void {
    this.recorder.commandCut(countedName(command));
    if (this.tracing) this.trace({ kind: 'command_cut', command });
  }

  iterationEnded(): void {
    this.iterationDone = true;
  }

  /** They count when the Package#3 that carries them is sent. */
  reporting(commands: readonly DmCommand[], statuses: readonly Status[]): void {
    this.reportedCommands = commands;
    this.reportedStatuses = statuses;
  }

  /** The package was handed to the connected transport. */
  packageSent(number: 1 | 3): void {
    this.recorder.packagePassed(number);
    if (number === 3) this.countStatuses();
  }

  private countStatuses(): void {
    const { reportedCommands: commands, reportedStatuses: statuses } = this;
    // A package that is sent again in another type carries the same statuses, of which the server takes one lot.
    this.reportedCommands = NONE;
    for (let i = 0; i < commands.length; i++) {
      const command = commands[i];
      const status = statuses[i];
      if (command !== undefined && status !== undefined)
        this.recorder.statusReported(countedName(command), status.sc);
    }
  }

  violation(violation: Violation): void {
    this.recorder.violation(violation);
    if (this.tracing) this.trace({ kind: 'violation', violation });
  }
}
