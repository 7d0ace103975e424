/**
 * DM Sessions at a constant rate, whatever the server's speed: k6 starts them, each by a device that has none under way.
 *
 *   k6 run -e SERVER=http://127.0.0.1:8080/dm -e RATE=20 -e DURATION=30s scripts/k6/session.ts
 */
import { type Options } from 'k6/options';
import { SESSION_OPTIONS } from './core/options.ts';
import { checkTest, readPlan } from './swarm/run-plan.ts';
import { type SummaryData } from './core/summary.ts';
import { gracefulStop, testOptions } from './swarm/test-options.ts';
import { VirtualUser } from './swarm/virtual-user.ts';
import { writeSummary } from './swarm/write-summary.ts';

const plan = readPlan('session', SESSION_OPTIONS);
const { RATE: rate, DURATION: durationMs } = plan.values;

const stated: Options = {
  ...testOptions(plan.common),
  scenarios: {
    sessions: {
      executor: 'constant-arrival-rate',
      rate: rate.count,
      timeUnit: rate.per,
      duration: `${durationMs}ms`,
      preAllocatedVUs: plan.vus,
      maxVUs: plan.vus,
      gracefulStop: gracefulStop(plan.common),
    },
  },
};
/** A copy, for k6 writes into it what it runs. */
export const options: Options = { ...stated };

let user: VirtualUser | undefined;

export function setup(): void {
  checkTest(plan, SESSION_OPTIONS, stated);
}

/** One iteration of k6's is one DM Session (and those that report what an EXEC has come to). */
export default function session(): void {
  user ??= new VirtualUser(plan, durationMs);
  user.nextTurn();
}

export function handleSummary(data: SummaryData): Record<string, string> {
  return writeSummary(plan, data);
}
