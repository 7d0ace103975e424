/** What all scripts ask of k6. */
import { type Options } from 'k6/options';
import { breakdown } from '../core/breakdown.ts';
import { type CommonValues } from '../core/population-spec.ts';
import { TREND_STATS } from '../core/summary.ts';

/** Beyond its drain a session is cut by itself; k6 gets this much longer before it would interrupt it. */
const GRACE_MS = 5_000;
/** Between the end of the load and the end of k6's scenario; their clocks differ by a millisecond or two. */
export const SETTLE_MS = 250;
/** k6's own, less `error`: its texts hold addresses and may hold what a server has sent. `error_code` tells as much. */
const SYSTEM_TAGS = [
  'proto',
  'subproto',
  'status',
  'method',
  'url',
  'name',
  'group',
  'check',
  'error_code',
  'tls_version',
  'scenario',
  'service',
  'expected_response',
];

export function gracefulStop({ DRAIN: drainMs }: CommonValues): string {
  return `${drainMs + GRACE_MS}ms`;
}

/**
 * What k6 is given for devices with a clock of their own: each of its VUs comes once more when the load is over, and
 * counts who was due and has not started.
 */
export function clockedDuration(durationMs: number): string {
  return `${durationMs + SETTLE_MS}ms`;
}

/** Options besides the scenario. */
export function testOptions({
  MAX_FAILED: maxFailed,
  MAX_TURNAROUND: maxTurnaroundMs,
}: CommonValues): Options {
  return {
    // A device connects anew for each session and keeps its connections within it.
    noVUConnectionReuse: true,
    // Redirects are an answer to the device, and the browser follows its own.
    maxRedirects: 0,
    systemTags: SYSTEM_TAGS,
    summaryTrendStats: TREND_STATS,
    thresholds: {
      // k6 asks the script for its options once; every VU runs this line again.
      ...(__VU === 0 ? breakdown() : {}),
      omadm_sessions_failed: [`rate<=${maxFailed}`],
      ...(maxTurnaroundMs === undefined ? {} : { omadm_server_turnaround: [`p(95)<=${maxTurnaroundMs}`] }),
    },
  };
}
