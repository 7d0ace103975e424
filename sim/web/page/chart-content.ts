/** What the charts show of a run's samples. */
import { type TimelineLatency, type TimelineSample } from '../../metrics/timeline.ts';
import { type ChartSeries } from './chart.ts';
import { BUSY_STATES, STATE_NAMES } from './state-name.ts';
import { type Theme } from './theme.ts';

type Samples = readonly TimelineSample[];

/** Reasons with a line of their own; the rest is one more. */
const MOST_REASONS = 5;

export function throughput(samples: Samples, theme: Theme): readonly ChartSeries[] {
  return [
    line('iterations/s', theme.series[0], samples, (sample) => sample.iterationsPerSecond),
    line('sessions/s', theme.series[1], samples, (sample) => sample.sessionsPerSecond),
  ];
}

export function percentiles(
  samples: Samples,
  theme: Theme,
  of: (sample: TimelineSample) => TimelineLatency | null,
): readonly ChartSeries[] {
  return (['p50', 'p95', 'p99'] as const).map((name, i) =>
    line(name, theme.series[[2, 0, 3][i] ?? 0], samples, (sample) => positive(of(sample)?.[name])),
  );
}

/** Devices at work, one state upon the other. */
export function devicesAtWork(samples: Samples, theme: Theme): readonly ChartSeries[] {
  const sums = samples.map(() => 0);
  return BUSY_STATES.map((state) => {
    const own = samples.map(({ devices }) => devices[state]);
    own.forEach((count, i) => (sums[i] = (sums[i] ?? 0) + count));
    return { name: STATE_NAMES[state], colour: theme.states[state], isArea: true, values: [...sums], own };
  });
}

/** Failed sessions by reason and violations, a second; the most frequent reasons by name. */
export function failures(samples: Samples, theme: Theme): readonly ChartSeries[] {
  const totals = new Map<string, number>();
  for (const { failures: counts } of samples)
    for (const [reason, count] of Object.entries(counts))
      totals.set(reason, (totals.get(reason) ?? 0) + count);
  const reasons = [...totals].sort((a, b) => b[1] - a[1]).map(([reason]) => reason);
  const named = reasons.length > MOST_REASONS ? reasons.slice(0, MOST_REASONS - 1) : reasons;
  const perSecond = (sample: TimelineSample, count: number): number =>
    count / Math.max(0.001, sample.seconds);
  const ofReasons = named.map((reason, i) =>
    line(reason, theme.series[i], samples, (sample) => perSecond(sample, sample.failures[reason] ?? 0)),
  );
  const others = line('other reasons', theme.series[MOST_REASONS - 1], samples, (sample) =>
    perSecond(
      sample,
      Object.entries(sample.failures).reduce(
        (sum, [reason, count]) => sum + (named.includes(reason) ? 0 : count),
        0,
      ),
    ),
  );
  const violations = line('violations', theme.bad, samples, (sample) => perSecond(sample, sample.violations));
  return [
    ...(named.length === 0 ? [line('failed sessions', theme.series[0], samples, () => 0)] : ofReasons),
    ...(named.length < reasons.length ? [others] : []),
    { ...violations, isDashed: true },
  ];
}

export function eventLoopDelay(samples: Samples, theme: Theme): readonly ChartSeries[] {
  return [
    line(
      'delay p99, worst shard',
      theme.series[0],
      samples,
      (sample) => sample.generator.eventLoopDelayP99Ms,
    ),
  ];
}

export function utilization(samples: Samples, theme: Theme): readonly ChartSeries[] {
  return [line('busiest shard', theme.series[0], samples, (sample) => sample.generator.utilization)];
}

export function cpuCores(samples: Samples, theme: Theme): readonly ChartSeries[] {
  return [line('all processes', theme.series[0], samples, (sample) => sample.generator.cpuCores)];
}

function line(
  name: string,
  colour: string | undefined,
  samples: Samples,
  value: (sample: TimelineSample) => number | null | undefined,
): ChartSeries {
  return { name, colour: colour ?? '#888888', values: samples.map((sample) => value(sample) ?? null) };
}

/** A logarithmic scale has no place for 0. */
function positive(value: number | undefined): number | null {
  return value === undefined || value <= 0 ? null : value;
}
