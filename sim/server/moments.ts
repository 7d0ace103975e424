/** Count, sum and sum of squares of a measured quantity: what mean and variance need, and nothing more. */

export interface MomentsSummary {
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  readonly mean: number;
  /** Standard deviation of the population seen; 0 below two values. */
  readonly sd: number;
  readonly max: number;
}

export class Moments {
  private count = 0;
  private sum = 0;
  private sumOfSquares = 0;
  private max = 0;

  add(value: number): void {
    this.count += 1;
    this.sum += value;
    this.sumOfSquares += value * value;
    if (value > this.max) this.max = value;
  }

  summary(): MomentsSummary {
    return summaryOf(this.count, this.sum, this.sumOfSquares, this.max);
  }
}

/** The moments of all values together: mean and deviation are worked out anew, never averaged. */
export function sumMoments(parts: readonly MomentsSummary[]): MomentsSummary {
  const total = (of: (part: MomentsSummary) => number): number =>
    parts.reduce((sum, part) => sum + of(part), 0);
  return summaryOf(
    total(({ count }) => count),
    total(({ sum }) => sum),
    total(({ sumOfSquares }) => sumOfSquares),
    Math.max(0, ...parts.map(({ max }) => max)),
  );
}

function summaryOf(count: number, sum: number, sumOfSquares: number, max: number): MomentsSummary {
  const mean = count === 0 ? 0 : sum / count;
  const variance = count < 2 ? 0 : Math.max(0, sumOfSquares / count - mean * mean);
  return { count, sum, sumOfSquares, mean, sd: Math.sqrt(variance), max };
}
