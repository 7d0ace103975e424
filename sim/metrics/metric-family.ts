/** A family of Prometheus metrics: its name, type and help, and its samples made from what was read at a scrape. */
import { BUCKETS, bucketIndex, type Histogram } from './histogram.ts';

export type MetricType = 'counter' | 'gauge' | 'histogram';

export interface MetricSample {
  /** With the suffix `_bucket`, `_sum` or `_count` where it belongs to a histogram. */
  readonly metricName: string;
  readonly labels: Labels;
  readonly value: number;
}

export interface MetricFamily<Source> {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  samples(source: Source): readonly MetricSample[];
}

export type Labels = Readonly<Record<string, string>>;
export type Labelled<T> = readonly (readonly [labels: Labels, value: T])[];

/** Upper bounds of the exposition's buckets; every one is an edge of the log-linear buckets, so the sums are exact. */
export const EXPOSED_BOUNDS_MS: readonly number[] = [
  0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000,
];
const LAST_BUCKETS = EXPOSED_BOUNDS_MS.map(bucketIndex);

export function counter<Source>(
  name: string,
  help: string,
  read: (source: Source) => Labelled<number>,
): MetricFamily<Source> {
  return { name, type: 'counter', help, samples: (source) => plain(name, read(source)) };
}

export function gauge<Source>(
  name: string,
  help: string,
  read: (source: Source) => Labelled<number>,
): MetricFamily<Source> {
  return { name, type: 'gauge', help, samples: (source) => plain(name, read(source)) };
}

export function histogram<Source>(
  name: string,
  help: string,
  read: (source: Source) => Labelled<Histogram>,
): MetricFamily<Source> {
  return {
    name,
    type: 'histogram',
    help,
    samples: (source) => read(source).flatMap(([labels, values]) => exposed(name, labels, values)),
  };
}

function plain(metricName: string, values: Labelled<number>): readonly MetricSample[] {
  return values.map(([labels, value]) => ({ metricName, labels, value }));
}

function exposed(
  name: string,
  labels: Labels,
  { buckets, count, sumMs }: Histogram,
): readonly MetricSample[] {
  const samples: MetricSample[] = [];
  let next = 0;
  let upTo = 0;
  EXPOSED_BOUNDS_MS.forEach((bound, i) => {
    const last = LAST_BUCKETS[i] ?? BUCKETS - 1;
    for (; next <= last; next++) upTo += buckets[next] ?? 0;
    samples.push({
      metricName: `${name}_bucket`,
      labels: { ...labels, le: String(bound / 1_000) },
      value: upTo,
    });
  });
  samples.push({ metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count });
  samples.push({ metricName: `${name}_sum`, labels, value: sumMs / 1_000 });
  samples.push({ metricName: `${name}_count`, labels, value: count });
  return samples;
}

/** One sample for each word, under `label`. */
export function entries(counts: Readonly<Record<string, number>>, label: string): Labelled<number> {
  return Object.entries(counts).map(([word, count]) => [{ [label]: word }, count]);
}
