/** What an observer of a DM Session is told while the generator runs; all calls are synchronous and cheap. */
import { type DmCommand } from '../protocol/command.ts';
import { type Package2 } from '../protocol/package2.ts';
import { type Status } from '../protocol/status.ts';
import { type Violation } from '../protocol/violation.ts';

export interface SessionListener {
  /** A Package#2 was received and understood: its commands count as delivered. */
  delivered(package2: Package2): void;
  commandStarted(command: DmCommand): void;
  /** Each delivered command gets exactly one of `commandEnded` and `commandCut`. END ends with 200. */
  commandEnded(command: DmCommand, status: Status): void;
  /** Delivered, but the session was cut before the command was done. */
  commandCut(command: DmCommand): void;
  /** All commands of a Package#2 were executed. */
  iterationEnded(): void;
  /** A Package#3 is about to be handed over with these statuses. */
  reporting(commands: readonly DmCommand[], statuses: readonly Status[]): void;
  violation(violation: Violation): void;
}
