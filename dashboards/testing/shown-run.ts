/** What Grafana shows of a run: queries of panels and variables with everything put in, as Prometheus answers them. */
import { expect } from 'vitest';
import { committedDashboard, type JsonPanel, type JsonTarget, panelsOf } from './model-queries.ts';
import { type PrometheusProcess, type Sample } from './prometheus-process.ts';
import { type ScrapedRun } from './scraped-run.ts';

/** Four scrapes, as Grafana chooses it. */
const RATE_SECONDS = 4;

export interface PutIn {
  /** One of those that have a row. */
  readonly command?: string;
  readonly windowSeconds?: number;
}

export class ShownRun {
  readonly run: ScrapedRun;
  private readonly prometheus: PrometheusProcess;
  private readonly job: string;

  constructor(run: ScrapedRun, prometheus: PrometheusProcess, job: string) {
    this.run = run;
    this.prometheus = prometheus;
    this.job = job;
  }

  /** From in front of the run's first event to its last scrape, in whole seconds. */
  get wholeSeconds(): number {
    return Math.ceil(this.run.lastScrape - this.run.startedAt) + 1;
  }

  /** What Grafana puts in for the variables. */
  substituted(expr: string, { command = 'GET', windowSeconds = RATE_SECONDS }: PutIn = {}): string {
    const values: Readonly<Record<string, string>> = {
      job: this.job,
      run: this.run.name,
      shard: '.*',
      command,
      __rate_interval: `${windowSeconds}s`,
      __range: `${this.wholeSeconds}s`,
    };
    const text = expr.replaceAll(/\$(\w+)/g, (variable, name: string) => values[name] ?? variable);
    expect(text, 'a variable that nobody knows').not.toContain('$');
    return text;
  }

  /** What a variable offers, in its order. `regex`: what is taken of each result. */
  async variableValues(query: string, regex = ''): Promise<readonly string[]> {
    const text = this.substituted(query);
    const { startedAt, lastScrape } = this.run;
    const [, expr] = /^query_result\((.*)\)$/.exec(text) ?? [];
    if (expr !== undefined) {
      const [, pattern = ''] = /^\/(.*)\/$/.exec(regex) ?? [];
      const results = await this.prometheus.at(lastScrape, expr);
      return results.map(
        ({ metric, points }) => new RegExp(pattern).exec(written(metric, points))?.[1] ?? '',
      );
    }
    const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(text) ?? [];
    const parameters = new URLSearchParams({
      'match[]': selector,
      start: String(startedAt),
      end: String(lastScrape),
    });
    return (await this.prometheus.api(`/api/v1/label/${label}/values?${parameters.toString()}`)) as string[];
  }

  /** The value of a query that answers with one series, at the last scrape. */
  async lastValue({ expr }: JsonTarget, more: PutIn = {}): Promise<number> {
    const samples = await this.prometheus.at(this.run.lastScrape, this.substituted(expr, more));
    expect(samples, expr).toHaveLength(1);
    return samples[0]?.points[0]?.[1] ?? Number.NaN;
  }

  /** What a counter's series had in all when Prometheus first saw them. */
  async atFirstScrape(counter: string): Promise<number> {
    const { lastScrape, name } = this.run;
    const series = await this.prometheus.at(lastScrape, `${counter}{run="${name}"}[${this.wholeSeconds}s]`);
    const first = Math.min(...series.map(({ points }) => points[0]?.[0] ?? Infinity));
    const then = series.filter(({ points }) => points[0]?.[0] === first);
    return then.reduce((sum, { points }) => sum + (points[0]?.[1] ?? 0), 0);
  }

  /** The line of a query that answers with one series, a point a second; `undefined` where it has none. */
  async line({ expr }: JsonTarget, from: number, to: number): Promise<readonly number[]> {
    const samples = await this.prometheus.range(from, to, 1, this.substituted(expr));
    expect(samples, expr).toHaveLength(1);
    return samples[0]?.points.map(([, value]) => value) ?? [];
  }

  /** Each value that can be one is: no less than 0, a share no more than 1, a time not beyond that of the run. */
  expectPlausible(samples: readonly Sample[], { title, type, fieldConfig }: JsonPanel): void {
    // A heat map's unit is that of its buckets; its values are how many.
    const unit = type === 'heatmap' ? 'none' : fieldConfig?.defaults.unit;
    const most = unit === 'percentunit' ? 1 : unit === 's' ? this.wholeSeconds : Number.MAX_SAFE_INTEGER;
    const values = samples.flatMap(({ points }) => points.map(([, value]) => value));
    // 0/0: in that moment nothing happened that could be measured; Grafana shows a gap.
    const numbers = values.filter((value) => !Number.isNaN(value));
    expect(numbers.length, `${title}: no value at all`).toBeGreaterThan(0);
    expect(Math.min(...numbers), title).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers), title).toBeLessThanOrEqual(most);
    // Only a verdict may be 0 all the time, and what takes a timetable: everything else was made to happen.
    if (!/^(Valid|Sessions dropped)/.test(title))
      expect(Math.max(...numbers), `${title}: nothing but zero`).toBeGreaterThan(0);
  }
}

/** As Grafana writes a result for a variable's regex. */
function written(metric: Sample['metric'], points: Sample['points']): string {
  const labels = Object.entries(metric).map(([name, value]) => `${name}="${value}"`);
  return points.map(([seconds, value]) => `{${labels.join(',')}} ${value} ${seconds * 1_000}`).join();
}

/** A panel's queries, by the names of their series. */
export function targetsOf(file: string, title: string): Readonly<Record<string, JsonTarget>> {
  const panel = panelsOf(committedDashboard(file)).find((one) => one.title === title);
  expect(panel, title).toBeDefined();
  return Object.fromEntries((panel?.targets ?? []).map((target) => [target.legendFormat ?? '', target]));
}
