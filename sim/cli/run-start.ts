/** The start of a run, by which its live page tells it from another one. */
import { type Fleet } from '../fleet/fleet.ts';

/**
 * When the run began, in ms since the epoch, whenever it is asked for. What was told once stays: a page that came in the
 * moment before the fleet began would otherwise take the same run for another when it comes back.
 */
export function runStart(fleet: Pick<Fleet, 'moments'>, now: () => number = () => Date.now()): () => number {
  let told: number | undefined;
  return () => {
    const { startedAtMs } = fleet.moments;
    return (told ??= startedAtMs > 0 ? startedAtMs : now());
  };
}
