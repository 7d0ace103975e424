/** The figures by which a latency is told: percentiles, exact maximum and count. */
import { type Histogram, percentileMs } from './histogram.ts';

/** All in ms but `count`; all 0 when nothing was measured. */
export interface LatencyFigures {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly count: number;
}

export function latencyFigures(histogram: Histogram): LatencyFigures {
  return {
    p50: rounded(percentileMs(histogram, 0.5)),
    p90: rounded(percentileMs(histogram, 0.9)),
    p95: rounded(percentileMs(histogram, 0.95)),
    p99: rounded(percentileMs(histogram, 0.99)),
    p999: rounded(percentileMs(histogram, 0.999)),
    max: rounded(histogram.maxMs),
    count: histogram.count,
  };
}

/** To the microsecond, below 1 ms to four digits: finer than the histogram, and nothing like 0.30000000000000004. */
function rounded(ms: number): number {
  return ms < 1 ? Number(ms.toPrecision(4)) : Math.round(ms * 1_000) / 1_000;
}
