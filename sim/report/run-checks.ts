/** What a run is judged by, so far and at its end: the list behind the page's verdict strip and the report's verdict. */
import { type Totals } from '../metrics/totals.ts';
import { formatCount, formatMs, formatShare } from './format.ts';
import { judgeValidity, MOST_EVENT_LOOP_DELAY_P99_MS, UTILIZATION_LIMIT } from './validity.ts';

/** One thing a run is judged by, so far or at its end. */
export interface Check {
  /** `event-loop delay p99`, `failed sessions`. */
  readonly name: string;
  /** `pending`: nothing measured yet. */
  readonly state: 'passed' | 'broken' | 'pending';
  /** `4.66 ms`. */
  readonly observed: string;
  /** `at most 5 ms`. */
  readonly expected: string;
  /** What the check is about: whether the server did well, or whether the generator can be believed. */
  readonly about: 'server' | 'generator';
}

/** Of the sessions that ended. */
const MOST_FAILED_SHARE = 0.01;
const NOTHING_YET = '–';

/** `discrepancies`: what of the books does not balance; known at the end of a run alone. */
export function runChecks(totals: Totals, discrepancies?: readonly string[]): readonly Check[] {
  return [
    failedSessions(totals),
    violations(totals),
    delay(totals),
    utilization(totals),
    books(discrepancies),
  ];
}

function failedSessions({ sessions }: Totals): Check {
  const failed = sessions.aborted + sessions.timedOut;
  const ended = failed + sessions.completed;
  const share = ended > 0 ? failed / ended : 0;
  return {
    name: 'failed sessions',
    state: ended === 0 ? 'pending' : share <= MOST_FAILED_SHARE ? 'passed' : 'broken',
    observed: ended === 0 ? NOTHING_YET : `${formatShare(share)} (${formatCount(failed)})`,
    expected: `at most ${formatShare(MOST_FAILED_SHARE)}`,
    about: 'server',
  };
}

function violations({ violations: byRule, packages }: Totals): Check {
  const count = Object.values(byRule).reduce((sum, n) => sum + n, 0);
  return {
    name: 'protocol violations',
    state: count > 0 ? 'broken' : packages['2'] === 0 ? 'pending' : 'passed',
    observed: count === 0 && packages['2'] === 0 ? NOTHING_YET : formatCount(count),
    expected: 'none',
    about: 'server',
  };
}

function delay({ shards }: Totals): Check {
  const { eventLoopDelayP99Ms: ms } = judgeValidity(shards);
  const isPending = shards.every(({ eventLoopDelay }) => eventLoopDelay.count === 0);
  return {
    name: 'event-loop delay p99',
    state: isPending ? 'pending' : ms <= MOST_EVENT_LOOP_DELAY_P99_MS ? 'passed' : 'broken',
    observed: isPending ? NOTHING_YET : formatMs(ms),
    expected: `at most ${MOST_EVENT_LOOP_DELAY_P99_MS} ms`,
    about: 'generator',
  };
}

function utilization({ shards }: Totals): Check {
  const { eventLoopUtilization: share } = judgeValidity(shards);
  const isPending = shards.every((shard) => shard.utilization === 0);
  return {
    name: 'event-loop utilization',
    state: isPending ? 'pending' : share < UTILIZATION_LIMIT ? 'passed' : 'broken',
    observed: isPending ? NOTHING_YET : formatShare(share),
    expected: `below ${formatShare(UTILIZATION_LIMIT)}`,
    about: 'generator',
  };
}

function books(discrepancies: readonly string[] | undefined): Check {
  const [first, ...more] = discrepancies ?? [];
  return {
    name: 'books',
    state: discrepancies === undefined ? 'pending' : first === undefined ? 'passed' : 'broken',
    observed:
      discrepancies === undefined
        ? 'at the end'
        : first === undefined
          ? 'balance'
          : `${first}${more.length > 0 ? `, and ${more.length} more` : ''}`,
    expected: 'balance',
    about: 'generator',
  };
}
