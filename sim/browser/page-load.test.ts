import { describe, expect, it } from 'vitest';
import { createCookieJar } from '../transport/tough-cookie-jar.ts';
import { page, redirect, run, site } from './testing/scripted-web.ts';

const DONE = { opened: true, outcome: 'done' };
const CONSENT =
  '<title>Consent</title><form method=post action=/answer><input type=hidden name=t value=7>' +
  '<button name=answer value=no>No</button><button name=answer value=yes>Yes</button></form>';

describe('redirects', () => {
  it.each([
    [301, 'GET'],
    [302, 'GET'],
    [303, 'GET'],
    [307, 'POST'],
    [308, 'POST'],
  ] as const)('with %d, a POST becomes a %s', (status, method) => {
    const session = run(
      site({ '/start': CONSENT, '/answer': redirect(status, 'then?x=1#part'), '/then?x=1': 'ok' }),
    );
    expect(session.end).toEqual(DONE);
    const last = session.fetches[2];
    expect(last).toMatchObject({ method, uri: 'http://ui.example/then?x=1' });
    expect(last?.body).toBe(method === 'POST' ? 't=7&answer=yes' : undefined);
    expect(last?.headers['Content-Type']).toBe(
      method === 'POST' ? 'application/x-www-form-urlencoded' : undefined,
    );
  });

  it('make the last address the one that references are seen from', () => {
    const session = run(
      site({ '/start': redirect(302, '/deep/er/'), '/deep/er/': '<a rel=next href=x>', '/deep/er/x': '.' }),
    );
    expect(session.fetches[2]?.uri).toBe('http://ui.example/deep/er/x');
  });

  it('without Location are pages', () => {
    expect(run(site({ '/start': page('<p>choose', { status: 300 }) })).end).toEqual(DONE);
    expect(run(site({ '/start': page('<p>moved', { status: 302 }) })).end).toEqual(DONE);
  });
});

describe('cookies', () => {
  it('are kept from every response, redirects included, and sent where they belong', () => {
    const session = run(
      site({
        '/start': redirect(302, '/page', ['sid=1; Path=/', 'deep=1; Path=/deep']),
        '/page': page('<a rel=next href="http://other.example/page2">', { setCookies: ['two=2; HttpOnly'] }),
        '/page2': '<a rel=next href="http://ui.example/deep/page3">',
        '/deep/page3': 'end',
      }),
      { cookies: createCookieJar() },
    );
    expect(session.end).toEqual(DONE);
    expect(session.fetches.map(({ headers }) => headers['Cookie'])).toEqual([
      undefined,
      'sid=1',
      undefined,
      'deep=1; sid=1; two=2',
    ]);
  });
});
