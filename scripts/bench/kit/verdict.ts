/** Verdicts: a reading against its floor and its goal, and against a reading of an earlier run. */
import { type Reading } from '../benchmark.ts';

export type Verdict = 'met goal' | 'met floor' | 'below floor' | 'no goal';

/** By the median. */
export function verdictOf({ better, floor, goal, spread }: Reading): Verdict {
  const reaches = (bound: number): boolean =>
    better === 'less' ? spread.median <= bound : spread.median >= bound;
  if (goal !== undefined && reaches(goal)) return 'met goal';
  if (floor !== undefined) return reaches(floor) ? 'met floor' : 'below floor';
  return goal === undefined ? 'no goal' : 'below floor';
}

/**
 * How much worse than in the recorded run a quick run's figure may be. Foreign load moves µs per request by 1.5 to 2
 * times, and ratios within one run by far less; a factor of 2 on what does not depend on the machine's speed is
 * therefore out of reach of noise, and what is caught by it is a defect: a quadratic path, a leak, a lost fast path.
 */
export const GROSS_FACTOR = 2;

/** Whether a reading is grossly worse than the recorded median of the same key. */
export function isGrosslyWorse({ better, spread }: Reading, recorded: number): boolean {
  if (!(recorded > 0) || !(spread.median >= 0)) return false;
  return better === 'less'
    ? spread.median > recorded * GROSS_FACTOR
    : spread.median < recorded / GROSS_FACTOR;
}
