/** What the tests of the scripts share: a reference server, and whether there is a k6. */
import { afterEach, expect, test as plainTest } from 'vitest';
import { checkLedger } from '../../../sim/report/books.ts';
import { type K6Summary } from '../../../sim/report/k6-summary-schema.ts';
import { type Campaign, loadShippedCampaign } from '../../../sim/server/campaign.ts';
import {
  type ReferenceServer,
  type ReferenceServerOptions,
  startServer,
} from '../../../sim/server/reference-server.ts';
import { K6 } from './k6-run.ts';

// Where every tool is to be had, a missing one is a failure and no reason to look away.
const required = (process.env['CI'] ?? '') !== '';

/** For titles: why the tests are skipped. */
export const WITHOUT_K6 = K6 === undefined ? ' (no k6: go install go.k6.io/k6@v1.8.1)' : '';

/** A test that needs k6. */
export const k6Test = plainTest.skipIf(K6 === undefined && !required);

const servers: ReferenceServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

export interface ServedCampaign {
  readonly server: ReferenceServer;
  /** Options of the scripts. */
  readonly SERVER: string;
  readonly LEDGER: string;
}

/** A server of its own, closed with the test. */
export async function serve(
  name: string,
  options: Partial<ReferenceServerOptions> = {},
): Promise<ServedCampaign> {
  const server = await startServer({ campaign: shipped(name), seed: 7, ...options });
  servers.push(server);
  return { server, SERVER: `${server.url}/dm`, LEDGER: `${server.url}/ledger` };
}

export function shipped(name: string): Campaign {
  const loaded = loadShippedCampaign(name);
  if (!loaded.ok) throw new Error(loaded.fault.found);
  return loaded.value;
}

/** Quick devices: what is simulated is drawn as ever, and small. */
export const LATENCY = 'all=uniform(0ms,4ms);ui_think=uniform(10ms,40ms);exec=uniform(10ms,40ms)';

/** Every session has one end, every iteration one device time, and the ledger agrees. */
export function expectBooks(summary: K6Summary | undefined): asserts summary is K6Summary {
  expect(summary).toBeDefined();
  if (summary === undefined) return;
  const { sessions, endings } = summary.totals;
  expect(sessions.inFlight).toBe(0);
  expect(sessions.started).toBe(sessions.completed + sessions.aborted + sessions.timedOut);
  expect(Object.values(endings).reduce((sum, count) => sum + count, 0)).toBe(sessions.started);
  expect(summary.latencyMs.session.count).toBe(sessions.started);
  expect(summary.latencyMs.iterationDevice.count).toBe(summary.totals.iterations);
  expect(Object.keys(summary.ledger)).not.toEqual([]);
  expect(checkLedger(summary)).toEqual([]);
}
