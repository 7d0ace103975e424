/** Whether a run's figures are the server's: when the generator was late or busy itself, they are not. */
import { percentileMs } from '../metrics/histogram.ts';
import { type ShardHealth } from '../metrics/totals.ts';

/**
 * Measured with Poisson arrivals: above either, the generator's own p99 was three times and more that of an independent
 * probe of the same server.
 */
export const MOST_EVENT_LOOP_DELAY_P99_MS = 5;
export const UTILIZATION_LIMIT = 0.78;

export interface Validity {
  readonly valid: boolean;
  /** Plain sentences, one per broken rule, naming the shards. */
  readonly reasons: readonly string[];
  /** Of the worst shard, each by itself. */
  readonly eventLoopDelayP99Ms: number;
  readonly eventLoopUtilization: number;
}

/** Valid: event-loop delay p99 ≤ 5 ms and utilization < 0.78 in every shard. */
export function judgeValidity(shards: readonly ShardHealth[]): Validity {
  const delays = shards.map(({ eventLoopDelay }) => percentileMs(eventLoopDelay, 0.99));
  const utilizations = shards.map(({ utilization }) => utilization);
  const eventLoopDelayP99Ms = Math.max(0, ...delays);
  const eventLoopUtilization = Math.max(0, ...utilizations);
  const reasons: string[] = [];
  const late = delays.filter((delay) => delay > MOST_EVENT_LOOP_DELAY_P99_MS).length;
  if (late > 0)
    reasons.push(
      `event-loop delay p99 was ${eventLoopDelayP99Ms.toFixed(1)} ms (at most ${MOST_EVENT_LOOP_DELAY_P99_MS} ms) in ${shardsOf(late, shards.length)}`,
    );
  const busy = utilizations.filter((utilization) => utilization >= UTILIZATION_LIMIT).length;
  if (busy > 0)
    reasons.push(
      `event-loop utilization was ${eventLoopUtilization.toFixed(2)} (below ${UTILIZATION_LIMIT}) in ${shardsOf(busy, shards.length)}`,
    );
  return { valid: reasons.length === 0, reasons, eventLoopDelayP99Ms, eventLoopUtilization };
}

function shardsOf(some: number, all: number): string {
  return all === 1 ? 'the only shard' : `${some} of ${all} shards`;
}
