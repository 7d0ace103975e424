import { describe, expect, it } from 'vitest';
import { formatClientUri, parseClientUri } from './client-uri.ts';

const name = (text: string): object => ({ kind: 'name', name: text });

describe('a ClientURI', () => {
  it('has a MOID, a MIID and a path of real names', () => {
    const text = 'urn:oma:mo:oma-fumo:1.0/fumo/Download/PkgURL';
    expect(parseClientUri(text)).toEqual({
      ok: true,
      value: {
        text,
        moid: 'urn:oma:mo:oma-fumo:1.0',
        miid: name('fumo'),
        path: [name('Download'), name('PkgURL')],
        nodeValues: [],
      },
    });
  });

  it('may leave the MIID empty and mean the root by an empty path', () => {
    expect(parseClientUri('urn:oma:mo:m:1.0//')).toMatchObject({
      ok: true,
      value: { miid: undefined, path: [] },
    });
    expect(parseClientUri('urn:oma:mo:m:1.0//Data')).toMatchObject({
      ok: true,
      value: { miid: undefined, path: [name('Data')] },
    });
  });

  it('may lack urn: in its MOID', () => {
    const text = 'oma:mo:oma-dm-dmacc:1.2/a/Name';
    expect(parseClientUri(text)).toMatchObject({
      ok: true,
      value: { text, moid: 'urn:oma:mo:oma-dm-dmacc:1.2' },
    });
  });

  it('takes * and x-names wherever a name may stand', () => {
    expect(parseClientUri('urn:oma:mo:m:1.0/*/Data/(y)/*')).toMatchObject({
      ok: true,
      value: { miid: { kind: 'any' }, path: [name('Data'), { kind: 'x', name: 'y' }, { kind: 'any' }] },
    });
  });

  it('carries several nv and a cv', () => {
    const text = 'urn:oma:mo:m:1.0/(x)/Data/(y)/Value?nv=(x)/ID:GPS&nv=(y)/Meta/Date:12:2&cv=W%2F7';
    expect(parseClientUri(text)).toMatchObject({
      ok: true,
      value: {
        nodeValues: [
          { x: 'x', path: ['ID'], value: 'GPS' },
          { x: 'y', path: ['Meta', 'Date'], value: '12:2' },
        ],
        cacheValidator: 'W/7',
      },
    });
  });

  it('is percent-decoded in names and values, so that an encoded sign is just a character', () => {
    expect(parseClientUri('urn:oma:mo:m:1.0/%2A/%28x%29/a%2Fb/caf%C3%A9')).toMatchObject({
      ok: true,
      value: { miid: name('*'), path: [name('(x)'), name('a/b'), name('café')] },
    });
    expect(parseClientUri('urn:oma:mo:m:1.0/(x)/?nv=(x)/a%3Ab:c%26d')).toMatchObject({
      ok: true,
      value: { nodeValues: [{ x: 'x', path: ['a:b'], value: 'c&d' }] },
    });
  });

  it('may end in a slash, lack the one after the MIID and carry parameters nobody knows', () => {
    expect(parseClientUri('urn:oma:mo:m:1.0/left/Data/')).toMatchObject({ value: { path: [name('Data')] } });
    expect(parseClientUri('urn:oma:mo:m:1.0/left')).toMatchObject({
      value: { miid: name('left'), path: [] },
    });
    expect(parseClientUri('urn:oma:mo:m:1.0//?new=1&&cv=3')).toMatchObject({
      ok: true,
      value: { cacheValidator: '3' },
    });
  });

  it.each([
    ['', 'client_uri_moid'],
    ['/', 'client_uri_moid'],
    ['urn:oma:mo:m:1.0', 'client_uri_moid'],
    ['urn:oma:mo:m:1.0?cv=1/a/', 'client_uri_moid'],
    ['urn:a//', 'client_uri_moid'],
    ['./DevInfo/DevID', 'client_uri_moid'],
    ['https://example.com/x', 'client_uri_moid'],
    ['urn:oma:mo:m:1.0/', 'client_uri_path'],
    ['urn:oma:mo:m:1.0/left//Data', 'client_uri_path'],
    ['urn:oma:mo:m:1.0///', 'client_uri_path'],
    ['urn:oma:mo:m:1.0/left/%', 'client_uri_path'],
    ['urn:oma:mo:m:1.0/left/%ff', 'client_uri_path'],
    ['urn:oma:mo:m:1.0/%zz/', 'client_uri_path'],
    ['urn:oma:mo:m:1.0/left/a b', 'client_uri_characters'],
    ['urn:oma:mo:m:1.0/left/ä', 'client_uri_characters'],
    ['urn:oma:mo:m:1.0/left/#a', 'client_uri_characters'],
    ['urn:oma:mo:m:1.0/(x)/?nv=(x)ID:1', 'client_uri_query'],
    ['urn:oma:mo:m:1.0/(x)/?nv=(x)/ID', 'client_uri_query'],
    ['urn:oma:mo:m:1.0/(x)/?nv=(x)/:1', 'client_uri_query'],
    ['urn:oma:mo:m:1.0/(x)/?nv=(x)/*:1', 'client_uri_query'],
    ['urn:oma:mo:m:1.0/(x)/?nv=()/ID:1', 'client_uri_query'],
    ['urn:oma:mo:m:1.0/(x)/?nv=x/ID:1', 'client_uri_query'],
    ['urn:oma:mo:m:1.0/left/?nv=(x)/ID:1', 'client_uri_query'],
    ['urn:oma:mo:m:1.0/(x)/?cv=%', 'client_uri_query'],
  ])('%j is refused as %s', (text, code) => {
    expect(parseClientUri(text, '$.CMD[0][1]')).toMatchObject({
      ok: false,
      fault: { code, path: '$.CMD[0][1]' },
    });
  });

  it('shows no password when a ServerURI stands in its place', () => {
    const result = parseClientUri('https://user:hunter2@example.com/x');
    expect(JSON.stringify(result)).toContain('example.com');
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});

describe('writing a ClientURI', () => {
  it('takes real names as strings and keeps them from looking like signs', () => {
    const moid = 'urn:oma:mo:oma-fumo:1.0';
    expect(formatClientUri({ moid, miid: 'fumo', path: ['Download', 'PkgURL'] })).toBe(
      'urn:oma:mo:oma-fumo:1.0/fumo/Download/PkgURL',
    );
    expect(formatClientUri({ moid })).toBe('urn:oma:mo:oma-fumo:1.0//');
    expect(formatClientUri({ moid, miid: '*', path: ['(x)', 'a/b', 'é'] })).toBe(
      'urn:oma:mo:oma-fumo:1.0/%2A/%28x)/a%2Fb/%C3%A9',
    );
  });

  it('writes signs, nv and cv as such', () => {
    expect(
      formatClientUri({
        moid: 'urn:oma:mo:m:1.0',
        miid: { kind: 'x', name: 'x' },
        path: [{ kind: 'any' }],
        nodeValues: [{ x: 'x', path: ['a:b', 'c'], value: '1&2' }],
        cacheValidator: '7',
      }),
    ).toBe('urn:oma:mo:m:1.0/(x)/*?nv=(x)/a%3Ab/c:1%262&cv=7');
  });

  it('does not throw at a name that UTF-8 cannot carry', () => {
    expect(formatClientUri({ moid: 'urn:oma:mo:m:1.0', miid: '\ud800' })).toBe('urn:oma:mo:m:1.0/%EF%BF%BD/');
  });
});
