/** What benchmarks work with: where the project is, how large the run is, and whom it may measure. */

/** How large a run is made. */
export interface Scale {
  readonly quick: boolean;
  /** Even, so that every contender comes as often early as late. */
  readonly rounds: number;
  readonly warmUpMs: number;
  /** Requests that are answered before a measurement begins, however long that takes on a busy machine. */
  readonly warmUpCount: number;
  readonly windowMs: number;
}

export interface BenchContext {
  /** The checkout. */
  readonly root: string;
  /** The bundles of its present state. */
  readonly directory: string;
  readonly scale: Scale;
  /** CPUs that the measured process and its server are bound to; `undefined`: the system decides. */
  readonly pinned: { readonly measured: number; readonly server: number } | undefined;
  /** A folder for files that peers need; removed at the end. */
  readonly scratch: string;
}
