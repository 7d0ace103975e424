/** The Prometheus page of a swarm: its metrics, read from the slabs at each scrape, and those of its process. */
import { collectDefaultMetrics, type Gauge, Registry } from 'prom-client';
import { METRIC_FAMILIES } from './metric-families.ts';
import { type MetricFamily, type MetricSample } from './metric-family.ts';
import { RUN_FAMILIES, type RunFacts, type RunState } from './run-families.ts';
import { type Totals } from './totals.ts';

export interface PageSource {
  readonly facts: RunFacts;
  /** Reads the totals; called once per page. */
  readonly totals: () => Totals;
  /** Reads what the run is at, for a page made of these totals. */
  readonly state: (totals: Totals) => RunState;
}

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

/** Every series of the page carries the label `run`: the runs of a day stay apart in one Prometheus. */
export function createPrometheusPage({ facts, totals, state }: PageSource): PrometheusPage {
  const registry = new Registry();
  registry.setDefaultLabels({ run: facts.name });
  const samples = new Map<string, readonly MetricSample[]>();
  for (const family of [...RUN_FAMILIES, ...METRIC_FAMILIES])
    registry.registerMetric(metricOf(family, samples) as unknown as Gauge);
  registerProcessMetrics(registry);
  return {
    contentType: registry.contentType,
    render: () => {
      const now = totals();
      const reading = { facts, state: state(now) };
      // Pages that are rendered at the same time each take their own reading: `get` is called before the first await.
      for (const family of RUN_FAMILIES) samples.set(family.name, family.samples(reading));
      for (const family of METRIC_FAMILIES) samples.set(family.name, family.samples(now));
      return registry.metrics();
    },
  };
}

function metricOf(
  { name, type, help }: Pick<MetricFamily<never>, 'name' | 'type' | 'help'>,
  samples: ReadonlyMap<string, readonly MetricSample[]>,
): RegistryMetric {
  return {
    name,
    get: () => Promise.resolve({ name, type, help, values: samples.get(name) ?? [] }),
    // Counters are the shards': a page that is read cannot reset them.
    reset: () => undefined,
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
