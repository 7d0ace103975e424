/** Every exit code of the commands, in one place. */

export const EXIT = {
  /** The run was made; its summary tells how it went. */
  fine: 0,
  /** A defect of dm-swarm or of the machine (out of memory, no file written). */
  internal: 1,
  /** Bad usage or configuration; nothing was started. */
  usage: 2,
  /** No device got a single response byte from the DM Server. */
  unreachable: 3,
  /** Ctrl-C or SIGTERM; the summary was printed if there was time. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What the user got wrong; its message names flag or file, what was found and what is expected. Ends in exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** For the help texts. */
export const EXIT_CODE_LINES: readonly string[] = [
  '0    the run was made',
  '1    internal error, or the summary could not be written',
  '2    bad usage or configuration; nothing was started',
  '3    target not reachable: no device got a single response byte',
  '130  interrupted by Ctrl-C or SIGTERM',
];
