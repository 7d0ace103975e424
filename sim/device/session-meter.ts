/** Measures one DM Session in any runtime: what happened in it, and how long its parts took. */
import { type CountedCommand, countedName, type DmCommand } from '../protocol/command.ts';
import { type Package2 } from '../protocol/package2.ts';
import { type Status } from '../protocol/status.ts';
import { type Violation } from '../protocol/violation.ts';
import { type SessionListener } from './session-listener.ts';

/** Where a session's figures go; a driver's recorder has more to it. All durations in milliseconds, fractions included. */
export interface SessionRecorder {
  /** Package#1 or #3 handed to the transport, Package#2 received as a 200 response. */
  packagePassed(number: 1 | 2 | 3): void;
  /** Package#`after` handed to the transport → next Package#2 fully received; connecting and simulated delay not included. */
  serverTurnaround(after: 1 | 3, ms: number): void;
  /** Package#2 fully received → Package#3 ready to send (or, with END, all executed). */
  iterationEnded(deviceMs: number): void;
  commandDelivered(command: CountedCommand): void;
  commandEnded(command: CountedCommand, status: number, ms: number): void;
  /** Delivered, but the session was cut before it was done. */
  commandCut(command: CountedCommand): void;
  statusReported(command: CountedCommand, status: number): void;
  violation(violation: Violation): void;
}

/** Monotonic milliseconds with fractions; only differences mean something. */
export interface MeterClock {
  now(): number;
}

const NONE: readonly DmCommand[] = [];

/**
 * The device tells it about commands, the driver about packages. A turnaround counts when the response to a package
 * proved to be a Package#2, so that there are as many turnarounds as Package#2s.
 */
export class SessionMeter implements SessionListener {
  private readonly recorder: SessionRecorder;
  private readonly clock: MeterClock;
  private readonly startedAtMs: number;
  private answeredPackage: 1 | 3 = 1;
  private turnaroundMs = 0;
  private receivedAtMs = 0;
  private command: CountedCommand = 'unknown';
  private commandStartedAtMs = 0;
  private iterationDone = false;
  private reportedCommands: readonly DmCommand[] = NONE;
  private reportedStatuses: readonly Status[] = [];

  constructor(recorder: SessionRecorder, clock: MeterClock) {
    this.recorder = recorder;
    this.clock = clock;
    this.startedAtMs = clock.now();
  }

  get elapsedMs(): number {
    return this.clock.now() - this.startedAtMs;
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
    this.command = countedName(command);
    this.commandStartedAtMs = this.clock.now();
  }

  commandEnded(_command: DmCommand, { sc }: Status): void {
    this.recorder.commandEnded(this.command, sc, this.clock.now() - this.commandStartedAtMs);
  }

  commandCut(command: DmCommand): void {
    this.recorder.commandCut(countedName(command));
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

  violation(violation: Violation): void {
    this.recorder.violation(violation);
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
}
