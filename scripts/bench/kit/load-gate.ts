/** The load gate: measures only while nobody else uses the machine, and says when that could not be had. */

/** Where CPU time is read and time passes; a test gives virtual ones. */
export interface LoadProbe {
  /** CPU time that the whole machine has used since it started, in ms. */
  busyMs(): number;
  /** That part of it which is the benchmark's own, in ms. */
  ownMs(): number;
  /** A clock, in ms. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface LoadGateOptions {
  /** CPU cores that others may use before a measurement counts as disturbed. */
  readonly mostForeignCores: number;
  /** How long the machine is watched at a time before it is called quiet, in ms. */
  readonly sampleMs: number;
  /** What all waiting of a whole benchmark run may cost, in ms; after that it goes on, and says so. */
  readonly budgetMs: number;
}

export interface Watched<T> {
  readonly result: T;
  readonly foreignCores: number;
  readonly disturbed: boolean;
}

export class LoadGate {
  /** Time spent on waiting so far, in ms. */
  waitedMs = 0;
  private readonly probe: LoadProbe;
  private readonly options: LoadGateOptions;

  constructor(probe: LoadProbe, options: LoadGateOptions) {
    this.probe = probe;
    this.options = options;
  }

  /** Resolves with true when the machine is quiet, with false when the budget for waiting is gone. */
  async quiet(): Promise<boolean> {
    const { sampleMs, budgetMs, mostForeignCores } = this.options;
    while (this.waitedMs < budgetMs) {
      const { foreignCores } = await this.watch(() => this.probe.sleep(sampleMs));
      if (foreignCores <= mostForeignCores) return true;
      this.waitedMs += sampleMs;
    }
    return false;
  }

  /** Does the work and tells how much of the machine others used meanwhile. */
  async watch<T>(work: () => Promise<T>): Promise<Watched<T>> {
    const { probe } = this;
    const [startedAt, busy, own] = [probe.now(), probe.busyMs(), probe.ownMs()];
    const result = await work();
    const elapsedMs = Math.max(probe.now() - startedAt, 1);
    const foreignMs = probe.busyMs() - busy - (probe.ownMs() - own);
    // Both are counted in ticks, so the difference of two equal loads may be a little below zero.
    const foreignCores = Math.max(0, foreignMs / elapsedMs);
    return { result, foreignCores, disturbed: foreignCores > this.options.mostForeignCores };
  }
}
