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
