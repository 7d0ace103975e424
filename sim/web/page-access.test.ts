import { describe, expect, it } from 'vitest';
import { isLoopbackName, PageAccess } from './page-access.ts';

const TOKEN = 'correct-horse-battery';

describe('a page on loopback', () => {
  const access = new PageAccess({ loopback: true, token: undefined });

  it.each(['127.0.0.1:9465', '127.0.0.1', 'localhost:9465', 'LOCALHOST', '[::1]:9465', '127.9.9.9:1'])(
    'is for who asks by a name of this machine: %s',
    (host) => expect(access.refusalOf({ host }, '/')).toBeUndefined(),
  );

  it.each([
    'evil.example',
    'evil.example:9465',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '',
  ])('is refused by any other name, which is how DNS rebinding looks: %s', (host) =>
    expect(access.refusalOf({ host }, '/')).toMatchObject({ status: 403 }),
  );

  it('is not for scripts of other pages, by port, name or none at all', () => {
    const host = '127.0.0.1:9465';
    expect(access.refusalOf({ host, origin: 'http://127.0.0.1:9465' }, '/feed')).toBeUndefined();
    for (const origin of ['http://127.0.0.1:8080', 'https://evil.example', 'null', 'http://localhost:9465'])
      expect(access.refusalOf({ host, origin }, '/feed'), origin).toMatchObject({ status: 403 });
  });
});

describe('a page with a token', () => {
  const access = new PageAccess({ loopback: false, token: TOKEN });
  const host = 'swarm.lab:9465';

  it('is for who has it, in the URL or as the cookie that came of it', () => {
    expect(access.refusalOf({ host }, `/?token=${TOKEN}`)).toBeUndefined();
    expect(access.refusalOf({ host }, `/feed?token=${TOKEN}`)).toBeUndefined();
    const cookie = access.cookieFor({ host }, `/?token=${TOKEN}`)!;
    expect(cookie).toMatch(/^[^=]+=[\w-]+; HttpOnly; SameSite=Strict; Path=\/$/);
    const pair = cookie.split(';')[0]!;
    expect(access.refusalOf({ host, cookie: `a=b; ${pair}; c=d` }, '/feed')).toBeUndefined();
  });

  it('keeps cookies of two swarms on one host apart, by the ports they are asked at', () => {
    const there = { host: 'swarm.lab:9466' };
    const [here] = access.cookieFor({ host }, `/?token=${TOKEN}`)!.split('=');
    const other = new PageAccess({ loopback: false, token: 'another-token-of-20-' });
    const [elsewhere] = other.cookieFor(there, '/?token=another-token-of-20-')!.split('=');
    expect(here).not.toBe(elsewhere);
    const both = [
      access.cookieFor({ host }, `/?token=${TOKEN}`)!,
      other.cookieFor(there, '/?token=another-token-of-20-')!,
    ];
    const cookie = both.map((text) => text.split(';')[0]).join('; ');
    expect(access.refusalOf({ host, cookie }, '/feed')).toBeUndefined();
    expect(other.refusalOf({ ...there, cookie }, '/feed')).toBeUndefined();
  });

  it('has a cookie also where the port is not said', () => {
    const plain = { host: 'swarm.lab' };
    const cookie = access.cookieFor(plain, `/?token=${TOKEN}`)!.split(';')[0]!;
    expect(access.refusalOf({ ...plain, cookie }, '/')).toBeUndefined();
  });

  it('does not tell the token by the cookie', () => {
    expect(access.cookieFor({ host }, `/?token=${TOKEN}`)).not.toContain(TOKEN);
  });

  it.each([
    '/',
    '/feed',
    '/?token=',
    `/?token=${TOKEN}x`,
    `/?token=${TOKEN.slice(1)}`,
    '/?Token=x',
    `/x${TOKEN}`,
  ])('is refused without it: %s', (url) => {
    expect(access.refusalOf({ host }, url)).toMatchObject({ status: 401 });
    expect(access.cookieFor({ host }, url)).toBeUndefined();
  });

  it('does not take the cookie of a page with another token, nor the token as the cookie', () => {
    const other = new PageAccess({ loopback: false, token: 'another-token-of-20-' });
    const cookie = other.cookieFor({ host }, '/?token=another-token-of-20-')!.split(';')[0]!;
    expect(access.refusalOf({ host, cookie }, '/')).toMatchObject({ status: 401 });
    const name = cookie.split('=')[0]!;
    expect(access.refusalOf({ host, cookie: `${name}=${TOKEN}` }, '/')).toMatchObject({ status: 401 });
  });

  it('is not for scripts of other pages either', () => {
    const refusal = access.refusalOf({ host, origin: 'http://evil.example' }, `/feed?token=${TOKEN}`);
    expect(refusal).toMatchObject({ status: 403 });
  });

  it('on loopback asks for both', () => {
    const both = new PageAccess({ loopback: true, token: TOKEN });
    expect(both.refusalOf({ host: '127.0.0.1:1' }, '/')).toMatchObject({ status: 401 });
    expect(both.refusalOf({ host: 'evil.example' }, `/?token=${TOKEN}`)).toMatchObject({ status: 403 });
  });
});

it('knows the names of this machine', () => {
  for (const name of ['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'])
    expect(isLoopbackName(name), name).toBe(true);
  for (const name of ['0.0.0.0', '::', '128.0.0.1', 'example.org', '127.0.0.1.example.org', ''])
    expect(isLoopbackName(name), name).toBe(false);
});
