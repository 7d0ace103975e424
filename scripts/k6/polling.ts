/**
 * Every device by its own clock, as the fleet's devices do: session, think time, session. A VU minds a slice of the
 * devices, one session at a time; what that costs stands in `omadm_start_lag`.
 *
 *   k6 run -e SERVER=http://127.0.0.1:8080/dm -e DEVICES=2000 -e THINK_TIME='exp(mean=30s)' scripts/k6/polling.ts
 */
import { type Options } from 'k6/options';
import { ClockedUser } from './swarm/clocked-user.ts';
import { logFingerprint } from './swarm/fingerprint-log.ts';
import { POLLING_OPTIONS } from './core/options.ts';
import { checkTest, readPlan, refuse } from './swarm/run-plan.ts';
import { type SummaryData } from './core/summary.ts';
import { clockedDuration, gracefulStop, testOptions } from './swarm/test-options.ts';
import { writeSummary } from './swarm/write-summary.ts';

const plan = readPlan('polling', POLLING_OPTIONS);
const { THINK_TIME: thinkTime, RAMP: rampMs, DURATION: durationMs, SESSIONS: sessions } = plan.values;
if (plan.values.FINGERPRINTS && sessions === undefined)
  refuse('-e FINGERPRINTS: found without -e SESSIONS, expected both: they are told after the last session');
const devicesOfVu = Math.ceil(plan.common.DEVICES / plan.vus);

const stated: Options = {
  ...testOptions(plan.common),
  scenarios: {
    polling:
      sessions === undefined
        ? {
            executor: 'constant-vus',
            vus: plan.vus,
            duration: clockedDuration(durationMs),
            gracefulStop: gracefulStop(plan.common),
          }
        : {
            executor: 'per-vu-iterations',
            vus: plan.vus,
            iterations: devicesOfVu * sessions,
            maxDuration: clockedDuration(durationMs),
            gracefulStop: gracefulStop(plan.common),
          },
  },
};
/** A copy, for k6 writes into it what it runs. */
export const options: Options = { ...stated };

let user: ClockedUser | undefined;

export function setup(): void {
  checkTest(plan, POLLING_OPTIONS, stated);
}

export default function turn(): void {
  user ??= new ClockedUser(
    plan,
    durationMs,
    { rampMs: Math.min(rampMs, durationMs), thinkTime, turns: sessions ?? Number.POSITIVE_INFINITY },
    plan.values.FINGERPRINTS ? logFingerprint : undefined,
  );
  user.nextTurn();
}

export function handleSummary(data: SummaryData): Record<string, string> {
  return writeSummary(plan, data);
}
