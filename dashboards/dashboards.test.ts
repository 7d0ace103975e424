import { describe, expect, it } from 'vitest';
import { METRIC_FAMILIES } from '../sim/metrics/metric-families.ts';
import { RUN_FAMILIES } from '../sim/metrics/run-families.ts';
import { DASHBOARDS } from './generated.ts';
import { placed, sized } from './layout.ts';
import { PER_SECOND, timeSeries } from './panel.ts';
import { query, quantile, sumRate, underLoad } from './query.ts';
import { committedDashboard, type JsonPanel, panelsOf } from './testing/model-queries.ts';

const all = DASHBOARDS.map(({ file }) => committedDashboard(file));
const OURS = new Map([...METRIC_FAMILIES, ...RUN_FAMILIES].map(({ name, type }) => [name, type]));
/** Of prom-client and of Prometheus itself. */
const OTHERS = ['process_open_fds', 'process_max_fds', 'scrape_duration_seconds'];

function overlap(a: JsonPanel, b: JsonPanel): boolean {
  const [p, q] = [a.gridPos, b.gridPos];
  return p.x < q.x + q.w && q.x < p.x + p.w && p.y < q.y + q.h && q.y < p.y + p.h;
}

describe.each(all)('dashboard $title', (model) => {
  const panels = panelsOf(model);
  const expressions = [
    ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...model.annotations.list.map(({ expr }) => expr),
  ];

  it('gives every panel and row an id of its own', () => {
    const ids = model.panels.flatMap((panel) => [panel.id, ...(panel.panels ?? []).map(({ id }) => id)]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.min(...ids)).toBeGreaterThan(0);
  });

  it('has no panels on top of each other, and none beside the grid', () => {
    for (const group of [model.panels, ...model.panels.map(({ panels: inner = [] }) => inner)])
      group.forEach((panel, i) => {
        expect(panel.gridPos.x + panel.gridPos.w, panel.title).toBeLessThanOrEqual(24);
        for (const other of group.slice(i + 1))
          expect(overlap(panel, other), `${panel.title} and ${other.title}`).toBe(false);
      });
  });

  it('has a title, a description for newcomers and a unit on every panel, and no title twice', () => {
    for (const { title, description = '', fieldConfig } of panels) {
      expect(title).toMatch(/\w/);
      expect(description.length, title).toBeGreaterThan(60);
      expect(fieldConfig?.defaults.unit, title).toBeTruthy();
      expect(fieldConfig?.overrides, title).toEqual([]);
    }
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  it('asks the data source that the reader has chosen, each query under a letter of its own', () => {
    for (const { title, datasource, targets = [] } of panels) {
      expect(datasource, title).toEqual({ type: 'prometheus', uid: '${datasource}' });
      expect(targets.length, title).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
    }
  });

  it('asks for metrics that exist', () => {
    for (const expr of expressions)
      for (const [name] of expr.matchAll(/\b(omadm|process|scrape)_\w+/g)) {
        const family = name.replace(/_(bucket|sum|count)$/, '');
        const known = OURS.has(name) || OURS.get(family) === 'histogram' || OTHERS.includes(name);
        expect(known, `${name} in ${expr}`).toBe(true);
      }
  });

  it('ties every query to the chosen run', () => {
    for (const expr of expressions) expect(expr).toContain('run="$run"');
  });

  it('shows one job and one run, and rates of counters over a window that fits the resolution', () => {
    for (const expr of expressions) {
      for (const [selector] of expr.matchAll(/\{[^{}]*\}/g)) expect(selector, expr).toContain('job="$job"');
      for (const [selector] of expr.matchAll(/(?:omadm|process)_\w+\{[^{}]*\}/g))
        expect(selector, expr).toContain('run="$run"');
      for (const [, window] of expr.matchAll(/rate\([^[]*\[([^\]]+)\]/g))
        expect(window, expr).toBe('$__rate_interval');
      for (const [, name = ''] of expr.matchAll(/rate\((\w+)/g))
        expect(OURS.get(name) ?? OURS.get(name.replace(/_bucket$/, '')), expr).toMatch(
          /^(counter|histogram)$/,
        );
      // Counters as they stand: sessions that are going on, or which of many values have happened at all.
      if (/(?<!rate\(|increase\(|last_over_time\()\bomadm_\w+_total/.test(expr))
        expect(expr).toMatch(
          /^sum\(omadm_sessions_started_total.* - sum\(omadm_sessions_ended_total|and on \((\w+)\) \(sum by \(\1\) \(omadm_\w+_total\{[^{}]*\}\) > 0\)$/,
        );
      for (const [, window] of expr.matchAll(/increase\([^[]*\[([^\]]+)\]/g))
        expect(window, expr).toBe('$__range');
    }
  });

  it('takes percentiles from summed buckets, and averages none', () => {
    for (const expr of expressions) {
      expect(expr).not.toMatch(/avg[^(]*\([^)]*histogram_quantile/);
      if (expr.includes('histogram_quantile'))
        expect(expr).toMatch(
          /histogram_quantile\([\d.]+, sum by \([\w, ]*le\) \((?:rate|increase)\(\w+_bucket/,
        );
    }
  });

  it('asks for all of the shown time once, and not again at every point of a line', () => {
    for (const { title, type, targets = [], options } of panels)
      if (type === 'stat')
        for (const { expr, instant } of targets) {
          expect(instant === true, title).toBe(expr.includes('$__range'));
          // A last value of a rate would be that of the drain.
          if (expr.includes('rate(')) expect(options?.reduceOptions?.calcs, title).toEqual(['mean']);
        }
      else if (type !== 'table')
        for (const { expr } of targets) expect(expr, title).not.toContain('$__range');
  });

  it('says what the cells of a heat map count, and starts no logarithmic axis at zero', () => {
    for (const { title, type, options, fieldConfig } of panels) {
      if (type === 'heatmap') expect(options?.cellValues?.unit, title).toBe(PER_SECOND);
      if (type === 'timeseries') {
        const { min, custom } = fieldConfig?.defaults ?? {};
        expect(min, title).toBe(custom?.scaleDistribution?.type === 'log' ? undefined : 0);
      }
    }
  });

  it('takes no sum over what several processes of one run tell alike', () => {
    for (const expr of expressions)
      expect(expr).not.toMatch(
        /sum[^(]*\((?:omadm_run_phase|omadm_generator_valid|omadm_generator_event_loop_utilization)/,
      );
  });

  it('offers the latest run first, whatever it is called', () => {
    const run = model.templating.list.find(({ name }) => name === 'run');
    expect(run).toMatchObject({ sort: 0, regex: '/run="([^"]+)"/' });
    expect(JSON.stringify(run?.query)).toContain('query_result(sort_desc(max by (run) (');
  });

  it('uses only variables that it has', () => {
    const known = new Set(model.templating.list.map(({ name }) => name));
    const text = JSON.stringify([model.panels, model.annotations, model.templating]);
    for (const [, name = ''] of text.matchAll(/\$\{?([a-zA-Z]\w*)/g))
      expect(known.has(name) || model.__inputs.some((input) => input.name === name), name).toBe(true);
  });

  it('leads to the two others and takes run and time along', () => {
    expect(model.links.map(({ url }) => url).sort()).toEqual(
      all
        .filter(({ uid }) => uid !== model.uid)
        .map(({ uid }) => `/d/${uid}`)
        .sort(),
    );
    for (const { includeVars, keepTime } of model.links)
      expect([includeVars, keepTime]).toEqual([true, true]);
  });

  it('can be imported by hand: it says what it needs', () => {
    expect(model.__inputs.map(({ name }) => name)).toEqual(['DS_PROMETHEUS']);
    const types = new Set(panels.map(({ type }) => type));
    const required = model.__requires.filter(({ type }) => type === 'panel').map(({ id }) => id);
    expect(new Set(required)).toEqual(types);
    expect(model.__requires).toContainEqual(expect.objectContaining({ type: 'grafana', version: '10.0.0' }));
  });
});

it('the dashboards keep their uids', () => {
  expect(all.map(({ uid }) => uid)).toEqual(['dm-swarm-fleet', 'dm-swarm-commands', 'dm-swarm-generator']);
});

describe('the layout', () => {
  const panel = timeSeries({ title: 'x', description: '', unit: PER_SECOND, queries: [query('up', '')] });

  it('fills rows from the left and begins a new one where a panel does not fit', () => {
    const items = placed([
      { title: 'a', panels: [...sized(12, 4, panel, panel), ...sized(16, 6, panel)] },
      { title: 'b', panels: sized(8, 3, panel) },
    ]);
    expect(items.map(({ id, type, gridPos: { x, y, w, h } }) => [id, type, x, y, w, h])).toEqual([
      [1, 'row', 0, 0, 24, 1],
      [2, 'timeseries', 0, 1, 12, 4],
      [3, 'timeseries', 12, 1, 12, 4],
      [4, 'timeseries', 0, 5, 16, 6],
      [5, 'row', 0, 11, 24, 1],
      [6, 'timeseries', 0, 12, 8, 3],
    ]);
  });

  it('folds repeated rows up: their panels take no room', () => {
    const [row, next] = placed([
      { title: '$command', repeat: 'command', panels: sized(24, 8, panel) },
      { title: 'behind', panels: [] },
    ]);
    expect(row).toMatchObject({ collapsed: true, repeat: 'command', panels: [{ id: 2, gridPos: { y: 1 } }] });
    expect(next).toMatchObject({ id: 3, gridPos: { y: 1 } });
  });

  it('refuses a panel that is wider than the grid', () => {
    expect(() => placed([{ title: 'a', panels: sized(25, 4, panel) }])).toThrow(/25 of 24 columns/);
  });
});

describe('queries', () => {
  it('sum rates of the shown run', () => {
    expect(sumRate('m_total', ['a', 'b'], 'c="d"')).toBe(
      'sum by (a, b) (rate(m_total{job="$job",run="$run",c="d"}[$__rate_interval]))',
    );
  });

  it('mean load when all of their window is load', () => {
    expect(underLoad('sum(x)')).toBe(
      'sum(x) and on () (min_over_time(omadm_run_phase{job="$job",run="$run",phase="load"}[$__rate_interval]) == 1)',
    );
  });

  it('take quantiles from the sum of the buckets', () => {
    expect(quantile(0.99, 'm_seconds')).toBe(
      'histogram_quantile(0.99, sum by (le) (rate(m_seconds_bucket{job="$job",run="$run"}[$__rate_interval])))',
    );
  });
});
