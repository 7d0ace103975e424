import { describe, expect, it } from 'vitest';
import { campaignOf } from './testing/campaign-text.ts';
import { servers } from './testing/running-server.ts';
import { commandsIn, package1, PACKAGE2_TYPE, package3, STARTED } from './testing/tiny-client.ts';

const start = servers();
const ID = 'IMEI:350000000000019';

describe('the DM endpoint', () => {
  it('answers Package#1 with the first step and Package#3 with the next, until END', async () => {
    const server = await start();
    const first = await package1(`${server.url}/dm`, ID);
    expect(first.status).toBe(200);
    expect(first.headers['content-type']).toBe(PACKAGE2_TYPE);
    expect(first.body).toBe('{"CMD":[["GET","urn:oma:mo:oma-dm-devinfo:1.2//Man"]]}');
    const second = await package3(`${server.url}/dm`, ID, [200]);
    expect(second.body).toBe('{"CMD":[["END"]]}');
    expect(server.ledger()).toMatchObject({
      sessions: { started: 1, completed: 1, replaced: 0, aborted: 0, open: 0, reports: 0 },
      packages: { '0': 0, '1': 1, '2': 2, '3': 1 },
      commands: { GET: 1, END: 1 },
      statuses: { GET: { '200': 1 } },
      alerts: { 'urn:oma:at:dm:2.0:ClientInitiatedMgmt': 1 },
      violations: {},
      refused: {},
    });
  });

  it('fills in the base URL, the DevID as part of a URI, and the number of the session', async () => {
    const server = await start({
      publicUrl: 'https://dm.example/base/',
      yaml: `
name: templates
steps:
  - cmd: [[CONT, '{{server}}/dm/{{session}}'], [SHOW, '{{ server }}/ui/consent?d={{devId}}&s={{session}}']]
  - cmd: [[END]]
`,
    });
    await package1(`${server.url}/dm`, ID);
    const { body } = await package1(`${server.url}/dm`, ID);
    expect(body).toBe(
      '{"CMD":[["CONT","https://dm.example/base/dm/2"],["SHOW","https://dm.example/base/ui/consent?d=IMEI%3A350000000000019&s=2"]]}',
    );
  });

  it('takes a new Package#1 as the end of the session before', async () => {
    const server = await start();
    await package1(`${server.url}/dm`, ID);
    await package1(`${server.url}/dm`, ID);
    expect(server.ledger().sessions).toMatchObject({ started: 2, replaced: 1, open: 1 });
    await package3(`${server.url}/dm`, ID, [200]);
    expect(server.ledger().sessions).toMatchObject({ completed: 1, open: 0 });
  });

  it('keeps the sessions of two devices apart on one connection', async () => {
    const server = await start();
    await package1(`${server.url}/dm`, 'a');
    await package1(`${server.url}/dm`, 'b');
    expect(commandsIn(await package3(`${server.url}/dm`, 'a', [200]))).toEqual([['END']]);
    expect((await package3(`${server.url}/dm`, 'a', [200])).status).toBe(409);
    expect(commandsIn(await package3(`${server.url}/dm`, 'b', [200]))).toEqual([['END']]);
  });

  it('gives a session that reports its own short answer, and does not count it among the others', async () => {
    const server = await start({
      yaml: `
name: reports
steps:
  - when: { session: 2 }
    cmd: [[GET, 'urn:oma:mo:m:1.0//Second']]
  - cmd: [[END]]
onAlert:
  - alert: urn:example:done
    steps:
      - cmd: [[GET, 'urn:oma:mo:m:1.0//Result']]
      - cmd: [[END]]
`,
    });
    const report = (type: string): string =>
      `{"Alert":[{"AlertType":"urn:oma:at:dm:2.0:ClientInitiatedMgmt"},{"AlertType":"${type}"}]}`;
    const url = `${server.url}/dm`;
    expect(commandsIn(await package1(url, ID))).toEqual([['END']]);
    expect(commandsIn(await package1(url, ID, report('urn:example:done')))).toEqual([
      ['GET', 'urn:oma:mo:m:1.0//Result'],
    ]);
    await package3(url, ID, [200]);
    const firmware = report('urn:oma:at:fumo:1.0:OperationComplete');
    expect(commandsIn(await package1(url, ID, firmware))).toEqual([['END']]);
    expect(commandsIn(await package1(`${server.url}/dm/report`, ID, report('urn:x:y')))).toEqual([['END']]);
    expect(commandsIn(await package1(url, ID))).toEqual([['GET', 'urn:oma:mo:m:1.0//Second']]);
    expect(server.ledger().sessions).toMatchObject({ started: 5, reports: 3 });
  });

  it('chooses steps by what the session reported', async () => {
    const server = await start({
      yaml: `
name: conditions
steps:
  - cmd: [[GET, 'urn:oma:mo:oma-fumo:1.0//State'], [GET, 'urn:oma:mo:oma-dm-devinfo:1.2//']]
  - when: { status: { command: GET, is: 4xx } }
    cmd: [[GET, 'urn:oma:mo:m:1.0//Failed']]
  - devices: { deviceType: vehicle }
    when: { value: { at: 'urn:oma:mo:oma-fumo:1.0//State', is: 10 }, alert: 'urn:x:y' }
    cmd: [[GET, 'urn:oma:mo:m:1.0//Idle']]
  - cmd: [[END]]
`,
    });
    const url = `${server.url}/dm`;
    const idle = { sc: 200, MO: [{ ClientURI: 'urn:oma:mo:oma-fumo:1.0/fumo/State', MOData: '10' }] };
    const info = {
      sc: 200,
      MO: [{ ClientURI: 'urn:oma:mo:oma-dm-devinfo:1.2/devinfo/', MOData: { DevType: 'vehicle' } }],
    };
    await package1(url, ID);
    const chosen = await package3(url, ID, [idle, info], [{ AlertType: 'urn:x:y' }]);
    expect(commandsIn(chosen)).toEqual([['GET', 'urn:oma:mo:m:1.0//Idle']]);
    await package1(url, 'other');
    expect(commandsIn(await package3(url, 'other', [idle, 404]))).toEqual([
      ['GET', 'urn:oma:mo:m:1.0//Failed'],
    ]);
    expect(commandsIn(await package3(url, 'other', [200]))).toEqual([['END']]);
  });

  it('draws the same plans for a device whatever the order in which devices come', async () => {
    const yaml = `
name: draws
mix:
  - { weight: 1, name: one, steps: [{ cmd: [[GET, 'urn:oma:mo:m:1.0//One'], [END]] }] }
  - { weight: 1, name: two, steps: [{ cmd: [[GET, 'urn:oma:mo:m:1.0//Two'], [END]] }] }
`;
    const devices = Array.from({ length: 40 }, (_, i) => `device-${i}`);
    const walk = async (ids: readonly string[], seed: number): Promise<readonly string[]> => {
      const server = await start({ campaign: campaignOf(yaml), seed });
      const seen: string[] = [];
      for (const round of [1, 2])
        for (const devId of ids)
          seen.push(`${devId} ${round} ${(await package1(`${server.url}/dm`, devId)).body}`);
      return seen.sort();
    };
    const forwards = await walk(devices, 7);
    expect(await walk([...devices].reverse(), 7)).toEqual(forwards);
    expect(await walk(devices, 8)).not.toEqual(forwards);
    expect(new Set(forwards.map((line) => line.split(' ')[2])).size).toBe(2);
  });

  it('follows its own CONT, and holds the device to it', async () => {
    const server = await start({
      yaml: `
name: moves
steps:
  - cmd: [[CONT, '{{server}}/dm/hall/{{session}}']]
  - cmd: [[GET, 'urn:oma:mo:m:1.0//']]
  - cmd: [[END]]
`,
    });
    await package1(`${server.url}/dm`, ID);
    await package3(`${server.url}/dm/hall/1`, ID, [200]);
    expect(server.ledger().violations).toEqual({});
    expect((await package3(`${server.url}/dm`, ID, [200])).status).toBe(200);
    expect(server.ledger().violations).toEqual({
      'package3.wrong_uri': { count: 1, example: `${ID}: expected /dm/hall/1, found /dm` },
    });
  });

  it('asks for the credentials of each device by HTTP Basic', async () => {
    const server = await start({ credentials: new Map([[ID, { user: 'me', secret: 'sesam' }]]) });
    const url = `${server.url}/dm`;
    const basic = (text: string): Record<string, string> => ({
      Authorization: `Basic ${Buffer.from(text).toString('base64')}`,
    });
    const challenged = await package1(url, ID);
    expect(challenged.status).toBe(401);
    expect(challenged.headers['www-authenticate']).toMatch(/^Basic realm=/);
    expect((await package1(url, ID, STARTED, basic('me:wrong'))).status).toBe(401);
    expect((await package1(url, 'stranger', STARTED, basic('me:sesam'))).status).toBe(401);
    expect((await package1(url, ID, STARTED, basic('me:sesam'))).status).toBe(200);
    expect(server.ledger().refused).toEqual({ '401': 3 });
    expect(JSON.stringify(server.ledger())).not.toContain('sesam');
  });

  it('turns packages away with 503 and Retry-After when its queue is full', async () => {
    const server = await start({
      serviceTime: { kind: 'constant', ms: 60_000 },
      concurrency: 1,
      maxQueue: 0,
    });
    const held = package1(`${server.url}/dm`, 'first').catch(() => undefined);
    await expect.poll(() => server.ledger().service.busy).toBe(1);
    const second = await package1(`${server.url}/dm`, 'second');
    expect(second.status).toBe(503);
    expect(second.headers['retry-after']).toBe('1');
    expect(server.ledger()).toMatchObject({ sessions: { started: 1 }, service: { busy: 1, rejected: 1 } });
    await server.close();
    await held;
  });

  it('serves no more devices than it may remember', async () => {
    const server = await start({ maxDevices: 1 });
    expect((await package1(`${server.url}/dm`, 'a')).status).toBe(200);
    expect((await package1(`${server.url}/dm`, 'b')).status).toBe(503);
    expect((await package1(`${server.url}/dm`, 'a')).status).toBe(200);
  });
});
