/** PromQL as all dashboards write it: selected by job and run, rates over Grafana's own window, quantiles over sums. */
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';

/** The data source that the variable `datasource` holds. */
export const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

/** The shown run's series: `of('omadm_devices', 'state="ui"')` → `omadm_devices{job="$job",run="$run",state="ui"}`. */
export function of(metric: string, ...matchers: readonly string[]): string {
  return `${metric}{${['job="$job"', 'run="$run"', ...matchers].join(',')}}`;
}

/** Per second, over a window that Grafana fits to the panel's resolution and the scrape interval. */
export function rateOf(metric: string, ...matchers: readonly string[]): string {
  return `rate(${of(metric, ...matchers)}[$__rate_interval])`;
}

/** Summed rate; `by`: labels to keep. */
export function sumRate(metric: string, by: readonly string[] = [], ...matchers: readonly string[]): string {
  return sumBy(by, rateOf(metric, ...matchers));
}

/** Only while all of the window, not just its end, lies in phase load: neither ramp nor drain are in it. */
export function underLoad(expr: string): string {
  return `${expr} and on () (min_over_time(${of('omadm_run_phase', 'phase="load"')}[$__rate_interval]) == 1)`;
}

/** How much a counter has risen in all of the shown time, summed. */
export function sumShown(metric: string, by: readonly string[] = [], ...matchers: readonly string[]): string {
  return sumBy(by, `increase(${of(metric, ...matchers)}[$__range])`);
}

export function sumBy(by: readonly string[], expr: string): string {
  return by.length === 0 ? `sum(${expr})` : `sum by (${by.join(', ')}) (${expr})`;
}

/**
 * Quantile `q` of a histogram, from the summed buckets of all that is not kept apart by `by`: percentiles of several
 * series are never averaged.
 */
export function quantile(
  q: number,
  histogram: string,
  by: readonly string[] = [],
  ...matchers: readonly string[]
): string {
  return `histogram_quantile(${q}, ${sumRate(`${histogram}_bucket`, [...by, 'le'], ...matchers)})`;
}

/** The same of all that was measured in the shown time. */
export function quantileShown(
  q: number,
  histogram: string,
  by: readonly string[] = [],
  ...matchers: readonly string[]
): string {
  return `histogram_quantile(${q}, ${sumShown(`${histogram}_bucket`, [...by, 'le'], ...matchers)})`;
}

/**
 * Rates by a label most values of which hardly ever happen: those that have happened in the run, and all of them as one,
 * which is there – and zero – while none has.
 */
export function ratesOfHappened(
  metric: string,
  label: string,
  all: string,
  ...matchers: readonly string[]
): DataqueryBuilder[] {
  const happened = `${sumBy([label], of(metric, ...matchers))} > 0`;
  return [
    query(sumRate(metric, [], ...matchers), all),
    query(`${sumRate(metric, [label], ...matchers)} and on (${label}) (${happened})`, `{{${label}}}`),
  ];
}

/** A query of a panel. `legend`: how its series are called, with `{{label}}` for a label's value. */
export function query(expr: string, legend: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(DATA_SOURCE).expr(expr).legendFormat(legend).range();
}

/** A query for one value, at the end of the shown time. */
export function instantQuery(expr: string, legend: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(DATA_SOURCE).expr(expr).legendFormat(legend).instant();
}

/** The last value of each series as a row of a table. */
export function tableQuery(expr: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(DATA_SOURCE).expr(expr).instant().format(PromQueryFormat.Table);
}

/** Buckets of a histogram for a heat map: each bucket by itself, named by its upper bound. */
export function bucketQuery(histogram: string, ...matchers: readonly string[]): DataqueryBuilder {
  return new DataqueryBuilder()
    .datasource(DATA_SOURCE)
    .expr(sumRate(`${histogram}_bucket`, ['le'], ...matchers))
    .legendFormat('{{le}}')
    .format(PromQueryFormat.Heatmap)
    .range();
}
