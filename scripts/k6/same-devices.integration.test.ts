/** The same devices by two drivers, k6's and the fleet's, over every shipped campaign. */
import { createHash } from 'node:crypto';
import { describe, expect } from 'vitest';
import { readProfiles } from '../../sim/cli/profile-choice.ts';
import { swarmSummary } from '../../sim/cli/testing/command.ts';
import { Population } from '../../sim/device/population.ts';
import { createFleetArrays, fleetDigest } from '../../sim/metrics/fleet-arrays.ts';
import { SHIPPED_CAMPAIGNS } from '../../sim/server/campaign.ts';
import { runK6 } from './testing/k6-run.ts';
import { expectBooks, k6Test, LATENCY, serve, shipped, WITHOUT_K6 } from './testing/serving.ts';
import { uploadsOf } from './testing/uploads.ts';

describe(`the same devices in k6 and in the fleet${WITHOUT_K6}`, () => {
  k6Test.each(SHIPPED_CAMPAIGNS)(
    'execute, answer and send the same in campaign %s',
    async (name) => {
      const devices = 8;
      const first = await serve(name);
      const fleet = await swarmSummary(
        ...[
          '--server',
          first.SERVER,
          '--devices',
          String(devices),
          '--sessions',
          '2',
          '--seed',
          '7',
          '--ramp',
          '0s',
        ],
        ...['--think-time', 'uniform(10ms,50ms)', '--ui-timeout', '3s', '--duration', '90s'],
        ...LATENCY.split(';').flatMap((latency) => ['--latency', latency]),
      );
      expect(fleet.run.code, fleet.run.stderr).toBe(0);
      const devIds = devIdsOf(first.SERVER, devices);
      const uploads = await uploadsOf(first.server, shipped(name), devIds);
      expect(Object.keys(uploads).length > 0).toBe(sendsData(name));
      const ledger = first.server.ledger();
      await first.server.close();

      // The same address once more: it stands in the data that devices send.
      const second = await serve(name, { port: first.server.port });
      const run = await runK6('polling', {
        ...{ SERVER: second.SERVER, LEDGER: second.LEDGER, LATENCY, DEVICES: devices, VUS: 3, SESSIONS: 2 },
        ...{ SEED: 7, RAMP: '0s', THINK_TIME: 'uniform(10ms,50ms)', UI_TIMEOUT: '3s', DURATION: '90s' },
        ...{ FINGERPRINTS: 'true' },
      });
      expect(run.code, run.output).toBe(0);
      expectBooks(run.summary);
      const { totals, simulatedDelayMs } = run.summary;
      expect(await uploadsOf(second.server, shipped(name), devIds)).toEqual(uploads);
      expect(totals.commands).toEqual(fleet.summary.totals.commands);
      expect(totals.statuses).toEqual(fleet.summary.totals.statuses);
      expect(totals.repository.PUT).toEqual(fleet.summary.totals.repository.PUT);
      expect(totals.repository).toEqual(fleet.summary.totals.repository);
      expect(totals.packages).toEqual(fleet.summary.totals.packages);
      expect(totals.uiSessions).toEqual(fleet.summary.totals.uiSessions);
      const { alerts, uiSessions } = second.server.ledger();
      expect({ alerts, uiSessions }).toEqual({ alerts: ledger.alerts, uiSessions: ledger.uiSessions });
      expect(digestOf(run.fingerprints)).toBe(fleet.summary.fleet.digest);
      // Drawn from the same streams; a UI Session that nobody sees the end of is cut at its bound, by the clock.
      for (const kind of ['command', 'exec', 'ui_think', 'think'] as const)
        expect(simulatedDelayMs[kind]).toBeCloseTo(fleet.summary.simulatedDelayMs[kind] ?? 0, 0);
    },
    240_000,
  );

  k6Test(
    'wait as long for their network, heads and bodies included',
    async () => {
      const devices = 2;
      const first = await serve('inventory');
      const fleet = await swarmSummary(
        ...['--server', first.SERVER, '--devices', String(devices), '--sessions', '1', '--seed', '7'],
        ...['--ramp', '0s', '--network', 'nbiot', '--profile', 'gateway', '--duration', '60s'],
      );
      expect(fleet.run.code, fleet.run.stderr).toBe(0);
      await first.server.close();
      const second = await serve('inventory', { port: first.server.port });
      const { summary, output } = await runK6('polling', {
        ...{ SERVER: second.SERVER, DEVICES: devices, VUS: 2, SESSIONS: 1, SEED: 7, RAMP: '0s' },
        ...{ NETWORK: 'nbiot', PROFILE: 'gateway', DURATION: '60s' },
      });
      expect(summary?.totals.packages, output).toEqual(fleet.summary.totals.packages);
      const ms = summary?.simulatedDelayMs['network'] ?? 0;
      // k6 sleeps whole milliseconds; ten bytes more in each head would be more than that.
      expect(Math.abs(ms - (fleet.summary.simulatedDelayMs['network'] ?? 0))).toBeLessThan(2 * devices);
    },
    120_000,
  );
});

function sendsData(name: string): boolean {
  return !['consent'].includes(name);
}

function devIdsOf(serverUri: string, devices: number): readonly string[] {
  const population = new Population(
    {
      seed: 7,
      devices,
      profiles: readProfiles('mixed', 'profile'),
      account: { serverId: 'dms', serverUri, notificationKey: 'dm-swarm' },
      latencies: {},
      uiBoundMs: 3_000,
      pushShare: 0,
    },
    (data) => createHash('sha256').update(data).digest(),
  );
  return Array.from({ length: devices }, (_, index) => population.devIdOf(index));
}

/** The fleet's digest, from what k6's devices have logged. */
function digestOf(fingerprints: ReadonlyMap<number, readonly [high: number, low: number]>): string {
  const arrays = createFleetArrays(fingerprints.size);
  for (const [device, [high, low]] of fingerprints) {
    arrays.fingerprintsHigh[device] = high;
    arrays.fingerprintsLow[device] = low;
  }
  return fleetDigest(arrays);
}
