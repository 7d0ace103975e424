import { describe, expect, it } from 'vitest';
import { type ReferenceServer } from './reference-server.ts';
import { servers } from './testing/running-server.ts';
import { ask, package1, package3, type Reply } from './testing/tiny-client.ts';

const start = servers();
const FORM = 'application/x-www-form-urlencoded';
const QUESTION = 'form=question&when=now&wlan=yes&decision=accept';
const DETAILS = 'form=details&language=en&label=My+device';

/** A browser of a few lines: a path, a cookie, perhaps a form. */
async function open(server: ReferenceServer, path: string, cookie = '', form?: string): Promise<Reply> {
  const headers: Record<string, string> = cookie === '' ? {} : { Cookie: cookie };
  if (form === undefined) return ask(`${server.url}${path}`, { headers });
  return ask(`${server.url}${path}`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': FORM },
    body: form,
  });
}

async function begin(server: ReferenceServer, path = '/ui/consent?device=a&session=1'): Promise<string> {
  const first = await open(server, path);
  expect(first.status).toBe(200);
  const [cookie = ''] = first.headers['set-cookie'] ?? [];
  return cookie.split(';')[0] ?? '';
}

describe('a UI Session', () => {
  it('goes from the question over the details to a page with nothing to go on with', async () => {
    const server = await start();
    const first = await open(server, '/ui/consent?device=a&session=1');
    expect(first.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(first.body).toContain('<form method="post" action="/ui/consent/answer">');
    const cookie = await begin(server);
    const accepted = await open(server, '/ui/consent/answer', cookie, QUESTION);
    expect([accepted.status, accepted.headers['location']]).toEqual([303, '/ui/consent/details']);
    expect((await open(server, '/ui/consent/details', cookie)).body).toContain('<select name="language">');
    const last = await open(server, '/ui/consent/details', cookie, DETAILS);
    expect(last.status).toBe(200);
    expect(last.body).not.toMatch(/<form|<a /);
    expect(server.ledger().uiSessions).toMatchObject({ started: 2, done: 1, open: 1 });
    expect(server.ledger().violations).toEqual({});
  });

  it('can be declined on each page', async () => {
    const server = await start();
    const cookie = await begin(server);
    const declined = await open(server, '/ui/consent/answer', cookie, QUESTION.replace('accept', 'decline'));
    expect(declined.status).toBe(200);
    expect(declined.body).not.toMatch(/<form|<a /);
    expect((await open(server, '/ui/consent/declined', cookie)).body).toBe(declined.body);
    expect(server.ledger().uiSessions.done).toBe(2);
  });

  it('of one page is done when that page was served', async () => {
    const server = await start();
    const notice = await open(server, '/ui/notice?device=a');
    expect(notice.body).not.toMatch(/<form|<a /);
    expect(server.ledger().uiSessions).toMatchObject({ started: 1, done: 1, open: 0 });
  });

  it('is held together by a cookie that follows from the seed and the URI', async () => {
    const [one, same, other] = [await start(), await start(), await start({ seed: 8 })];
    expect(await begin(one)).toMatch(/^uisession=[0-9a-f]{32}$/);
    expect(await begin(same)).toBe(await begin(one));
    expect(await begin(other)).not.toBe(await begin(one));
    expect((await open(one, '/ui/consent/details')).status).toBe(403);
    expect((await open(one, '/ui/consent/answer', 'uisession=abc', QUESTION)).status).toBe(403);
    expect(one.ledger().violations).toMatchObject({ 'ui.cookie': { count: 2 } });
  });

  it.each([
    ['a field is missing', 400, 'ui.fields', FORM, 'form=question&decision=accept'],
    ['the hidden field is missing', 400, 'ui.fields', FORM, 'when=now&decision=accept'],
    ['the decision is none', 400, 'ui.fields', FORM, 'form=question&when=now&decision=perhaps'],
    ['it is no form', 415, 'ui.media_type', 'application/json', '{}'],
    ['it is too large', 413, 'ui.too_large', FORM, 'x'.repeat(70_000)],
  ])('refuses a form when %s', async (_, status, rule, type, body) => {
    const server = await start();
    const headers = { Cookie: await begin(server), 'Content-Type': type };
    const reply = await ask(`${server.url}/ui/consent/answer`, { method: 'POST', headers, body });
    expect(reply.status).toBe(status);
    expect(server.ledger().violations).toMatchObject({ [rule]: { count: 1 } });
  });
});

describe('the end of a UI Session', () => {
  const YAML = `
name: asks
steps:
  - cmd: [[SHOW, '{{server}}/ui/notice?d={{devId}}&s={{session}}']]
  - cmd: [[END]]
`;
  const told = (server: ReferenceServer, outcome: string, session = 1): unknown => ({
    AlertType: 'urn:oma:at:dm:2.0:UISessionDone',
    SourceURI: `${server.url}/ui/notice?d=a&s=${session}`,
    Data: { outcome },
  });

  it('is counted once, by the alert, when the final page was served as well', async () => {
    const server = await start({ yaml: YAML });
    await package1(`${server.url}/dm`, 'a');
    await open(server, '/ui/notice?d=a&s=1');
    expect(server.ledger().uiSessions).toMatchObject({ done: 1 });
    await package3(`${server.url}/dm`, 'a', [200], [told(server, 'done')]);
    expect(server.ledger().uiSessions).toEqual({
      started: 1,
      done: 1,
      abandoned: 0,
      timedOut: 0,
      failed: 0,
      open: 0,
    });
  });

  it.each(['abandoned', 'timedOut'] as const)('is %s when the alert says so', async (outcome) => {
    const server = await start({ yaml: YAML });
    await package1(`${server.url}/dm`, 'a');
    await open(server, '/ui/notice?d=a&s=1');
    await package3(`${server.url}/dm`, 'a', [200], [told(server, outcome)]);
    expect(server.ledger().uiSessions).toMatchObject({ started: 1, done: 0, [outcome]: 1, open: 0 });
  });

  it('may be told in the next session', async () => {
    const server = await start({ yaml: YAML });
    await package1(`${server.url}/dm`, 'a');
    await open(server, '/ui/notice?d=a&s=1');
    const alerts = [{ AlertType: 'urn:oma:at:dm:2.0:ClientInitiatedMgmt' }, told(server, 'done')];
    await package1(`${server.url}/dm`, 'a', JSON.stringify({ Alert: alerts }));
    expect(server.ledger()).toMatchObject({ uiSessions: { done: 1, open: 0 }, violations: {} });
  });

  it('with an outcome that is none is a violation', async () => {
    const server = await start({ yaml: YAML });
    await package1(`${server.url}/dm`, 'a');
    await package3(`${server.url}/dm`, 'a', [200], [told(server, 'bored')]);
    expect(server.ledger().violations).toMatchObject({ 'package3.ui_session': { count: 1 } });
  });

  it('is failed when the status of the SHOW says that the page could not be opened', async () => {
    const server = await start({ yaml: YAML });
    for (const [devId, code] of [
      ['a', 503],
      ['without-browser', 501],
    ] as const) {
      await package1(`${server.url}/dm`, devId);
      await package3(`${server.url}/dm`, devId, [code]);
    }
    expect(server.ledger().uiSessions).toMatchObject({ failed: 1, done: 0 });
  });
});
