/** Medians and their spread: what a handful of measurements says, without trusting any single one of them. */

/** Quartiles by linear interpolation between the nearest ranks (the method of R's default, type 7). */
export interface Spread {
  readonly median: number;
  /** First and third quartile; with one value both are that value. */
  readonly q1: number;
  readonly q3: number;
  readonly count: number;
}

/** @throws RangeError without values, or with one that is no finite number: a measurement that failed is not a zero. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('no values, so no median');
  if (!values.every((value) => Number.isFinite(value)))
    throw new RangeError(`not all values are finite: ${values.join(', ')}`);
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    q1: quantile(sorted, 0.25),
    q3: quantile(sorted, 0.75),
    count: values.length,
  };
}

export function median(values: readonly number[]): number {
  return spreadOf(values).median;
}

function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (position - below);
}
