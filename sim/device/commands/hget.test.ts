/** HGET: what is fetched, where it goes, and what becomes of what is no management data (protocol.md section 4). */
import { describe, expect, test } from 'vitest';
import { type HttpResult } from '../effect.ts';
import { failure, http, mo, runSession } from '../testing/scripted-driver.ts';
import { testDevice } from '../testing/test-device.ts';

const DR = 'http://dr.example/data';
const M = 'urn:oma:mo:m:1.0';
const FUMO = 'urn:oma:mo:oma-fumo:1.0';
const WLAN = 'urn:oma:mo:ext-acme-wlan:1.0';

/** HGET, then a GET of what should be there now: both statuses. */
function hget(answer: HttpResult, aim: string | undefined, lookAt: string) {
  const run = runSession(testDevice(), {
    packages: [[aim === undefined ? ['HGET', DR] : ['HGET', DR, aim], ['GET', lookAt]]],
    repository: { [`GET ${DR}`]: answer },
  });
  const [status, look] = run.statuses;
  return { status, found: look?.MO?.map((entry) => entry['MOData']), run };
}

describe('where the data goes', () => {
  test('an array of MO serializations goes where their ClientURIs say, and the status lists the places', () => {
    const { status, run } = hget(
      mo([
        { ClientURI: `${M}/left/ID`, MOData: 'Compass' },
        { ClientURI: `${FUMO}//`, MOData: { PkgName: 'fw', PkgVersion: '2.0' } },
      ]),
      undefined,
      `${M}/left/ID`,
    );
    expect(status).toEqual({ sc: 200, URI: [`${M}/left/ID`, `${FUMO}/apps/`] });
    expect(run.statuses[1]?.MO?.[0]?.['MOData']).toBe('Compass');
  });

  test('a single MO serialization needs no array', () => {
    const { status, found } = hget(
      mo({ ClientURI: `${M}/left/Data/1/`, MOData: { Value: 99 } }),
      undefined,
      `${M}/left/Data/1`,
    );
    expect(status?.sc).toBe(200);
    expect(found).toEqual([{ Date: '12.1', Value: 99 }]);
  });

  test.each([
    ['the value alone', 'http://dr.example/fw.bin'],
    ["the node's own name", { PkgURL: 'http://dr.example/fw.bin' }],
    ['the names above it', { DownloadAndUpdate: { PkgURL: 'http://dr.example/fw.bin' } }],
    ['a name for the root, too', { fumo: { DownloadAndUpdate: { PkgURL: 'http://dr.example/fw.bin' } } }],
    [
      "the vendor's word for the root",
      { '-acme-': { DownloadAndUpdate: { PkgURL: 'http://dr.example/fw.bin' } } },
    ],
  ])('a bare MOData is aimed at a leaf by the command, given as %s', (_form, data) => {
    const leaf = `${FUMO}/apps/DownloadAndUpdate/PkgURL`;
    const { status, found } = hget(mo({ MOData: data }, 'application/dmmo+json'), leaf, leaf);
    expect(status).toEqual({ sc: 200 });
    expect(found).toEqual(['http://dr.example/fw.bin']);
  });

  test.each([
    ['its children', { PkgName: 'fw', Download: { PkgURL: 'http://dr.example/fw.bin' } }],
    ['the MIID around them', { fumo: { PkgName: 'fw', Download: { PkgURL: 'http://dr.example/fw.bin' } } }],
    [
      'any word around them',
      { FirmwareX: { PkgName: 'fw', Download: { PkgURL: 'http://dr.example/fw.bin' } } },
    ],
  ])('a bare MOData is aimed at the root of an instance, given as %s', (_form, data) => {
    const { status, found } = hget(mo({ MOData: data }), `${FUMO}//`, `${FUMO}//Download/PkgURL`);
    expect(status).toEqual({ sc: 200 });
    expect(found).toEqual(['http://dr.example/fw.bin']);
  });

  test.each([
    ['its children', { Value: 7 }],
    ['its own name', { '1': { Value: 7 } }],
    ['the names above it', { Data: { '1': { Value: 7 } } }],
    ['the MIID, too', { left: { Data: { '1': { Value: 7 } } } }],
  ])('a bare MOData is aimed at an interior node, given as %s', (_form, data) => {
    const { status, found } = hget(mo({ MOData: data }), `${M}/left/Data/1`, `${M}/left/Data/*/Value`);
    expect(status).toEqual({ sc: 200 });
    expect(found).toEqual([7, 12]);
  });

  test('a child with the name of its parent is not taken for a repeated name', () => {
    const { status, found } = hget(
      mo({ MOData: { Data: { Value: 7 } } }),
      `${M}/left/Data`,
      `${M}/left/Data/Value`,
    );
    // "Data" alone repeats the aimed node's own name, and "Value" is then a child of it: a leaf where a set belongs.
    expect(status).toEqual({ sc: 415 });
    expect(found).toBeUndefined();
  });

  test("the command's ClientURI leads where the data's is of the same MO", () => {
    const { status, found } = hget(
      mo([{ ClientURI: `${M}/left/`, MOData: { ID: 'Compass' } }]),
      `${M}/right/`,
      `${M}/*/ID`,
    );
    expect(status).toEqual({ sc: 200 });
    expect(found).toEqual(['GPS', 'Compass']);
  });

  test("below the command's ClientURI the data's own is followed", () => {
    const { found } = hget(
      mo([
        { ClientURI: `${M}//Data/1/Value`, MOData: 1 },
        { ClientURI: `${M}/right/Data/2`, MOData: { Value: 2 } },
      ]),
      `${M}/right/`,
      `${M}/right/Data/*/Value`,
    );
    expect(found).toEqual([1, 2]);
  });

  test('data for another node of the same MO goes there and not where the command aims', () => {
    const { found } = hget(
      mo([
        { ClientURI: `${M}/right/Data/1/Value`, MOData: 1 },
        { ClientURI: `${M}/right/Data/2/Value`, MOData: 2 },
      ]),
      `${M}/right/Data/1/Value`,
      `${M}/right/Data/*/Value`,
    );
    expect(found).toEqual([1, 2]);
  });

  test('data of another MO goes where it says itself, and is listed', () => {
    const { status, found } = hget(
      mo([
        { ClientURI: `${M}/left/ID`, MOData: 'Compass' },
        { ClientURI: `${FUMO}//PkgName`, MOData: 'fw' },
      ]),
      `${FUMO}//`,
      `${M}/left/ID`,
    );
    expect(status).toEqual({ sc: 200, URI: [`${M}/left/ID`] });
    expect(found).toEqual(['Compass']);
  });

  test('a node that is missing is added below what is there', () => {
    const { status, found } = hget(
      mo({ MOData: { Date: '12.3', Value: 33 } }),
      `${M}/left/Data/3`,
      `${M}/left/Data/*/Value`,
    );
    expect(status).toEqual({ sc: 200 });
    expect(found).toEqual([11, 12, 33]);
  });

  test('a leaf below a node that is missing is added together with it', () => {
    const { status, found } = hget(mo({ MOData: 44 }), `${M}/left/Data/4/Value`, `${M}/left/Data/4`);
    expect(status).toEqual({ sc: 200 });
    expect(found).toEqual([{ Value: 44, Date: '' }]);
  });

  test.each([
    ['an empty MIID', `${WLAN}//`, { SSID: 'home', Channel: 11 }],
    ['a MIID that the device does not know', `${WLAN}/mine/`, { SSID: 'home', Channel: 11 }],
    ['a word around the children', `${WLAN}//`, { Wlan: { SSID: 'home', Channel: 11 } }],
  ])('a new MO instance gets its MIID from the device, which lists it (%s)', (_form, clientUri, data) => {
    const { status, found } = hget(mo([{ ClientURI: clientUri, MOData: data }]), undefined, `${WLAN}//`);
    expect(status).toEqual({ sc: 200, URI: [`${WLAN}/wlan1/`] });
    expect(found).toEqual([{ SSID: 'home', Channel: 11 }]);
  });

  test('a new MO instance is listed, too, when the command named the MO', () => {
    const { status } = hget(mo({ MOData: { SSID: 'home' } }), `${WLAN}//`, `${WLAN}//`);
    expect(status).toEqual({ sc: 200, URI: [`${WLAN}/wlan1/`] });
  });

  test('what an HGET brought is there in the next session', () => {
    const device = testDevice();
    const repository = { [`GET ${DR}`]: mo({ MOData: 'Compass' }) };
    runSession(device, { packages: [[['HGET', DR, `${M}/left/ID`], ['END']]], repository });
    const later = testDevice({ memory: device.fold() });
    const run = runSession(later, { packages: [[['GET', `${M}/left/ID`]]] });
    expect(run.statuses[0]?.MO?.[0]?.['MOData']).toBe('Compass');
  });
});

describe('data that cannot be taken in', () => {
  test.each([
    ['a MIID in the command that the device does not know', `${M}/middle/`, { ID: 'x' }, 404],
    ['an empty MIID of an MO with two instances', `${M}//ID`, 'x', 404],
    ['a wildcard that means two nodes', `${M}/*/ID`, 'x', 404],
    ['an MO that the device does not know', 'urn:oma:mo:unheard:1.0//', { a: 'x' }, 404],
    ['a name that the MO does not know', `${FUMO}//`, { PkgName: 'x', Colour: 'red' }, 404],
    ['a leaf that may not be replaced', `${FUMO}//State`, 60, 405],
    ['an MO that is Get only', 'urn:oma:mo:oma-dm-devinfo:1.2//FwV', '9', 405],
    ['a value of the wrong format', `${M}/left/Data/1/Value`, 'warm', 415],
    ['children where a value belongs', `${M}/left/ID`, { ID: { x: 'y' } }, 415],
  ])('%s', (_what, aim, data, code) => {
    const { status, run } = hget(mo({ MOData: data }), aim, `${M}/left/ID`);
    expect(status).toEqual({ sc: code });
    expect(run.rules).toEqual([]);
  });

  test('a serialization is taken in as a whole or not at all', () => {
    const { status, found } = hget(
      mo([{ ClientURI: `${M}/left/`, MOData: { ID: 'Compass', Data: { '1': { Value: 'warm' } } } }]),
      undefined,
      `${M}/left/ID`,
    );
    expect(status).toEqual({ sc: 415 });
    expect(found).toEqual(['GPS']);
  });

  test('one that is refused does not stop the others; the first code counts', () => {
    const { status, found } = hget(
      mo([
        { ClientURI: `${FUMO}//State`, MOData: 60 },
        { ClientURI: `${M}/left/ID`, MOData: 'Compass' },
        { ClientURI: `${M}/middle/ID/deep`, MOData: 'x' },
      ]),
      undefined,
      `${M}/left/ID`,
    );
    expect(status).toEqual({ sc: 405, URI: [`${M}/left/ID`] });
    expect(found).toEqual(['Compass']);
  });

  test('data that nobody gives an address is 415 and a violation', () => {
    const { status, run } = hget(mo({ MOData: { a: 'b' } }), undefined, `${M}/left/ID`);
    expect(status).toEqual({ sc: 415 });
    expect(run.rules).toEqual(['repository.malformed_mo']);
  });

  test('a ClientURI of a hundred thousand names is looked at in no time', () => {
    const startedAt = performance.now();
    const { status } = hget(mo({ MOData: 1 }), `${M}/left/Data/1${'/x'.repeat(100_000)}`, `${M}/left/ID`);
    expect(status).toEqual({ sc: 404 });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('repositories', () => {
  test('are asked for JSON', () => {
    const { run } = hget(mo({ MOData: 'x' }), `${M}/left/ID`, `${M}/left/ID`);
    expect(run.transfers[0]).toMatchObject({
      method: 'GET',
      serverUri: DR,
      keepBody: true,
      maxBytes: 1_048_576,
    });
    expect(run.transfers[0]?.headers['Accept']).toContain('application/json');
  });

  test.each([302, 401, 404, 406, 415, 500, 503])('have their code %i become that of the command', (code) => {
    const { status, run } = hget(http(code, 'no', 'text/html'), `${M}/left/ID`, `${M}/left/ID`);
    expect(status).toEqual({ sc: code });
    expect(run.rules).toEqual([]);
  });

  test('may answer any 2xx, and 204 with nothing to take in', () => {
    const created = { ...mo({ MOData: 'x' }), status: 203 };
    expect(hget(created, `${M}/left/ID`, `${M}/left/ID`)).toMatchObject({
      status: { sc: 200 },
      found: ['x'],
    });
    expect(hget(http(204), `${M}/left/ID`, `${M}/left/ID`)).toMatchObject({
      status: { sc: 200 },
      found: ['GPS'],
    });
  });

  test.each([
    ['no JSON type', http(200, '[]', 'text/html'), 415, 'repository.wrong_media_type'],
    ['no type', http(200, '[]'), 415, 'repository.wrong_media_type'],
    ['broken JSON', http(200, '{"MOData":', 'application/json'), 415, 'repository.malformed_mo'],
    ['no MO', mo({ hello: 'world' }), 415, 'repository.malformed_mo'],
    ['JSON deeper than 64 levels', http(200, deep(100), 'application/json'), 415, 'repository.malformed_mo'],
    ['more than is read', failure('body_too_large'), 413, 'repository.too_large'],
    ['a broken Content-Encoding', failure('encoding_invalid'), 415, 'repository.malformed_mo'],
    ['no HTTP', failure('response_malformed'), 503, 'http.malformed'],
    ['headers without end', failure('headers_too_large'), 503, 'http.headers_too_large'],
  ])('that answer %s are at fault', (_what, answer, code, rule) => {
    const { status, run } = hget(answer, `${M}/left/ID`, `${M}/left/ID`);
    expect(status).toEqual({ sc: code });
    expect(run.rules).toEqual([rule]);
  });

  test.each(['connect_refused', 'connection_closed', 'exchange_timeout', 'dns_failed'] as const)(
    'that cannot be reached (%s) are 503',
    (name) => {
      const { status, run } = hget(failure(name), `${M}/left/ID`, `${M}/left/ID`);
      expect(status).toEqual({ sc: 503 });
      expect(run.rules).toEqual([]);
    },
  );
});

function deep(levels: number): string {
  return `{"MOData":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`;
}
