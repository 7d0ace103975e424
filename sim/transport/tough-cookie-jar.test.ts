import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCookieJar } from './tough-cookie-jar.ts';

const URI = 'http://127.0.0.1:8080/ui/start';

describe('a cookie jar', () => {
  it('is empty at first, and shares nothing with other jars', () => {
    const jar = createCookieJar();
    jar.store(URI, ['sid=1']);
    expect(jar.cookieHeader(URI)).toBe('sid=1');
    expect(createCookieJar().cookieHeader(URI)).toBe('');
  });

  it('sends a cookie to its host and path alone', () => {
    const jar = createCookieJar();
    jar.store('https://ui.example/a/b', [
      'p=1',
      'all=1; Path=/',
      'safe=1; Secure; Path=/',
      'wide=1; Domain=ui.example; Path=/',
    ]);
    expect(jar.cookieHeader('https://ui.example/a/c').split('; ').sort()).toEqual([
      'all=1',
      'p=1',
      'safe=1',
      'wide=1',
    ]);
    expect(jar.cookieHeader('http://ui.example/')).toBe('all=1; wide=1');
    expect(jar.cookieHeader('http://sub.ui.example/')).toBe('wide=1');
    expect(jar.cookieHeader('http://other.example/')).toBe('');
  });

  it('replaces and removes', () => {
    const jar = createCookieJar();
    jar.store(URI, ['sid=1; Path=/']);
    jar.store(URI, ['sid=2; Path=/']);
    expect(jar.cookieHeader(URI)).toBe('sid=2');
    jar.store(URI, ['sid=; Path=/; Max-Age=0']);
    expect(jar.cookieHeader(URI)).toBe('');
  });

  it('takes no cookie for another site or for a whole top-level domain', () => {
    const jar = createCookieJar();
    jar.store('http://ui.example.com/', ['a=1; Domain=other.com', 'b=1; Domain=com', 'c=1']);
    expect(jar.cookieHeader('http://ui.example.com/')).toBe('c=1');
    expect(jar.cookieHeader('http://other.com/')).toBe('');
  });

  it('works for localhost and addresses', () => {
    for (const uri of ['http://localhost:1/', 'http://127.0.0.1/', 'http://[::1]:2/']) {
      const jar = createCookieJar();
      jar.store(uri, ['sid=1']);
      expect(jar.cookieHeader(uri)).toBe('sid=1');
    }
  });

  it('stays small, however much a server sends', () => {
    const jar = createCookieJar();
    jar.store(URI, [`big=${'x'.repeat(5_000)}`, 'fits=1']);
    expect(jar.cookieHeader(URI)).toBe('fits=1');
    for (let response = 0; response < 100; response++)
      jar.store(
        URI,
        Array.from({ length: 200 }, (_, i) => `c${response}_${i}=1`),
      );
    expect(jar.cookieHeader(URI).split('; ').length).toBe(180);
    jar.store(URI, ['fits=2', 'more=1']);
    expect(jar.cookieHeader(URI)).toContain('fits=2');
    expect(jar.cookieHeader(URI)).not.toContain('more=1');
  });

  it('follows a server that changes a cookie a thousand times', () => {
    const jar = createCookieJar();
    for (let i = 0; i < 1_000; i++) jar.store(URI, [`sid=${i}`]);
    expect(jar.cookieHeader(URI)).toBe('sid=999');
  });

  it('never throws, whatever stands in header or address', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (uri, cookie) => {
        const jar = createCookieJar();
        jar.store(uri, [cookie]);
        jar.store(URI, [cookie, `${cookie}=1; Domain=${cookie}`, 'ok=1']);
        expect(jar.cookieHeader(uri)).toBeTypeOf('string');
        expect(jar.cookieHeader(URI)).toContain('ok=1');
      }),
    );
  });
});
