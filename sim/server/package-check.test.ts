import { describe, expect, it } from 'vitest';
import { servers } from './testing/running-server.ts';
import {
  ask,
  headersOf,
  package1,
  PACKAGE1_TYPE,
  PACKAGE2_TYPE,
  package3,
  PACKAGE3_TYPE,
  STARTED,
} from './testing/tiny-client.ts';

const start = servers();
const ID = 'IMEI:350000000000019';

describe('what devices send is checked', () => {
  const post = (headers: Record<string, string>, body: string | Buffer = STARTED) => ({
    method: 'POST',
    headers,
    body,
  });

  it.each([
    ['no DevID', 400, 'package1.dev_id', { 'Content-Type': PACKAGE1_TYPE, Accept: PACKAGE2_TYPE }],
    ['an endless DevID', 400, 'package1.dev_id', headersOf('x'.repeat(256), PACKAGE1_TYPE)],
    ['plain JSON', 415, 'package1.media_type', headersOf(ID, 'application/json')],
    [
      'a compressed body',
      415,
      'package1.media_type',
      headersOf(ID, PACKAGE1_TYPE, { 'Content-Encoding': 'gzip' }),
    ],
    [
      'an Accept of something else',
      406,
      'package1.accept',
      headersOf(ID, PACKAGE1_TYPE, { Accept: 'text/html' }),
    ],
  ])('%s: %d', async (_, status, rule, headers) => {
    const server = await start();
    const reply = await ask(`${server.url}/dm`, post(headers));
    expect(reply.status).toBe(status);
    expect(server.ledger().violations[rule]?.count).toBe(1);
    expect(server.ledger().refused).toEqual({ [status]: 1 });
    if (status === 415) expect(reply.headers['omadm-accept']).toBe(`${PACKAGE1_TYPE}, ${PACKAGE3_TYPE}`);
  });

  it.each([
    ['no JSON', 'hello'],
    ['an array', '[]'],
    ['alerts of the wrong kind', '{"Alert":{}}'],
    ['a MOS without MIID', '{"MOS":[{}]}'],
    ['deep nesting', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('a Package#1 of %s: 400', async (_, body) => {
    const server = await start();
    expect((await ask(`${server.url}/dm`, post(headersOf(ID, PACKAGE1_TYPE), body))).status).toBe(400);
    expect(server.ledger()).toMatchObject({
      sessions: { started: 0 },
      packages: { '1': 0 },
      violations: { 'package1.invalid': { count: 1 } },
    });
  });

  it('a Package#1 that lacks the start alert, or Accept, is a violation and served nevertheless', async () => {
    const server = await start();
    const headers = { 'Content-Type': `${PACKAGE1_TYPE}; charset=utf-8`, 'OMADM-DevID': ID };
    expect((await ask(`${server.url}/dm`, post(headers, '{"MOS":null,"MgmtTree":[]}'))).status).toBe(200);
    expect(Object.keys(server.ledger().violations).sort()).toEqual(['package1.accept', 'package1.trigger']);
  });

  it('a Package#3 that nobody asked for: 409', async () => {
    const server = await start();
    expect((await package3(`${server.url}/dm`, ID, [200])).status).toBe(409);
    expect(server.ledger().violations).toMatchObject({ 'package3.no_session': { count: 1 } });
  });

  it.each([
    ['too few statuses', 'package3.status_count', []],
    ['too many statuses', 'package3.status_count', [200, 200]],
    ['a status that is none', 'package3.invalid', [{ sc: '200' }]],
    ['a status out of range', 'package3.invalid', [7]],
  ])('a Package#3 with %s: 400, and the session is over', async (_, rule, statuses) => {
    const server = await start();
    await package1(`${server.url}/dm`, ID);
    expect((await package3(`${server.url}/dm`, ID, statuses)).status).toBe(400);
    expect(server.ledger()).toMatchObject({
      sessions: { aborted: 1, open: 0 },
      packages: { '3': 0 },
      violations: { [rule]: { count: 1 } },
    });
    expect((await package3(`${server.url}/dm`, ID, [200])).status).toBe(409);
  });

  it('the end of a UI Session that no SHOW began is a violation', async () => {
    const server = await start();
    await package1(`${server.url}/dm`, ID);
    const alert = {
      AlertType: 'urn:oma:at:dm:2.0:UISessionDone',
      SourceURI: `${server.url}/ui/consent`,
      Data: { outcome: 'done' },
    };
    await package3(`${server.url}/dm`, ID, [200], [alert]);
    expect(server.ledger()).toMatchObject({
      uiSessions: { done: 0 },
      violations: { 'package3.ui_session': { count: 1 } },
    });
  });

  it('keeps one example a rule, of at most 200 characters', async () => {
    const server = await start();
    for (const devId of ['first', 'second'])
      await ask(`${server.url}/dm`, post(headersOf(devId, 'x/'.padEnd(5_000, 'y'))));
    const broken = server.ledger().violations['package1.media_type'];
    expect(broken?.count).toBe(2);
    expect(broken?.example.length).toBeLessThanOrEqual(200);
  });
});
