import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCookieJar } from '../transport/tough-cookie-jar.ts';
import { page, redirect, run, site } from './testing/scripted-web.ts';
import { type FetchResult } from './ui-effect.ts';
import { DEFAULT_UI_LIMITS, uiSession } from './ui-session.ts';

const DONE = { opened: true, outcome: 'done' };
const ABANDONED = { opened: true, outcome: 'abandoned' };
const CONSENT =
  '<title>Consent</title><form method=post action=/answer><input type=hidden name=t value=7>' +
  '<button name=answer value=no>No</button><button name=answer value=yes>Yes</button></form>';
const consentSite = site({ '/start': CONSENT, '/answer': '<h1>Thank you</h1>' });

describe('a UI Session', () => {
  it('is done at once when the page offers nothing to go on with', () => {
    const session = run(
      site({ '/start': '<p>Hello</p><a href="#top">Next</a><a href="/imprint">Imprint</a>' }),
    );
    expect(session.end).toEqual(DONE);
    expect(session.effects).toEqual(['fetch', 'opened']);
    expect(session.fetches[0]).toMatchObject({ method: 'GET', uri: 'http://ui.example/start' });
    expect(session.fetches[0]?.headers).toEqual({
      Accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
      'User-Agent': expect.stringContaining('dm-swarm') as string,
    });
  });

  it('lets the user think, submit and reach the last page', () => {
    const session = run(consentSite, { thinkMs: 1_500 });
    expect(session.end).toEqual(DONE);
    expect(session.effects).toEqual(['fetch', 'opened', 'think', 'fetch']);
    expect(session.virtualMs).toBe(1_500);
    expect(session.fetches[1]).toMatchObject({
      method: 'POST',
      uri: 'http://ui.example/answer',
      body: 't=7&answer=yes',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        Referer: 'http://ui.example/start',
        Origin: 'http://ui.example',
      },
    });
    expect(session.visits).toEqual([
      { uri: 'http://ui.example/start', status: 200, title: 'Consent' },
      { uri: 'http://ui.example/answer', status: 200, title: '' },
    ]);
  });

  it('goes through several pages by forms and links, relative to base', () => {
    const session = run(
      site({
        '/start': '<base href="/ui/one/"><a href=elsewhere>About</a><a rel=next href=two>Go</a>',
        '/ui/one/two': '<form action=three><input name=n value=1></form>',
        '/ui/one/three?n=1': '<a class="btn continue" href="../four">&gt;</a>',
        '/ui/four': 'the end',
      }),
    );
    expect(session.end).toEqual(DONE);
    expect(session.fetches.map(({ uri }) => uri.slice('http://ui.example'.length))).toEqual([
      '/start',
      '/ui/one/two',
      '/ui/one/three?n=1',
      '/ui/four',
    ]);
  });

  it('is done when the content is not HTML, is empty, or is no content', () => {
    for (const last of [
      page('<form><button>Yes</button></form>', { contentType: 'application/pdf' }),
      page('', { status: 204 }),
      page('plain text', { contentType: '' }),
    ]) {
      const session = run(site({ '/start': last }));
      expect(session.end).toEqual(DONE);
      expect(session.fetches).toHaveLength(1);
    }
  });

  it('takes a document without a type for HTML', () => {
    const session = run(site({ '/start': page(` <html>${CONSENT}`, { contentType: '' }), '/answer': 'ok' }));
    expect(session.fetches).toHaveLength(2);
  });

  it('asks a driver for nothing but a result where one belongs', () => {
    const session = uiSession({
      uri: 'http://ui.example/',
      user: { decision: 'accept', thinkMs: () => 0 },
      html: { parse: () => ({ title: '', forms: [], links: [] }) },
      cookies: { cookieHeader: () => '', store: () => undefined },
    });
    session.next();
    expect(() => session.next()).toThrow(TypeError);
  });
});

describe('a page that cannot be opened', () => {
  it.each([404, 500, 503])('has the status %d of the web server', (status) => {
    const session = run(site({ '/start': page('sorry', { status }) }));
    expect(session.end).toMatchObject({ opened: false, status });
    expect(session.effects).toEqual(['fetch']);
  });

  it('is 503 when there is no response', () => {
    const session = run(() => ({ ok: false, detail: 'connect ECONNREFUSED' }));
    expect(session.end).toEqual({ opened: false, status: 503, detail: 'connect ECONNREFUSED' });
  });

  it('is 503 when redirects have no end, or lead to what is no web page', () => {
    const loop = run(site({ '/start': redirect(302, '/start') }));
    expect(loop.end).toMatchObject({ opened: false, status: 503 });
    expect(loop.fetches).toHaveLength(11);
    const app = run(site({ '/start': redirect(302, 'intent://scan') }));
    expect(app.end).toMatchObject({ opened: false, status: 503 });
  });

  it('later on means that the session is abandoned', () => {
    for (const answer of [
      page('oops', { status: 500 }),
      redirect(301, '/answer'),
      { ok: false, detail: 'connection closed' } satisfies FetchResult,
    ]) {
      expect(run(site({ '/start': CONSENT, '/answer': answer })).end).toEqual(ABANDONED);
    }
  });
});

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

describe('the user', () => {
  it('who declines takes the negative way', () => {
    const session = run(consentSite, { decision: 'decline' });
    expect(session.end).toEqual(DONE);
    expect(session.fetches[1]?.body).toBe('t=7&answer=no');
  });

  it('who declines goes on where that agrees to nothing, and leaves a page that only takes consent', () => {
    const session = run(
      site({
        '/start': '<form action=/terms><input name=mail required><button>Next</button></form>',
        '/terms?mail=text': '<form><button>Accept</button></form>',
      }),
      { decision: 'decline' },
    );
    expect(session.end).toEqual(ABANDONED);
    expect(session.fetches).toHaveLength(2);
  });

  it('who declines fills nothing in', () => {
    const session = run(
      site({
        '/start':
          '<form action=/a><input type=checkbox name=terms required><button name=b value=cancel>Cancel',
      }),
      { decision: 'decline' },
    );
    expect(session.fetches[1]?.uri).toBe('http://ui.example/a?b=cancel');
  });

  it('who accepts ticks what is required', () => {
    const session = run(
      site({
        '/start':
          '<form action=/a><input type=checkbox name=terms required><button>Cancel</button><button>Accept',
      }),
    );
    expect(session.fetches[1]?.uri).toBe('http://ui.example/a?terms=on');
  });

  it('who accepts never presses a page’s only way back', () => {
    expect(run(site({ '/start': '<form><button>Close</button></form><a href=/x>Back</a>' })).end).toEqual(
      DONE,
    );
  });

  it('who accepts presses the first button when no word is known, but none that is disabled or hidden', () => {
    const session = run(
      site({
        '/start':
          '<form action=/a><button disabled name=b value=1>Los</button><button hidden name=b value=2>Los</button>' +
          '<button type=button>Los</button><button name=b value=3>Los</button><button name=b value=4>Los</button>',
      }),
    );
    expect(session.fetches[1]?.uri).toBe('http://ui.example/a?b=3');
  });

  it('who ignores the page sits there until the bound', () => {
    const session = run(consentSite, { decision: 'ignore', boundMs: 5_000 });
    expect(session.end).toBe('timedOut');
    expect(session.effects).toEqual(['fetch', 'opened', 'idle']);
    expect(session.virtualMs).toBe(5_000);
  });

  it('who leaves closes the browser after the first submission', () => {
    const session = run(site({ '/start': CONSENT, '/answer': redirect(302, '/next') }), {
      decision: 'leave',
    });
    expect(session.end).toEqual(ABANDONED);
    expect(session.effects).toEqual(['fetch', 'opened', 'think', 'fetch']);
    expect(session.fetches[1]?.body).toBe('t=7&answer=yes');
  });

  it('who leaves closes the browser after thinking where nothing can be submitted', () => {
    const session = run(site({ '/start': '<a rel=next href=/x>Next</a>' }), { decision: 'leave' });
    expect(session.end).toEqual(ABANDONED);
    expect(session.effects).toEqual(['fetch', 'opened', 'think']);
  });

  it('who thinks longer than the bound is cut', () => {
    expect(run(consentSite, { thinkMs: 6_000, boundMs: 5_000 }).end).toBe('timedOut');
  });
});

describe('a page that refreshes itself', () => {
  it('goes on by itself, in its own time', () => {
    const session = run(
      site({ '/start': '<meta http-equiv=Refresh content="3; url=/two">', '/two': 'the end' }),
      { decision: 'ignore' },
    );
    expect(session.end).toEqual(DONE);
    expect(session.virtualMs).toBe(3_000);
    expect(session.fetches).toHaveLength(2);
  });

  it('overtakes a user who thinks longer', () => {
    const answer = site({
      '/start': `<meta http-equiv=refresh content="1;url=/late">${CONSENT}`,
      '/late': 'too late',
      '/answer': 'in time',
    });
    expect(run(answer, { thinkMs: 2_000 }).fetches[1]?.uri).toBe('http://ui.example/late');
    expect(run(answer, { thinkMs: 500 }).fetches[1]?.uri).toBe('http://ui.example/answer');
  });

  it('only after a long time stands still', () => {
    expect(run(site({ '/start': '<meta http-equiv=refresh content=300>' })).end).toEqual(DONE);
  });
});

describe('bounds', () => {
  it('end a session of pages that loop for ever as abandoned', () => {
    for (const html of [
      '<form><button>Next</button></form>',
      '<a rel=next href="">again</a>',
      '<meta http-equiv=refresh content=0>',
    ]) {
      const session = run(() => page(html));
      expect(session.end).toEqual(ABANDONED);
      expect(session.fetches).toHaveLength(DEFAULT_UI_LIMITS.maxPages);
    }
  });

  it('can be set', () => {
    const limits = { maxPages: 3, maxRedirects: 1, maxRefreshMs: 0 };
    expect(run(() => page('<a rel=next href="">'), { limits }).fetches).toHaveLength(3);
    expect(run(() => redirect(302, '/x'), { limits }).fetches).toHaveLength(2);
  });

  it('hold for any text as HTML, any status and any header', () => {
    const word = fc.constantFrom(
      ...'<form>|</form>|<form method=post action=|<input name=a required |type=radio |type=image |<button>|OK|No'.split(
        '|',
      ),
      ...'<a href=|<base href=|<meta http-equiv=refresh content="0;url=|">|//|:|javascript:|<select name=b><option>'.split(
        '|',
      ),
      ...'<template>|<table>|<fieldset disabled>|<textarea name=c required minlength=5>|\0|\ud800|&#x110000;|>'.split(
        '|',
      ),
    );
    const html = fc.oneof(
      fc.string(),
      fc.array(fc.oneof(word, fc.string({ maxLength: 4 }))).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(
        fc.array(html, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(200, 204, 302, 307, 404),
        fc.string(),
        fc.constantFrom('accept', 'decline', 'ignore', 'leave'),
        (texts, status, location, decision) => {
          let number = 0;
          const session = run(
            () => {
              const body = texts[number % texts.length] ?? '';
              return page(body, number++ === 3 ? { status, location } : { setCookies: [body] });
            },
            {
              decision,
              cookies: createCookieJar(),
              limits: { maxPages: 6, maxRedirects: 2, maxRefreshMs: 1e6 },
            },
          );
          expect(session.fetches.length).toBeLessThanOrEqual(18);
          for (const { uri } of session.fetches) expect(uri).toMatch(/^https?:\/\/[!-~]+$/i);
        },
      ),
      { numRuns: 300 },
    );
  });
});
