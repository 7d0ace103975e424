/** The metrics port of a run: Prometheus page and, on loopback, the ingress for notifications. */
import { createHash } from 'node:crypto';
import { Population } from '../device/population.ts';
import { type Fleet } from '../fleet/fleet.ts';
import { notifyIngress } from '../fleet/notify-ingress.ts';
import { type RunConfig } from '../fleet/run-config.ts';
import { startMetricsServer } from '../metrics/metrics-server.ts';
import { createPrometheusPage, type PageSource } from '../metrics/prometheus.ts';
import { type ProcessSample } from '../metrics/run-families.ts';
import { describeFault } from '../protocol/fault.ts';
import { judgeValidity } from '../report/validity.ts';
import { type OutputConfig } from './swarm-config.ts';
import { type Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

export interface MetricsPage {
  /** Closes the port after one more scrape, `lingerMs`, or when somebody asks to leave, whichever comes first. */
  end(lingerMs: number, askedToLeave: Promise<void>): Promise<void>;
}

/** What the page is about. */
export interface PageSubject {
  readonly run: RunConfig;
  /** The reference server's; `''` with another server. */
  readonly campaign: string;
}

/** Opens it, or warns that it cannot be opened: a run needs no page. */
export async function openMetricsPage(
  { metricsHost, metricsPort }: OutputConfig,
  what: PageSubject,
  fleet: Fleet,
  terminal: Terminal,
): Promise<MetricsPage | undefined> {
  const page = createPrometheusPage(pageSource(what, fleet));
  const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();
  // Whoever can reach the port can start sessions: that stays on this machine.
  const steerable = /^(127(\.\d+){3}|localhost|::1)$/.test(metricsHost);
  const started = await startMetricsServer({
    host: metricsHost,
    port: metricsPort,
    page,
    ...(steerable ? { routes: notifyIngress(fleet, new Population(what.run.population, sha256)) } : {}),
  });
  if (!started.ok) {
    terminal.warn(`warning: no metrics page: ${describeFault(started.fault)}; the run goes on without it`);
    return undefined;
  }
  const server = started.value;
  terminal.say(`metrics: ${server.url}`);
  return {
    end: async (lingerMs, askedToLeave) => {
      if (lingerMs > 0) {
        terminal.say(`waiting for one more scrape of ${server.url}, at most ${Math.ceil(lingerMs / 1_000)}s`);
        await Promise.race([server.lingerForScrape(lingerMs), askedToLeave]);
      }
      await server.close();
    },
  };
}

function pageSource({ run, campaign }: PageSubject, fleet: Fleet): PageSource {
  const { name, workers, population } = run;
  const { seed, devices } = population;
  return {
    facts: { name, version: VERSION, seed, devices, workers, campaign },
    totals: () => fleet.totals(),
    state: ({ shards }) => {
      const { startedAtMs, endedAtMs } = fleet.moments;
      return {
        phase: fleet.phase,
        startedAtMs: startedAtMs > 0 ? startedAtMs : undefined,
        endedAtMs,
        valid: judgeValidity(shards).valid,
        processes: [ownProcess()],
      };
    },
  };
}

function ownProcess(): ProcessSample {
  const { user, system } = process.cpuUsage();
  return {
    process: 'main',
    cpuSeconds: (user + system) / 1e6,
    residentBytes: process.memoryUsage.rss(),
  };
}
