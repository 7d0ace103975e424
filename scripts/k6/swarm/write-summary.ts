/** `handleSummary` of all scripts: our summary.json and a few lines on the terminal. */
import exec from 'k6/execution';
import http from 'k6/http';
import { runNameAt } from '../../../sim/random/value-parser.ts';
import { type RunPlan } from './run-plan.ts';
import { k6Summary, missingTrendStat, type SummaryData } from '../core/summary.ts';
import { summaryText } from '../core/summary-text.ts';

declare const console: { warn(text: string): void };

const LEDGER_TIMEOUT_MS = 10_000;

/** What k6 is to write: contents by file name, `stdout` among them. */
export function writeSummary({ script, common, vus }: RunPlan, data: SummaryData): Record<string, string> {
  if (Array.isArray(data.metrics))
    return {
      stdout:
        "\nno summary.json: it is made of k6's usual summary data, not of --new-machine-readable-summary\n",
    };
  const missing = missingTrendStat(data);
  if (missing !== undefined)
    return {
      stdout: `\nno summary.json: --summary-trend-stats leaves out ${missing}, which it is made of\n`,
    };
  const { executionSegment } = exec.test.options;
  const startedAt = new Date(Date.now() - data.state.testRunDurationMs);
  const summary = k6Summary(data, {
    name: common.RUN ?? runNameAt(startedAt),
    script,
    seed: common.SEED,
    devices: common.DEVICES,
    vus,
    target: common.SERVER,
    ...(typeof executionSegment === 'string' ? { segment: executionSegment } : {}),
    ...(common.LEDGER === undefined ? {} : ledgerAt(common.LEDGER)),
  });
  const file = common.SUMMARY === 'none' ? {} : { [common.SUMMARY]: `${JSON.stringify(summary, null, 2)}\n` };
  return { ...file, stdout: summaryText(summary) };
}

function ledgerAt(url: string): { readonly ledger?: Readonly<Record<string, unknown>> } {
  const response = http.get(url, { timeout: LEDGER_TIMEOUT_MS });
  try {
    if (response.status === 200 && typeof response.body === 'string')
      return { ledger: JSON.parse(response.body) as Readonly<Record<string, unknown>> };
  } catch {
    // Told below.
  }
  console.warn(`-e LEDGER: no ledger at ${url} (status ${response.status}): the summary is without`);
  return {};
}
