/** What every command gets from the launcher. */

export interface CommandContext {
  /** The project's folder. */
  readonly root: string;
  /** Where the bundles lie: the worker's and the server process's entry files. */
  readonly directory: string;
}
