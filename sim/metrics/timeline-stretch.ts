/** A stretch of a run as counts and histograms, so that two that follow each other can be joined without loss. */
import { type CompactHistogram, compacted, expanded, mergedCompact } from './compact-histogram.ts';
import { type Histogram, histogramSince, percentileMs } from './histogram.ts';
import { type RunPhase, type TimelineLatency, type TimelineSample } from './timeline-sample.ts';
import { type Totals, wholeTurnaround } from './totals.ts';

/** What the run is like at a moment; its totals are those since the start. */
export interface TimelineReading {
  readonly totals: Totals;
  readonly phase: RunPhase;
  /** Since the start of the run. */
  readonly atMs: number;
  /** Of all processes of the swarm, CPU since any moment that stays the same; absent where it cannot be read. */
  readonly usage?: { readonly cpuSeconds: number; readonly rssBytes: number };
}

/** Everything since the reading before. */
export interface Stretch extends Pick<
  TimelineSample,
  'atMs' | 'seconds' | 'phase' | 'devices' | 'violations'
> {
  readonly iterations: number;
  readonly sessions: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly serverTurnaround: CompactHistogram;
  readonly iterationDevice: CompactHistogram;
  readonly session: CompactHistogram;
  readonly generator: TimelineSample['generator'];
}

/** `earlier` absent: since the start of the run. */
export function stretchBetween(earlier: TimelineReading | undefined, later: TimelineReading): Stretch {
  const { totals, phase, atMs } = later;
  const seconds = Math.max(0, atMs - (earlier?.atMs ?? 0)) / 1_000;
  const since = (count: (totals: Totals) => number): number =>
    count(totals) - (earlier === undefined ? 0 : count(earlier.totals));
  const histogram = (of: (totals: Totals) => Histogram): CompactHistogram =>
    compacted(earlier === undefined ? of(totals) : histogramSince(of(totals), of(earlier.totals)));
  return {
    atMs,
    seconds,
    phase,
    iterations: since(({ iterations }) => iterations),
    sessions: since(({ sessions }) => sessions.completed + sessions.aborted + sessions.timedOut),
    failures: failuresBetween(earlier?.totals, totals),
    violations: since(({ violations }) => Object.values(violations).reduce((sum, n) => sum + n, 0)),
    serverTurnaround: histogram(wholeTurnaround),
    iterationDevice: histogram(({ latency }) => latency.iterationDevice),
    session: histogram(({ latency }) => latency.session),
    devices: totals.devices,
    generator: {
      eventLoopDelayP99Ms: worstDelayP99Ms(earlier?.totals, totals),
      utilization: Math.max(0, ...totals.shards.map(({ lastUtilization }) => lastUtilization)),
      cpuCores: cpuCores(earlier, later, seconds),
      rssBytes: later.usage?.rssBytes ?? null,
    },
  };
}

/** `two` follows `one`. */
export function joined(one: Stretch, two: Stretch): Stretch {
  const failures: Record<string, number> = { ...one.failures };
  for (const [reason, count] of Object.entries(two.failures))
    failures[reason] = (failures[reason] ?? 0) + count;
  return {
    atMs: two.atMs,
    seconds: one.seconds + two.seconds,
    phase: two.phase,
    iterations: one.iterations + two.iterations,
    sessions: one.sessions + two.sessions,
    failures,
    violations: one.violations + two.violations,
    serverTurnaround: mergedCompact(one.serverTurnaround, two.serverTurnaround),
    iterationDevice: mergedCompact(one.iterationDevice, two.iterationDevice),
    session: mergedCompact(one.session, two.session),
    devices: two.devices,
    generator: {
      eventLoopDelayP99Ms: Math.max(one.generator.eventLoopDelayP99Ms, two.generator.eventLoopDelayP99Ms),
      utilization: Math.max(one.generator.utilization, two.generator.utilization),
      cpuCores: meanCores(one, two),
      rssBytes: largest(one.generator.rssBytes, two.generator.rssBytes),
    },
  };
}

/** What of it is shown: rates to the thousandth, times to the microsecond. */
export function sampleOf(stretch: Stretch): TimelineSample {
  const { atMs, seconds, phase, failures, violations, devices, generator } = stretch;
  const rate = (count: number): number => (seconds > 0 ? thousandths(count / seconds) : 0);
  return {
    atMs: thousandths(atMs),
    seconds: thousandths(seconds),
    phase,
    iterationsPerSecond: rate(stretch.iterations),
    sessionsPerSecond: rate(stretch.sessions),
    failures,
    violations,
    serverTurnaround: latencyOf(stretch.serverTurnaround),
    iterationDevice: latencyOf(stretch.iterationDevice),
    session: latencyOf(stretch.session),
    devices,
    generator: {
      eventLoopDelayP99Ms: thousandths(generator.eventLoopDelayP99Ms),
      utilization: thousandths(generator.utilization),
      cpuCores: generator.cpuCores === null ? null : thousandths(generator.cpuCores),
      rssBytes: generator.rssBytes,
    },
  };
}

function latencyOf(compact: CompactHistogram): TimelineLatency | null {
  if (compact.indices.length === 0) return null;
  const histogram = expanded(compact);
  const at = (q: number): number => thousandths(percentileMs(histogram, q));
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function failuresBetween(earlier: Totals | undefined, later: Totals): Readonly<Record<string, number>> {
  const failures: Record<string, number> = {};
  const add = ({ endings }: Totals, sign: 1 | -1): void => {
    for (const { outcome, reason, count } of endings)
      if (outcome !== 'completed' && count > 0) failures[reason] = (failures[reason] ?? 0) + sign * count;
  };
  add(later, 1);
  if (earlier !== undefined) add(earlier, -1);
  return Object.fromEntries(Object.entries(failures).filter(([, count]) => count > 0));
}

function worstDelayP99Ms(earlier: Totals | undefined, later: Totals): number {
  const delays = later.shards.map(({ eventLoopDelay }, i) => {
    const before = earlier?.shards[i]?.eventLoopDelay;
    return percentileMs(before === undefined ? eventLoopDelay : histogramSince(eventLoopDelay, before), 0.99);
  });
  return Math.max(0, ...delays);
}

function cpuCores(
  earlier: TimelineReading | undefined,
  later: TimelineReading,
  seconds: number,
): number | null {
  if (earlier?.usage === undefined || later.usage === undefined || seconds === 0) return null;
  return Math.max(0, later.usage.cpuSeconds - earlier.usage.cpuSeconds) / seconds;
}

function meanCores(one: Stretch, two: Stretch): number | null {
  const [first, second] = [one.generator.cpuCores, two.generator.cpuCores];
  if (first === null || second === null) return first ?? second;
  const seconds = one.seconds + two.seconds;
  return seconds > 0 ? (first * one.seconds + second * two.seconds) / seconds : second;
}

function largest(one: number | null, two: number | null): number | null {
  if (one === null || two === null) return one ?? two;
  return Math.max(one, two);
}

function thousandths(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
