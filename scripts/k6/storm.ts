/**
 * Power is back, and every device comes at once: each does one session, all of them due within a few seconds. How many
 * are let in at a time is the number of VUs; how long the others had to wait stands in `omadm_start_lag`.
 *
 *   k6 run -e SERVER=http://127.0.0.1:8080/dm -e DEVICES=10000 -e WITHIN=2s scripts/k6/storm.ts
 */
import { type Options } from 'k6/options';
import { NO_DELAY } from '../../sim/random/distribution.ts';
import { ClockedUser } from './swarm/clocked-user.ts';
import { STORM_OPTIONS } from './core/options.ts';
import { checkTest, readPlan } from './swarm/run-plan.ts';
import { type SummaryData } from './core/summary.ts';
import { clockedDuration, gracefulStop, testOptions } from './swarm/test-options.ts';
import { writeSummary } from './swarm/write-summary.ts';

const plan = readPlan('storm', STORM_OPTIONS);
const { WITHIN: withinMs, DURATION: durationMs } = plan.values;

const stated: Options = {
  ...testOptions(plan.common),
  scenarios: {
    storm: {
      executor: 'per-vu-iterations',
      vus: plan.vus,
      iterations: Math.ceil(plan.common.DEVICES / plan.vus),
      maxDuration: clockedDuration(durationMs),
      gracefulStop: gracefulStop(plan.common),
    },
  },
};
/** A copy, for k6 writes into it what it runs. */
export const options: Options = { ...stated };

let user: ClockedUser | undefined;

export function setup(): void {
  checkTest(plan, STORM_OPTIONS, stated);
}

export default function turn(): void {
  user ??= new ClockedUser(plan, durationMs, { rampMs: withinMs, thinkTime: NO_DELAY, turns: 1 });
  user.nextTurn();
}

export function handleSummary(data: SummaryData): Record<string, string> {
  return writeSummary(plan, data);
}
