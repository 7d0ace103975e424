/** A page of made-up slabs, for tests. */
import { createPrometheusPage, type PageSource, type PrometheusPage } from '../prometheus.ts';
import { type RunState } from '../run-families.ts';
import { type Slab } from '../slab.ts';
import { readTotals } from '../totals.ts';

export const RUN_STATE: RunState = {
  phase: 'load',
  startedAtMs: 1_790_000_000_250,
  endedAtMs: undefined,
  valid: true,
  processes: [{ process: 'main', cpuSeconds: 1.5, residentBytes: 104_857_600 }],
};

export function pageOf(
  slabs: readonly Slab[],
  states: Uint8Array = new Uint8Array(0),
  more: Partial<PageSource> = {},
): PrometheusPage {
  return createPrometheusPage({
    facts: { name: 'r1', version: '1.2.3', seed: 7, devices: 4, workers: 1, campaign: 'mixed' },
    totals: () => readTotals(slabs, states),
    state: () => RUN_STATE,
    ...more,
  });
}
