/** Package#3: the status of every command, and alerts (CR 6.2 step 4). */
import { type Alert } from './alert.ts';
import { type Status } from './status.ts';

export interface Package3 {
  /** Entry i answers command i of the Package#2 it follows. */
  readonly statuses: readonly Status[];
  readonly alerts: readonly Alert[];
}
