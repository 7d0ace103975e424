import { describe, expect, it } from 'vitest';
import { originOf, parseServerUri, pathAndQueryOf, resolveReference } from './server-uri.ts';

describe('a ServerURI', () => {
  it('has scheme, authority, path and query', () => {
    expect(parseServerUri('https://user:pw@Dm.Example:8443/a/b?c=d?e#f')).toEqual({
      ok: true,
      value: {
        scheme: 'https',
        authority: 'user:pw@Dm.Example:8443',
        host: 'Dm.Example',
        port: 8443,
        path: '/a/b',
        query: 'c=d?e',
      },
    });
    expect(parseServerUri('HTTP://[::1]')).toEqual({
      ok: true,
      value: { scheme: 'http', authority: '[::1]', host: '[::1]', port: 80, path: '' },
    });
  });

  it.each([
    '',
    'http://',
    'http:///x',
    'http:x',
    '//host/x',
    '/x',
    'ftp://host/',
    'urn:oma:mo:m:1.0//',
    'http://host:65536/',
    'http://host:port/',
    'http://ho st/',
    'http://host/a b',
    'http://host/ä',
    'http://host/\n',
    'http://host/\r\nX: y',
    'http://ho%73t/',
    'http://host/x%zz',
    'http://host/100%',
    'http://[::1',
    'http://a@b@c/',
    ' http://host/',
  ])('is not %j', (text) => {
    expect(parseServerUri(text, 'here')).toMatchObject({
      ok: false,
      fault: { code: 'server_uri_invalid', path: 'here' },
    });
  });

  it('shows no password where it is refused', () => {
    const result = parseServerUri('http://user:hunter2@host:99999/');
    expect(result).toMatchObject({ ok: false, fault: { found: '"http://…@host:99999/"' } });
  });

  it('has an origin that is equal for URIs that share connections', () => {
    expect(originOf('HTTP://u:p@Example.COM:80/a?b#c')).toBe('http://example.com');
    expect(originOf('https://example.com:443')).toBe('https://example.com');
    expect(originOf('https://example.com:80')).toBe('https://example.com:80');
    expect(originOf('http://[::1]:8080/')).toBe('http://[::1]:8080');
  });

  it('has what stands in a request line', () => {
    expect(pathAndQueryOf('http://h')).toBe('/');
    expect(pathAndQueryOf('http://h?q')).toBe('/?q');
    expect(pathAndQueryOf('http://h/a/?b=c#d')).toBe('/a/?b=c');
  });

  it('is demanded by whoever asks for its parts', () => {
    expect(() => originOf('nothing')).toThrow(TypeError);
    expect(() => pathAndQueryOf('mailto:a@b')).toThrow(TypeError);
  });
});

describe('a reference', () => {
  // RFC 3986, 5.4.1 and 5.4.2.
  it.each([
    ['g', 'http://a/b/c/g'],
    ['./g', 'http://a/b/c/g'],
    ['g/', 'http://a/b/c/g/'],
    ['/g', 'http://a/g'],
    ['//g', 'http://g'],
    ['?y', 'http://a/b/c/d;p?y'],
    ['g?y', 'http://a/b/c/g?y'],
    ['#s', 'http://a/b/c/d;p?q#s'],
    ['g#s', 'http://a/b/c/g#s'],
    ['g?y#s', 'http://a/b/c/g?y#s'],
    [';x', 'http://a/b/c/;x'],
    ['g;x', 'http://a/b/c/g;x'],
    ['g;x?y#s', 'http://a/b/c/g;x?y#s'],
    ['', 'http://a/b/c/d;p?q'],
    ['.', 'http://a/b/c/'],
    ['./', 'http://a/b/c/'],
    ['..', 'http://a/b/'],
    ['../', 'http://a/b/'],
    ['../g', 'http://a/b/g'],
    ['../..', 'http://a/'],
    ['../../', 'http://a/'],
    ['../../g', 'http://a/g'],
    ['../../../g', 'http://a/g'],
    ['../../../../g', 'http://a/g'],
    ['/./g', 'http://a/g'],
    ['/../g', 'http://a/g'],
    ['g.', 'http://a/b/c/g.'],
    ['.g', 'http://a/b/c/.g'],
    ['g..', 'http://a/b/c/g..'],
    ['..g', 'http://a/b/c/..g'],
    ['./../g', 'http://a/b/g'],
    ['./g/.', 'http://a/b/c/g/'],
    ['g/./h', 'http://a/b/c/g/h'],
    ['g/../h', 'http://a/b/c/h'],
    ['g;x=1/./y', 'http://a/b/c/g;x=1/y'],
    ['g;x=1/../y', 'http://a/b/c/y'],
    ['g?y/./x', 'http://a/b/c/g?y/./x'],
    ['g?y/../x', 'http://a/b/c/g?y/../x'],
    ['g#s/./x', 'http://a/b/c/g#s/./x'],
    ['g#s/../x', 'http://a/b/c/g#s/../x'],
  ])('%j is resolved as RFC 3986 shows: %s', (reference, expected) => {
    expect(resolveReference('http://a/b/c/d;p?q', reference)).toBe(expected);
  });

  it.each([
    'g:h',
    'mailto:a@b',
    'javascript:alert(1)',
    'data:text/html,x',
    'http:g',
    'ftp://h/',
    '//',
    'http://h:99999/',
  ])('%j leads nowhere that HTTP goes', (reference) => {
    expect(resolveReference('http://a/b/c/d;p?q', reference)).toBeUndefined();
  });

  it('may be absolute, with another scheme of HTTP', () => {
    expect(resolveReference('http://a/b', 'https://c/../d')).toBe('https://c/d');
  });

  it('follows a base without a path', () => {
    expect(resolveReference('http://a', 'b')).toBe('http://a/b');
    expect(resolveReference('http://a?q', '#f')).toBe('http://a?q#f');
  });

  it('is percent-encoded where people write what a URI cannot hold', () => {
    expect(resolveReference('http://a/', 'my page.html?q=ä"')).toBe('http://a/my%20page.html?q=%C3%A4%22');
    expect(resolveReference('http://a/', '/100%?p=%4')).toBe('http://a/100%25?p=%254');
    expect(resolveReference('http://a/', '%41\ud800')).toBe('http://a/%41%EF%BF%BD');
  });

  it('needs a base that is a ServerURI', () => {
    expect(resolveReference('about:blank', '/x')).toBeUndefined();
  });
});
