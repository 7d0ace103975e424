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

/** A query of a panel. `legend`: how its series are called, with `{{label}}` for a label's value. */
export function query(expr: string, legend: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(DATA_SOURCE).expr(expr).legendFormat(legend).range();
}

/** A query for the last value alone. */
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
