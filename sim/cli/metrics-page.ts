/** The metrics port of a run: Prometheus page and, on loopback, the ingress for notifications. */
import { createHash } from 'node:crypto';
import { Population } from '../device/population.ts';
import { type Fleet } from '../fleet/fleet.ts';
import { notifyIngress } from '../fleet/notify-ingress.ts';
import { type RunConfig } from '../fleet/run-config.ts';
import { startMetricsServer } from '../metrics/metrics-server.ts';
import { createPrometheusPage } from '../metrics/prometheus.ts';
import { describeFault } from '../protocol/fault.ts';
import { type OutputConfig } from './swarm-config.ts';
import { type Terminal } from './terminal.ts';

export interface MetricsPage {
  /** Closes the port after one more scrape, `lingerMs`, or when somebody asks to leave, whichever comes first. */
  end(lingerMs: number, askedToLeave: Promise<void>): Promise<void>;
}

/** Opens it, or warns that it cannot be opened: a run needs no page. */
export async function openMetricsPage(
  { metricsHost, metricsPort }: OutputConfig,
  run: RunConfig,
  fleet: Fleet,
  terminal: Terminal,
): Promise<MetricsPage | undefined> {
  const page = createPrometheusPage(() => fleet.totals());
  const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();
  // Whoever can reach the port can start sessions: that stays on this machine.
  const steerable = /^(127(\.\d+){3}|localhost|::1)$/.test(metricsHost);
  const started = await startMetricsServer({
    host: metricsHost,
    port: metricsPort,
    page,
    ...(steerable ? { routes: notifyIngress(fleet, new Population(run.population, sha256)) } : {}),
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
