/** The fingerprint: equal for what must be equal, different for the rest. */
import { describe, expect, test } from 'vitest';
import { decodeCommand } from '../protocol/command.ts';
import { type Status } from '../protocol/status.ts';
import { Fingerprint, NoFingerprint } from './fingerprint.ts';
import { http, mo, runSession } from './testing/scripted-driver.ts';
import { testDevice } from './testing/test-device.ts';

const GET = ['GET', 'urn:oma:mo:m:1.0/left/ID'];

function of(...executed: [readonly string[], Status][]): string {
  const fingerprint = new Fingerprint();
  for (const [words, status] of executed) fingerprint.addCommand(decodeCommand(words, '$'), status);
  return fingerprint.value().join();
}

function data(
  moData: string | number | Record<string, string>,
  clientUri = 'urn:oma:mo:m:1.0/left/ID',
): Status {
  return { sc: 200, mo: [{ clientUri, moData }] };
}

describe('two devices have different fingerprints when they differ in', () => {
  const base = of([GET, { sc: 200 }]);
  test.each<[string, string]>([
    ['the command', of([['DELETE', GET[1] ?? ''], { sc: 200 }])],
    ['a ClientURI', of([['GET', 'urn:oma:mo:m:1.0/right/ID'], { sc: 200 }])],
    ['the number of ClientURIs', of([[...GET, GET[1] ?? ''], { sc: 200 }])],
    ['the status code', of([GET, { sc: 404 }])],
    ['the ClientURIs in the status', of([GET, { sc: 200, uris: ['urn:oma:mo:m:1.0/left/'] }])],
    ['the data', of([GET, data('GPS')])],
    ['the number of commands', of([GET, { sc: 200 }], [GET, { sc: 200 }])],
  ])('%s', (_what, other) => {
    expect(other).not.toBe(base);
  });

  test('the order of the commands', () => {
    const end = ['END'];
    expect(of([GET, { sc: 200 }], [end, { sc: 200 }])).not.toBe(of([end, { sc: 200 }], [GET, { sc: 200 }]));
  });

  test('the kind, the names or the values of data', () => {
    const all = [
      data('1'),
      data(1),
      data({ '1': '' }),
      data({ a: '1' }),
      data({ a: '', b: '1' }),
      data('1', 'x'),
    ];
    expect(new Set(all.map((status) => of([GET, status]))).size).toBe(all.length);
  });

  test('path or query of a ServerURI', () => {
    const show = (uri: string) => of([['SHOW', uri], { sc: 200 }]);
    const uris = ['http://a/', 'http://a/x', 'http://a/x?y', 'http://a/x?z'];
    expect(new Set(uris.map(show)).size).toBe(uris.length);
  });
});

describe('two runs have the same fingerprint although they differ in', () => {
  test('scheme, host or port of a ServerURI', () => {
    const show = (uri: string) => of([['SHOW', uri], { sc: 200 }]);
    expect(show('http://127.0.0.1:8080/ui?d=1')).toBe(show('https://localhost:9090/ui?d=1'));
  });

  test('the host in a value', () => {
    expect(of([GET, data('http://127.0.0.1:1/fw')])).toBe(of([GET, data('http://127.0.0.1:2/fw')]));
  });

  test('cache validators', () => {
    const get = (cv: string) =>
      of([
        ['GET', `urn:oma:mo:m:1.0/left/ID?cv=${cv}`],
        { sc: 200, mo: [{ clientUri: 'urn:oma:mo:m:1.0/left/ID', cv, moData: 'GPS' }] },
      ]);
    expect(get('a1')).toBe(get('b2'));
  });
});

test('one other status code changes about half of the 64 bits', () => {
  let bits = 0;
  for (let i = 0; i < 200; i++) {
    const uri = `urn:oma:mo:m:1.0/left/Data/${i}`;
    const [a, b] = [200, 201].map((sc) => {
      const fingerprint = new Fingerprint();
      fingerprint.addCommand(decodeCommand(['GET', uri], '$'), { sc });
      return fingerprint.value();
    });
    for (const half of [0, 1] as const)
      for (let rest = ((a?.[half] ?? 0) ^ (b?.[half] ?? 0)) >>> 0; rest > 0; rest = Math.floor(rest / 2))
        bits += rest % 2;
  }
  expect(bits / 200).toBeGreaterThan(28);
  expect(bits / 200).toBeLessThan(36);
});

test('it goes on where it was folded', () => {
  const whole = new Fingerprint();
  whole.addNumber(1);
  whole.addText('x');
  const first = new Fingerprint();
  first.addNumber(1);
  const second = new Fingerprint(first.value());
  second.addText('x');
  expect(second.value()).toEqual(whole.value());
});

test('a hundred thousand similar numbers leave no two fingerprints alike', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 100_000; i++) {
    const fingerprint = new Fingerprint();
    fingerprint.addNumber(i);
    seen.add(fingerprint.value().join());
  }
  expect(seen.size).toBe(100_000);
});

describe('a device', () => {
  const packages = (host: string) => [
    [
      ['HGET', `http://${host}/data`, 'urn:oma:mo:oma-fumo:1.0//DownloadAndUpdate/PkgURL'],
      ['SHOW', `http://${host}/ui`],
      ['GET', 'urn:oma:mo:oma-fumo:1.0//', 'urn:oma:mo:oma-dm-dmacc:1.2//SrvURI'],
    ],
    [['EXEC', 'urn:oma:mo:oma-fumo:1.0//DownloadAndUpdate'], ['END']],
  ];
  function fingerprintAt(host: string, seed = 7, index = 0) {
    const device = testDevice({ seed, index, serverUri: `http://${host}/dm` });
    runSession(device, {
      packages: packages(host),
      repository: {
        [`GET http://${host}/data`]: mo({ MOData: `http://${host}/fw.bin` }),
        [`GET http://${host}/fw.bin`]: http(200),
      },
    });
    return device.fingerprint.value();
  }

  test('has the same fingerprint whatever port the server got', () => {
    expect(fingerprintAt('127.0.0.1:41000')).toEqual(fingerprintAt('127.0.0.1:52000'));
  });

  test('has another one than its neighbour, and than itself with another seed', () => {
    expect(fingerprintAt('a', 7, 1)).not.toEqual(fingerprintAt('a', 7, 0));
    expect(fingerprintAt('a', 8, 0)).not.toEqual(fingerprintAt('a', 7, 0));
  });
});

test('a device that is to leave none has the same whatever it does', () => {
  const fingerprint: Fingerprint = new NoFingerprint();
  fingerprint.addText('IMEI:350000000000019');
  fingerprint.addNumber(200);
  fingerprint.addCommand(decodeCommand(GET, '$'), data('value'));
  expect(fingerprint.value()).toEqual(new NoFingerprint().value());
});
