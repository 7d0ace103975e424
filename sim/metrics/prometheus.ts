/** The Prometheus page of a swarm: its metrics, read from the slabs at each scrape, and those of its process. */
import { collectDefaultMetrics, type Gauge, Registry } from 'prom-client';
import { METRIC_FAMILIES, type MetricFamily, type MetricSample } from './metric-families.ts';
import { type Totals } from './totals.ts';

export interface PrometheusPage {
  readonly contentType: string;
  /** The page in Prometheus' text format, all of it from one reading of the totals. */
  render(): Promise<string>;
}

/** What prom-client's registry asks of a metric when it writes a page; its declared types know its own classes alone. */
interface RegistryMetric {
  readonly name: string;
  get(): Promise<{
    readonly name: string;
    readonly type: string;
    readonly help: string;
    readonly values: readonly MetricSample[];
  }>;
  reset(): void;
}

/** @param totals reads the totals; called once per page. */
export function createPrometheusPage(totals: () => Totals): PrometheusPage {
  const registry = new Registry();
  let samples = new Map<MetricFamily, readonly MetricSample[]>();
  for (const family of METRIC_FAMILIES) {
    const { name, type, help } = family;
    const metric: RegistryMetric = {
      name,
      get: () => Promise.resolve({ name, type, help, values: samples.get(family) ?? [] }),
      // Counters are the shards': a page that is read cannot reset them.
      reset: () => undefined,
    };
    registry.registerMetric(metric as unknown as Gauge);
  }
  registerProcessMetrics(registry);
  return {
    contentType: registry.contentType,
    render: () => {
      const now = totals();
      // Pages that are rendered at the same time each take their own reading: `get` is called before the first await.
      samples = new Map(METRIC_FAMILIES.map((family) => [family, family.samples(now)]));
      return registry.metrics();
    },
  };
}

/**
 * CPU, memory and descriptors of this process under their usual names. prom-client's other defaults, on heap spaces and
 * the main thread's event loop, say nothing about the shards and are left out.
 */
function registerProcessMetrics(registry: Registry): void {
  const defaults = new Registry();
  collectDefaultMetrics({ register: defaults });
  for (const { name } of defaults.getMetricsAsArray()) {
    const metric = defaults.getSingleMetric(name);
    if (metric !== undefined && name.startsWith('process_')) registry.registerMetric(metric);
  }
}
