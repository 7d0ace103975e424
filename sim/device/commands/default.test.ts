/** DEFAULT (protocol.md section 4). */
import { expect, test } from 'vitest';
import { failure, http, mo, runSession } from '../testing/scripted-driver.ts';
import { testDevice } from '../testing/test-device.ts';

const WLAN = 'urn:oma:mo:ext-acme-wlan:1.0';
const FROM = 'http://dr.example/wlan';
const NEWER = 'http://dr.example/wlan/2';
const wlan = mo([{ ClientURI: `${WLAN}//`, MOData: { SSID: 'home' } }]);

test('is 200 and fetches nothing by itself', () => {
  const run = runSession(testDevice(), { packages: [[['DEFAULT', FROM, WLAN]]] });
  expect(run.statuses).toEqual([{ sc: 200 }]);
  expect(run.transfers).toEqual([]);
});

test.each([
  [['GET', `${WLAN}//SSID`]],
  [['HPUT', 'http://dr.example/in', `${WLAN}//SSID`]],
  [['HPOST', 'http://dr.example/in', `${WLAN}//SSID`]],
  [['DELETE', `${WLAN}//`]],
])('a missing MO is fetched before %j runs, which then finds it', (command) => {
  const run = runSession(testDevice(), {
    packages: [[['DEFAULT', FROM, WLAN], command]],
    repository: {
      [`GET ${FROM}`]: wlan,
      'PUT http://dr.example/in': http(200),
      'POST http://dr.example/in': http(200),
    },
  });
  expect(run.requests[0]).toBe(`GET ${FROM}`);
  expect(run.statuses.map(({ sc }) => sc)).toEqual([200, 200]);
});

test('a bare MOData is taken for the MOID of the DEFAULT', () => {
  const run = runSession(testDevice(), {
    packages: [
      [
        ['DEFAULT', FROM, WLAN],
        ['GET', `${WLAN}//SSID`],
      ],
    ],
    repository: { [`GET ${FROM}`]: mo({ MOData: { SSID: 'home' } }) },
  });
  expect(run.statuses[1]?.MO?.[0]?.['MOData']).toBe('home');
});

test('a newer DEFAULT of the MOID replaces the older, another session later, too', () => {
  const device = testDevice();
  runSession(device, { packages: [[['DEFAULT', FROM, WLAN], ['DEFAULT', NEWER, WLAN], ['END']]] });
  const later = testDevice({ memory: device.fold() });
  const run = runSession(later, {
    packages: [[['GET', `${WLAN}//SSID`]]],
    repository: { [`GET ${NEWER}`]: wlan },
  });
  expect(run.requests).toEqual([`GET ${NEWER}`]);
  expect(run.statuses[0]?.sc).toBe(200);
});

test('is tried once per session, whatever comes of it; the command fails by itself', () => {
  const device = testDevice();
  const get = ['GET', `${WLAN}//SSID`];
  const script = {
    packages: [[['DEFAULT', FROM, WLAN], get, get], [get]],
    repository: { [`GET ${FROM}`]: [failure('connect_refused'), wlan] },
  };
  const run = runSession(device, script);
  expect(run.requests).toEqual([`GET ${FROM}`]);
  expect(run.ended.slice(0, 4).map(([, sc]) => sc)).toEqual([200, 404, 404, 404]);
  expect(runSession(device, script).requests).toEqual([`GET ${FROM}`]);
});

test('is not used for an MO that is there, nor by HGET, which brings the data itself', () => {
  const m = 'urn:oma:mo:m:1.0';
  const run = runSession(testDevice(), {
    packages: [
      [
        ['DEFAULT', FROM, m],
        ['DEFAULT', FROM, WLAN],
        ['GET', `${m}/nothing/ID`],
        ['HGET', NEWER, `${WLAN}//`],
      ],
    ],
    repository: { [`GET ${NEWER}`]: wlan },
  });
  expect(run.requests).toEqual([`GET ${NEWER}`]);
  expect(run.statuses.map(({ sc }) => sc)).toEqual([200, 200, 404, 200]);
});

test('a repository that serves no MO is at fault', () => {
  const run = runSession(testDevice(), {
    packages: [
      [
        ['DEFAULT', FROM, WLAN],
        ['GET', `${WLAN}//SSID`],
      ],
    ],
    repository: { [`GET ${FROM}`]: http(200, '<html>', 'text/html') },
  });
  expect(run.rules).toEqual(['repository.wrong_media_type']);
  expect(run.statuses[1]).toEqual({ sc: 404 });
});

test('what was fetched is told to its subscribers', () => {
  const run = runSession(testDevice(), {
    packages: [
      [
        ['SUB', NEWER, `${WLAN}//`],
        ['DEFAULT', FROM, WLAN],
        ['GET', `${WLAN}//SSID`],
      ],
    ],
    repository: { [`GET ${FROM}`]: wlan, [`PUT ${NEWER}`]: http(200) },
  });
  expect(run.requests).toEqual([`GET ${FROM}`, `PUT ${NEWER}`]);
  expect(run.transfers[1]?.body).toContain('"SSID":"home"');
});
