import { describe, expect, it } from 'vitest';
import { loadShippedCampaign, SHIPPED_CAMPAIGNS, type ShippedCampaign } from './campaign.ts';
import { type Ledger } from './ledger.ts';
import { type ReferenceServer } from './reference-server.ts';
import { servers } from './testing/running-server.ts';
import { ask, commandsIn, package1, package3, type Reply } from './testing/tiny-client.ts';

const start = servers();
const KINDS = ['smartphone', 'vehicle', 'gateway', 'settop'];

/** What a client that nobody's device code knows counted for itself. */
class Tally {
  package1 = 0;
  package2 = 0;
  package3 = 0;
  readonly commands: Record<string, number> = {};
  readonly statuses: Record<string, Record<string, number>> = {};
  readonly repository = {
    GET: { count: 0, bytes: 0 },
    PUT: { count: 0, bytes: 0 },
    POST: { count: 0, bytes: 0 },
  };
  uiDone = 0;
}

/** Walks one session of one device through whatever the server asks for. */
async function walk(server: ReferenceServer, devId: string, kind: string, tally: Tally): Promise<boolean> {
  let url = `${server.url}/dm`;
  let reports = false;
  let reply = await package1(url, devId);
  tally.package1 += 1;
  for (let iteration = 0; iteration < 20; iteration++) {
    expect(reply.status).toBe(200);
    tally.package2 += 1;
    const statuses: unknown[] = [];
    const alerts: unknown[] = [];
    const names: string[] = [];
    let ends = false;
    for (const [name = '', ...parameters] of commandsIn(reply)) {
      tally.commands[name] = (tally.commands[name] ?? 0) + 1;
      const [first = ''] = parameters;
      let status: unknown = 200;
      if (name === 'END') ends = true;
      else if (name === 'CONT') url = first;
      else if (name === 'GET') status = { sc: 200, MO: parameters.map((uri) => reportOf(uri, kind)) };
      else if (name === 'HGET') status = await transfer(tally, 'GET', first);
      else if (name === 'HPUT') status = await transfer(tally, 'PUT', first, parameters.slice(1));
      else if (name === 'HPOST') status = await transfer(tally, 'POST', first, parameters.slice(1));
      else if (name === 'EXEC' && parameters.length === 2) {
        status = 202;
        reports = true;
      } else if (name === 'SHOW') {
        if (kind === 'gateway') status = 501;
        else {
          await consent(server, first);
          tally.uiDone += 1;
          alerts.push({
            AlertType: 'urn:oma:at:dm:2.0:UISessionDone',
            SourceURI: first,
            Data: { outcome: 'done' },
          });
        }
      }
      statuses.push(status);
      names.push(name);
    }
    if (ends) return reports;
    reply = await package3(url, devId, statuses, alerts);
    tally.package3 += 1;
    for (const [i, name] of names.entries()) count(tally, name, statuses[i]);
  }
  throw new Error('the session has no end');
}

function count(tally: Tally, name: string, status: unknown): void {
  const code = String(typeof status === 'number' ? status : (status as { sc: number }).sc);
  const row = (tally.statuses[name] ??= {});
  row[code] = (row[code] ?? 0) + 1;
}

function reportOf(uri: string, kind: string): unknown {
  if (uri === 'urn:oma:mo:oma-dm-devinfo:1.2//')
    return { ClientURI: 'urn:oma:mo:oma-dm-devinfo:1.2/devinfo/', MOData: { DevType: kind, Man: 'Nobody' } };
  return { ClientURI: uri, MOData: 'value' };
}

async function transfer(
  tally: Tally,
  method: 'GET' | 'PUT' | 'POST',
  url: string,
  uris: readonly string[] = [],
): Promise<number> {
  const mo = JSON.stringify(uris.map((uri) => ({ ClientURI: uri, MOData: 'value' })));
  const reply = await ask(
    url,
    method === 'GET'
      ? {}
      : { method, headers: { 'Content-Type': 'application/vnd.oma.dm.mo+json' }, body: mo },
  );
  tally.repository[method].count += 1;
  tally.repository[method].bytes += method === 'GET' ? reply.bytes : Buffer.byteLength(mo);
  return reply.status === 204 ? 200 : reply.status;
}

async function consent(server: ReferenceServer, url: string): Promise<void> {
  const first = await ask(url);
  const headers = {
    Cookie: (first.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '',
    'Content-Type': 'application/x-www-form-urlencoded',
  };
  const post = (path: string, body: string): Promise<Reply> =>
    ask(`${server.url}/ui/consent/${path}`, { method: 'POST', headers, body });
  await post('answer', 'form=question&when=now&decision=accept');
  await post('details', 'form=details&language=en&label=x');
}

function agree(ledger: Ledger, tally: Tally): void {
  expect(ledger.violations).toEqual({});
  expect(ledger.refused).toEqual({});
  expect(ledger.packages).toEqual({
    '0': 0,
    '1': tally.package1,
    '2': tally.package2,
    '3': tally.package3,
  });
  expect(ledger.commands).toEqual(tally.commands);
  expect(ledger.statuses).toEqual(tally.statuses);
  expect(ledger.repository).toEqual(tally.repository);
  expect(ledger.uiSessions).toMatchObject({
    done: tally.uiDone,
    abandoned: 0,
    timedOut: 0,
    failed: 0,
    open: 0,
  });
  expect(ledger.sessions).toMatchObject({ started: tally.package1, completed: tally.package1, open: 0 });
}

async function walkAll(
  name: ShippedCampaign,
  devices: number,
  sessions: number,
  seed = 7,
): Promise<{ ledger: Ledger; tally: Tally }> {
  const campaign = loadShippedCampaign(name);
  if (!campaign.ok) throw new Error(name);
  const server = await start({ campaign: campaign.value, seed });
  const tally = new Tally();
  const report =
    '{"Alert":[{"AlertType":"urn:oma:at:dm:2.0:ClientInitiatedMgmt"},{"AlertType":"urn:oma:at:fumo:1.0:OperationComplete"}]}';
  for (let device = 0; device < devices; device++)
    for (let session = 0; session < sessions; session++) {
      const devId = `device-${device}`;
      if (!(await walk(server, devId, KINDS[device % 4] ?? '', tally))) continue;
      let reply = await package1(`${server.url}/dm/report`, devId, report);
      tally.package1 += 1;
      for (;;) {
        tally.package2 += 1;
        const commands = commandsIn(reply);
        for (const [command = ''] of commands) tally.commands[command] = (tally.commands[command] ?? 0) + 1;
        if (commands.at(-1)?.[0] === 'END') break;
        for (const [command = ''] of commands) count(tally, command, 200);
        reply = await package3(
          `${server.url}/dm/report`,
          devId,
          commands.map(() => 200),
        );
        tally.package3 += 1;
      }
    }
  return { ledger: server.ledger(), tally };
}

describe('a shipped campaign', () => {
  it.each(SHIPPED_CAMPAIGNS)(
    'is walked to its end by every kind of device, and the books agree: %s',
    async (name) => {
      const { ledger, tally } = await walkAll(name, 8, 3);
      agree(ledger, tally);
    },
  );

  it('everything has all twelve commands', async () => {
    const { ledger } = await walkAll('everything', 1, 1);
    expect(Object.keys(ledger.commands).sort()).toEqual([
      'CONT',
      'DEFAULT',
      'DELETE',
      'END',
      'EXEC',
      'GET',
      'HGET',
      'HPOST',
      'HPUT',
      'SHOW',
      'SUB',
      'UNSUB',
    ]);
  });

  it('mixed has about four iterations a session and every part of the mix', async () => {
    const { ledger } = await walkAll('mixed', 150, 2);
    const iterations = ledger.packages['2'] / ledger.sessions.started;
    expect(iterations).toBeGreaterThan(3.5);
    expect(iterations).toBeLessThan(4.5);
    expect(Object.keys(ledger.commands)).toEqual(
      expect.arrayContaining(['HGET', 'HPUT', 'HPOST', 'EXEC', 'GET', 'SHOW', 'END']),
    );
  });

  it('mixed gives the same totals for the same seed, others for another', async () => {
    const [first, again, other] = [
      await walkAll('mixed', 20, 2),
      await walkAll('mixed', 20, 2),
      await walkAll('mixed', 20, 2, 8),
    ];
    expect(again.ledger.commands).toEqual(first.ledger.commands);
    expect(other.ledger.commands).not.toEqual(first.ledger.commands);
  });
});
