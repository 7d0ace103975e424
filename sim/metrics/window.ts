/** What happened between two readings of the totals: rates and percentiles of that time alone. */
import { type Histogram, histogramSince, mergeHistograms } from './histogram.ts';
import { type LatencyFigures, latencyFigures } from './latency-figures.ts';
import { type Totals } from './totals.ts';

export interface Window {
  readonly seconds: number;
  readonly iterationsPerSecond: number;
  /** Sessions ended, however they ended. */
  readonly sessionsPerSecond: number;
  /** Sessions aborted or timed out. */
  readonly failedSessions: number;
  readonly violations: number;
  readonly serverTurnaround: LatencyFigures;
}

/** The window from `earlier` (`undefined`: the start of the run) to `later`; rates are 0 when no time has passed. */
export function windowBetween(earlier: Totals | undefined, later: Totals, seconds: number): Window {
  const since = (value: (totals: Totals) => number): number =>
    value(later) - (earlier === undefined ? 0 : value(earlier));
  const rate = (value: (totals: Totals) => number): number => (seconds > 0 ? since(value) / seconds : 0);
  return {
    seconds,
    iterationsPerSecond: rate(({ iterations }) => iterations),
    sessionsPerSecond: rate(({ sessions }) => sessions.completed + sessions.aborted + sessions.timedOut),
    failedSessions: since(({ sessions }) => sessions.aborted + sessions.timedOut),
    violations: since(({ violations }) => Object.values(violations).reduce((sum, n) => sum + n, 0)),
    serverTurnaround: latencyFigures(
      mergeHistograms([turnaroundSince(earlier, later, 1), turnaroundSince(earlier, later, 3)]),
    ),
  };
}

function turnaroundSince(earlier: Totals | undefined, later: Totals, after: 1 | 3): Histogram {
  const now = later.latency.serverTurnaround[after];
  return earlier === undefined ? now : histogramSince(now, earlier.latency.serverTurnaround[after]);
}
