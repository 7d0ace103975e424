/** Bounds on what a server can make a DM Session do; the same for all devices of a run. */
import { DEFAULT_PACKAGE2_LIMITS, type Package2Limits } from '../protocol/package2.ts';

export interface SessionLimits {
  /** Package#2s that a session executes before it gives up on a server that never sends END. */
  readonly maxIterations: number;
  readonly package2: Package2Limits;
  /** Largest body of an HGET or of a DEFAULT's fetch, in bytes. */
  readonly maxDataBytes: number;
  /** Deepest nesting of fetched management data. */
  readonly maxDataDepth: number;
  /** Largest firmware package, in bytes; it is counted, never kept. */
  readonly maxImageBytes: number;
  /** SUBs that a device keeps, and DEFAULTs; the next one more gets 500. */
  readonly maxRemembered: number;
  /** EXECs with a ServerURI that wait to be done; the next one more gets 503. */
  readonly maxAsynchronousWork: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  maxIterations: 1_000,
  package2: DEFAULT_PACKAGE2_LIMITS,
  maxDataBytes: 1_048_576,
  maxDataDepth: 64,
  maxImageBytes: 67_108_864,
  maxRemembered: 256,
  maxAsynchronousWork: 16,
};
