/** Package#2: the DM Server's commands (CR 6.2 step 2). */
import { type DmCommand } from './command.ts';
import { type Violation } from './violation.ts';

export interface Package2 {
  /** In the order delivered. */
  readonly commands: readonly DmCommand[];
  /** An END stands in the package: its commands are executed, no Package#3 follows. */
  readonly ends: boolean;
  /** What the server did wrong without making the package unreadable. */
  readonly violations: readonly Violation[];
}

export interface Package2Limits {
  /** Bytes of the decoded (unzipped) body; the transport cuts earlier. */
  readonly maxBytes: number;
  /** Nesting of arrays and objects. */
  readonly maxDepth: number;
}

export const DEFAULT_PACKAGE2_LIMITS: Package2Limits = { maxBytes: 1_048_576, maxDepth: 64 };
