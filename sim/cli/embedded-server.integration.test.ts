import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadShippedCampaign } from '../server/campaign.ts';
import { package1, package3 } from '../server/testing/tiny-client.ts';
import { type EmbeddedServer, startEmbeddedServer } from './embedded-server.ts';
import { type ServerOptions } from './server-share.ts';
import { temporaryFolder } from './testing/command.ts';
import { childrenOf } from './testing/processes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let bundles = '';
beforeAll(() => {
  bundles = temporaryFolder();
  execFileSync(process.execPath, [join(ROOT, 'scripts/run.mjs'), 'bundle', bundles], { stdio: 'ignore' });
  // Bundles find packages as every module does: in a node_modules above them.
  symlinkSync(join(ROOT, 'node_modules'), join(bundles, 'node_modules'));
});

const running: EmbeddedServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.end()));
});

async function start(
  processes: number | undefined,
  deaths: string[] = [],
  more: Partial<ServerOptions> = {},
): Promise<EmbeddedServer> {
  const campaign = loadShippedCampaign('inventory');
  if (!campaign.ok) throw new Error('no such campaign');
  const options = { campaign: campaign.value, seed: 1, notificationKey: 'k', serverId: 'dms', ...more };
  const server = await startEmbeddedServer(bundles, options, (how) => deaths.push(how), processes);
  running.push(server);
  return server;
}

/** Server processes of these tests that are alive. */
function startedHere(): readonly number[] {
  return childrenOf(process.pid).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(bundles);
    } catch {
      return false; // it has just ended
    }
  });
}

describe("a swarm's own server", () => {
  test('is one process unless asked otherwise', async () => {
    const server = await start(undefined);
    expect(server.targets).toEqual([server.target]);
    expect(server.pids).toHaveLength(1);
    await package1(server.target, 'a');
    expect(await server.ledger()).toMatchObject({ ledger: { sessions: { started: 1 } } });
  });

  test('has a target for each of its processes and one ledger', async () => {
    const server = await start(3);
    expect(new Set(server.targets).size).toBe(3);
    expect(startedHere().toSorted()).toEqual(server.pids.toSorted());
    for (let device = 0; device < 30; device++) {
      const target = server.targets[device % 3] ?? '';
      const devId = `device-${device}`;
      expect((await package1(target, devId)).status).toBe(200);
      expect((await package3(target, devId, [200])).status).toBe(200);
    }
    expect(await server.ledger()).toMatchObject({
      ledger: {
        sessions: { started: 30, open: 30 },
        packages: { '1': 30, '2': 60, '3': 30 },
        statuses: { GET: { '200': 30 } },
        violations: {},
      },
    });
  });

  test('holds devices to their credentials at every process', async () => {
    const credentials = new Map([['a', { user: 'me', secret: 'sesam' }]]);
    const server = await start(2, [], { credentials });
    const Authorization = `Basic ${Buffer.from('me:sesam').toString('base64')}`;
    for (const target of server.targets) {
      expect((await package1(target, 'a')).status).toBe(401);
      expect((await package1(target, 'a', undefined, { Authorization })).status).toBe(200);
    }
  });

  test('names the process that died, and has no ledger any more', async () => {
    const deaths: string[] = [];
    const server = await start(2, deaths);
    process.kill(server.pids[1] ?? 0, 'SIGKILL');
    await expect.poll(() => deaths.length).toBe(1);
    const url = (server.targets[1] ?? '').replace(/\/dm$/, '');
    expect(deaths).toEqual([`process 2 (${url}): SIGKILL`]);
    expect(await server.ledger()).toEqual({ reason: `process 2 (${url}): it has ended (SIGKILL)` });
  });

  test('leaves nothing behind when one of its processes cannot start', async () => {
    const tls = { cert: Buffer.from('none'), key: Buffer.from('none') };
    await expect(start(2, [], { tls })).rejects.toThrow('the reference server did not start');
    await expect.poll(startedHere).toEqual([]);
  });
});
