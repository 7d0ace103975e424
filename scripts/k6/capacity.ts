/**
 * Ever more DM Sessions, until the server's turnaround or the failures are beyond what is allowed: then the test ends,
 * and the rate it had reached is about what the server holds.
 *
 *   k6 run -e SERVER=http://127.0.0.1:8080/dm -e TO=200 -e MAX_TURNAROUND=100ms scripts/k6/capacity.ts
 */
import { type Options } from 'k6/options';
import { CAPACITY_OPTIONS } from './core/options.ts';
import { checkTest, readPlan } from './swarm/run-plan.ts';
import { type SummaryData } from './core/summary.ts';
import { gracefulStop, testOptions } from './swarm/test-options.ts';
import { VirtualUser } from './swarm/virtual-user.ts';
import { writeSummary } from './swarm/write-summary.ts';

const plan = readPlan('capacity', CAPACITY_OPTIONS);
const { FROM: from, TO: to, DURATION: durationMs, MAX_TURNAROUND: maxTurnaroundMs } = plan.values;
const { thresholds, ...others } = testOptions(plan.common);

/** The first seconds are a cold start: they decide nothing. */
const delayAbortEval = '5s';

const stated: Options = {
  ...others,
  thresholds: {
    ...thresholds,
    omadm_server_turnaround: [{ threshold: `p(95)<=${maxTurnaroundMs}`, abortOnFail: true, delayAbortEval }],
    omadm_sessions_failed: [
      { threshold: `rate<=${plan.common.MAX_FAILED}`, abortOnFail: true, delayAbortEval },
    ],
  },
  scenarios: {
    capacity: {
      executor: 'ramping-arrival-rate',
      startRate: from,
      timeUnit: '1s',
      stages: [{ target: to, duration: `${durationMs}ms` }],
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
  checkTest(plan, CAPACITY_OPTIONS, stated);
}

export default function session(): void {
  user ??= new VirtualUser(plan, durationMs);
  user.nextTurn();
}

export function handleSummary(data: SummaryData): Record<string, string> {
  return writeSummary(plan, data);
}
