/**
 * Log-linear histogram of milliseconds over a region of a Float64Array: recording is one array increment, merging is
 * adding cells. Every octave has 64 equal buckets, so a percentile is off by at most 1/128 (0.8 %) of its value.
 *
 * Buckets are `(lower, upper]`, as Prometheus' `le` wants them. The first takes everything up to 2⁻¹⁰ ms (0.98 µs), the
 * last also everything above 2²³ ms (2.3 h). The unit is chosen so that round milliseconds – 1, 2.5, 5, 10, 25, 50, 100,
 * 250, 500, 1000, 2000, 4000 … – are edges of buckets, and the buckets of an exposition are exact sums of ours.
 */

const SUB_BUCKET_BITS = 6;
const SUB_BUCKETS = 1 << SUB_BUCKET_BITS;
const LOWEST_EXPONENT = -10;
const OCTAVES = 33;
export const SMALLEST_MS = 2 ** LOWEST_EXPONENT;
export const LARGEST_MS = 2 ** (LOWEST_EXPONENT + OCTAVES);
export const BUCKETS = 1 + OCTAVES * SUB_BUCKETS;

/** Cells of a region: sum, exact maximum, then the counts of the buckets. */
export const HISTOGRAM_CELLS = 2 + BUCKETS;
const SUM = 0;
const MAX = 1;
const FIRST_BUCKET = 2;

/** A double times this is the next smaller double: it moves a bucket's upper edge into the bucket. */
const PREDECESSOR = 1 - 2 ** -53;
const EXPONENT_BIAS = 1023;
const INDEX_OF_SMALLEST = (EXPONENT_BIAS + LOWEST_EXPONENT) << SUB_BUCKET_BITS;
const HIGH_WORD_SHIFT = 20 - SUB_BUCKET_BITS;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const HIGH_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** What a histogram held at one moment; plain data, copied out of its region. */
export interface Histogram {
  readonly count: number;
  readonly sumMs: number;
  /** Exact; 0 when nothing was recorded. */
  readonly maxMs: number;
  /** Counts by bucket, {@link BUCKETS} of them. */
  readonly buckets: Float64Array;
}

/** The bucket that `ms` falls into; exponent and leading mantissa bits of a double are the index already. */
export function bucketIndex(ms: number): number {
  if (!(ms > SMALLEST_MS)) return 0;
  if (ms > LARGEST_MS) return BUCKETS - 1;
  double[0] = ms * PREDECESSOR;
  return ((words[HIGH_WORD] ?? 0) >>> HIGH_WORD_SHIFT) - INDEX_OF_SMALLEST + 1;
}

/** The upper edge of a bucket, in ms, itself included in the bucket. */
export function bucketUpperMs(index: number): number {
  const octave = (index - 1) >> SUB_BUCKET_BITS;
  const sub = (index - 1) & (SUB_BUCKETS - 1);
  return index === 0 ? SMALLEST_MS : 2 ** (LOWEST_EXPONENT + octave) * (1 + (sub + 1) / SUB_BUCKETS);
}

/** Records one value in the region that begins at cell `at`; a value that is negative or no number counts as 0. */
export function recordMs(cells: Float64Array, at: number, ms: number): void {
  const bucket = at + FIRST_BUCKET + bucketIndex(ms);
  cells[bucket] = (cells[bucket] ?? 0) + 1;
  if (ms > 0) {
    cells[at + SUM] = (cells[at + SUM] ?? 0) + ms;
    if (ms > (cells[at + MAX] ?? 0)) cells[at + MAX] = ms;
  }
}

/** Copies a region out; `count` is the sum of the copied buckets, so it agrees with them while the writer goes on. */
export function readHistogram(cells: Float64Array, at: number): Histogram {
  const buckets = new Float64Array(BUCKETS);
  buckets.set(cells.subarray(at + FIRST_BUCKET, at + HISTOGRAM_CELLS));
  return { count: sumOf(buckets), sumMs: cells[at + SUM] ?? 0, maxMs: cells[at + MAX] ?? 0, buckets };
}

/** All values of several histograms in one; percentiles of the result are those of the values, never averages. */
export function mergeHistograms(histograms: readonly Histogram[]): Histogram {
  const buckets = new Float64Array(BUCKETS);
  let count = 0;
  let sumMs = 0;
  let maxMs = 0;
  for (const histogram of histograms) {
    count += histogram.count;
    sumMs += histogram.sumMs;
    maxMs = Math.max(maxMs, histogram.maxMs);
    for (let i = 0; i < BUCKETS; i++) buckets[i] = (buckets[i] ?? 0) + (histogram.buckets[i] ?? 0);
  }
  return { count, sumMs, maxMs, buckets };
}

/**
 * What was recorded between two readings of one histogram. The maximum of that window is not kept anywhere: the upper
 * edge of its highest bucket stands for it, or the exact overall maximum where that is smaller.
 */
export function histogramSince(now: Histogram, earlier: Histogram): Histogram {
  const buckets = new Float64Array(BUCKETS);
  let highest = -1;
  for (let i = 0; i < BUCKETS; i++) {
    const count = Math.max(0, (now.buckets[i] ?? 0) - (earlier.buckets[i] ?? 0));
    buckets[i] = count;
    if (count > 0) highest = i;
  }
  const maxMs =
    highest < 0 ? 0 : highest === BUCKETS - 1 ? now.maxMs : Math.min(now.maxMs, bucketUpperMs(highest));
  return { count: sumOf(buckets), sumMs: Math.max(0, now.sumMs - earlier.sumMs), maxMs, buckets };
}

/**
 * The value of nearest rank: the smallest recorded value such that at least `q` (0 … 1) of all values are not above it,
 * i.e. the one at rank ⌈q·count⌉ of the sorted values, at least the first. Given as the middle of its bucket, and never
 * above the exact maximum; the last rank is the maximum itself. 0 for an empty histogram.
 */
export function percentileMs(histogram: Histogram, q: number): number {
  const { count, maxMs, buckets } = histogram;
  if (count === 0) return 0;
  // Products such as 0.07 × 100 = 7.000000000000001 must not move up a rank.
  const rank = Math.max(1, Math.ceil(q * count * (1 - 1e-12)));
  if (rank >= count) return maxMs;
  let seen = 0;
  for (let i = 0; i < BUCKETS; i++) {
    seen += buckets[i] ?? 0;
    if (seen >= rank) return i === BUCKETS - 1 ? maxMs : Math.min(maxMs, middleMs(i));
  }
  return maxMs;
}

function middleMs(index: number): number {
  return index === 0 ? SMALLEST_MS / 2 : (bucketUpperMs(index - 1) + bucketUpperMs(index)) / 2;
}

function sumOf(buckets: Float64Array): number {
  let sum = 0;
  for (const count of buckets) sum += count;
  return sum;
}
