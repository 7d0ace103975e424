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
    const { count, sum, sumOfSquares, max } = this;
    const mean = count === 0 ? 0 : sum / count;
    const variance = count < 2 ? 0 : Math.max(0, sumOfSquares / count - mean * mean);
    return { count, sum, sumOfSquares, mean, sd: Math.sqrt(variance), max };
  }
}
