/** Drives DM Sessions over the network: performs what their generators yield, and measures it. */
import { DEFAULT_PACKAGE2_LIMITS } from '../protocol/package2.ts';
import { realClock } from './clock.ts';
import { Deadlines } from './deadlines.ts';
import { parse5Html } from './parse5-html.ts';
import {
  type DriverContext,
  type DriverOptions,
  type RunningSession,
  type RunningWork,
  type SessionRunOptions,
  type WorkRunOptions,
} from './running-session.ts';
import { SessionRun } from './session-run.ts';
import { createCookieJar } from './tough-cookie-jar.ts';
import { WorkRun } from './work-run.ts';

export type {
  CutReason,
  DriverOptions,
  FinishedSession,
  RunningSession,
  RunningWork,
  SessionRunOptions,
  WorkRunOptions,
} from './running-session.ts';

/** One per shard. */
export class Driver {
  private readonly context: DriverContext;

  constructor(options: DriverOptions) {
    const clock = options.clock ?? realClock;
    this.context = {
      maxPackageBytes: DEFAULT_PACKAGE2_LIMITS.maxBytes,
      maxPageBytes: 1_048_576,
      onInternalError: () => undefined,
      html: parse5Html,
      createCookieJar,
      ...options,
      clock,
      deadlines: new Deadlines(clock, options.sessionTimeoutMs),
    };
  }

  /** Starts a session now: it is counted as started, and its first package is on its way. */
  run(options: SessionRunOptions): RunningSession {
    return new SessionRun(this.context, options);
  }

  /**
   * Starts work between two sessions. It is no session and not counted as one, and the device's state stays the
   * caller's; nor does the bound on sessions hold for it.
   */
  work<T>(options: WorkRunOptions<T>): RunningWork<T> {
    return new WorkRun(this.context, options);
  }
}
