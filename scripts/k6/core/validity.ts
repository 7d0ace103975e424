/** Whether a run's figures are the server's: when sessions did not start as they were due, or not end, they are not. */

/** Beyond that a load is not the one that was asked for, and what a device would have felt is not in its session. */
export const MOST_START_LAG_P99_MS = 1_000;

export interface RunHealth {
  readonly started: number;
  /** Sessions that were due and have not started. */
  readonly dropped: number;
  /** Sessions that k6 interrupted. */
  readonly interrupted: number;
  readonly startLagP99Ms: number;
}

/** Plain sentences, one per broken rule; none: the run is valid. */
export function reasonsAgainst(
  { started, dropped, interrupted, startLagP99Ms }: RunHealth,
  vus: number,
): readonly string[] {
  const reasons: string[] = [];
  if (started === 0) reasons.push('no session has started');
  if (dropped > 0)
    reasons.push(
      `${dropped} sessions were due and could not start, for all ${vus} VUs were busy: take more -e VUS`,
    );
  if (startLagP99Ms > MOST_START_LAG_P99_MS)
    reasons.push(
      `start lag p99 was ${Math.round(startLagP99Ms)} ms (at most ${MOST_START_LAG_P99_MS} ms), for VUs were busy with other devices: take more -e VUS`,
    );
  if (interrupted > 0) reasons.push(`${interrupted} sessions were interrupted by k6`);
  return reasons;
}
