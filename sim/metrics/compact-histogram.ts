/** A histogram kept for long: only its buckets that hold something, 6 bytes each, so that thousands can be kept and merged. */
import { BUCKETS, type Histogram } from './histogram.ts';

/** Plain data; nothing of the histogram is lost. */
export interface CompactHistogram {
  readonly sumMs: number;
  readonly maxMs: number;
  /** Buckets with a count, in ascending order. */
  readonly indices: Uint16Array;
  /** Their counts. */
  readonly counts: Uint32Array;
}

export function compacted({ sumMs, maxMs, buckets }: Histogram): CompactHistogram {
  let filled = 0;
  for (const count of buckets) if (count > 0) filled++;
  const indices = new Uint16Array(filled);
  const counts = new Uint32Array(filled);
  let at = 0;
  for (let i = 0; i < BUCKETS; i++) {
    const count = buckets[i] ?? 0;
    if (count === 0) continue;
    indices[at] = i;
    counts[at++] = count;
  }
  return { sumMs, maxMs, indices, counts };
}

/** The whole of it again, for percentiles. */
export function expanded({ sumMs, maxMs, indices, counts }: CompactHistogram): Histogram {
  const buckets = new Float64Array(BUCKETS);
  let count = 0;
  for (let at = 0; at < indices.length; at++) {
    const held = counts[at] ?? 0;
    buckets[indices[at] ?? 0] = held;
    count += held;
  }
  return { count, sumMs, maxMs, buckets };
}

/** All values of both. */
export function mergedCompact(one: CompactHistogram, other: CompactHistogram): CompactHistogram {
  const indices = new Uint16Array(one.indices.length + other.indices.length);
  const counts = new Uint32Array(indices.length);
  let [at, i, j] = [0, 0, 0];
  while (i < one.indices.length || j < other.indices.length) {
    const first = one.indices[i] ?? BUCKETS;
    const second = other.indices[j] ?? BUCKETS;
    indices[at] = Math.min(first, second);
    counts[at++] =
      (first <= second ? (one.counts[i++] ?? 0) : 0) + (second <= first ? (other.counts[j++] ?? 0) : 0);
  }
  return {
    sumMs: one.sumMs + other.sumMs,
    maxMs: Math.max(one.maxMs, other.maxMs),
    indices: indices.slice(0, at),
    counts: counts.slice(0, at),
  };
}
