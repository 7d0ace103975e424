/** The summary in a few lines for the terminal. */
import { type K6Summary } from './summary.ts';

type Counts = Readonly<Record<string, number>>;

/** Lines with a line feed at the end of each. */
export function summaryText({ run, totals, rates, latencyMs, valid, invalidReasons }: K6Summary): string {
  const { sessions } = totals;
  const failures = Object.entries(totals.endings).filter(([reason]) => reason !== 'completed');
  const latencies = [
    ['server turnaround', latencyMs.serverTurnaround],
    ['iteration on device', latencyMs.iterationDevice],
    ['session', latencyMs.session],
    ['UI Session', latencyMs.uiSession],
  ] as const;
  const lines = [
    '',
    `Run         ${run.script}.ts · ${run.devices} devices · ${run.vus} VUs · seed ${run.seed}${run.segment === undefined ? '' : ` · segment ${run.segment}`}`,
    `Server      ${run.target}`,
    `Sessions    ${sessions.started} started · ${sessions.completed} completed · ${sessions.aborted} aborted · ${sessions.timedOut} timed out · ${sessions.inFlight} interrupted · ${rates.sessionsPerSecond}/s`,
    ...failures.map(([reason, count]) => `            ${reason}: ${count}`),
    `Iterations  ${totals.iterations} · ${rates.iterationsPerSecond}/s`,
    ...latencies
      .filter(([, { count }]) => count > 0)
      .map(
        ([name, { p50, p95, p99, max }]) =>
          `${name.padEnd(20)} p50 ${ms(p50)} · p95 ${ms(p95)} · p99 ${ms(p99)} · max ${ms(max)}`,
      ),
    ...Object.entries(totals.commands).map(([name, counts]) => `${name.padEnd(12)}${countsOf(counts)}`),
    ...Object.entries(totals.violations).map(([rule, { count }]) => `violation   ${rule}: ${count}`),
    valid
      ? 'Valid       every session that was due has started in time and ended'
      : `NOT VALID   ${invalidReasons.join('; ')}`,
  ];
  return `${lines.join('\n')}\n`;
}

function countsOf(counts: Counts): string {
  return Object.entries(counts)
    .map(([status, count]) => `${status}: ${count}`)
    .join(' · ');
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}
