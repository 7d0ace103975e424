/** GET, HPUT and HPOST: what of the tree is read, and what is sent (protocol.md sections 4 to 6). */
import { describe, expect, test } from 'vitest';
import { failure, http, runSession, type Script } from '../testing/scripted-driver.ts';
import { testDevice } from '../testing/test-device.ts';

const M = 'urn:oma:mo:m:1.0';
const DMACC = 'urn:oma:mo:oma-dm-dmacc:1.2/dmacc';
const DR = 'http://dr.example/in';

function get(...uris: string[]) {
  return runSession(testDevice(), { packages: [[['GET', ...uris]]] }).statuses[0];
}

/** The entries of a GET's data without their validators. */
function dataOf(...uris: string[]) {
  return get(...uris)?.MO?.map((entry) => [entry['ClientURI'], entry['MOData']]);
}

describe('GET', () => {
  test('answers a leaf with its value, under its address and with a cache validator', () => {
    const status = get(`${M}/left/Data/2/Value`);
    expect(status).toEqual({
      sc: 200,
      MO: [{ ClientURI: `${M}/left/Data/2/Value`, CV: expect.any(String) as string, MOData: 12 }],
    });
  });

  test('answers an interior node with all below it', () => {
    expect(dataOf(`${M}/left/Data/1`)).toEqual([[`${M}/left/Data/1`, { Date: '12.1', Value: 11 }]]);
  });

  test('answers every node that wildcards mean', () => {
    expect(dataOf(`${M}/*/Data/*/Value`)).toEqual([
      [`${M}/left/Data/1/Value`, 11],
      [`${M}/left/Data/2/Value`, 12],
      [`${M}/right/Data/1/Value`, 21],
      [`${M}/right/Data/2/Value`, 22],
    ]);
  });

  test('answers the nodes that x-names and nv bind', () => {
    expect(dataOf(`${M}/(x)/Data/(y)/Value?nv=(x)/ID:GPS&nv=(y)/Date:12.2`)).toEqual([
      [`${M}/left/Data/2/Value`, 12],
    ]);
  });

  test('several ClientURIs are answered in their order', () => {
    expect(dataOf(`${M}/right/ID`, `${M}/left/ID`)).toEqual([
      [`${M}/right/ID`, 'Temperature'],
      [`${M}/left/ID`, 'GPS'],
    ]);
  });

  test('is 404 without data when one of several does not resolve', () => {
    expect(get(`${M}/left/ID`, `${M}/middle/ID`)).toEqual({ sc: 404 });
  });

  test('is 404 for an empty MIID of an MO with two instances', () => {
    expect(get(`${M}//ID`)).toEqual({ sc: 404 });
  });

  test('is 405 for a node that may not be read, and leaves such nodes out of what is above', () => {
    expect(get(`${DMACC}/Auth/Noti/Secret`)).toEqual({ sc: 405 });
    expect(dataOf(`${DMACC}/Auth/Noti`)).toEqual([
      [`${DMACC}/Auth/Noti`, { Type: 'SHA256-DIGEST', Data: 'dm-swarm' }],
    ]);
    expect(dataOf(`${DMACC}/*/Noti/*`)?.map(([uri]) => uri)).toEqual([
      `${DMACC}/Auth/Noti/Type`,
      `${DMACC}/Auth/Noti/Data`,
    ]);
  });
});

describe('cv', () => {
  function validatorOf(device: ReturnType<typeof testDevice>): string {
    const run = runSession(device, { packages: [[['GET', `${M}/left/`]]] });
    return String(run.statuses[0]?.MO?.[0]?.['CV']);
  }

  test('is 304 while the MO instance has not changed', () => {
    const device = testDevice();
    const uri = `${M}/left/?cv=${validatorOf(device)}`;
    expect(runSession(device, { packages: [[['GET', uri]]] }).statuses).toEqual([{ sc: 304 }]);
  });

  test('gives data and another validator when anything in the instance has changed', () => {
    const device = testDevice();
    const validator = validatorOf(device);
    const run = runSession(device, {
      packages: [[['DELETE', `${M}/left/Data/1`]], [['GET', `${M}/left/ID?cv=${validator}`]]],
    });
    expect(run.statuses[0]).toMatchObject({ sc: 200, MO: [{ MOData: 'GPS' }] });
    expect(run.statuses[0]?.MO?.[0]?.['CV']).not.toBe(validator);
  });

  test('of several instances leaves out the unchanged one', () => {
    const device = testDevice();
    const run = runSession(device, { packages: [[['GET', `${M}/*/ID?cv=${validatorOf(device)}`]]] });
    expect(run.statuses[0]).toMatchObject({ sc: 200, MO: [{ ClientURI: `${M}/right/ID` }] });
    expect(run.statuses[0]?.MO).toHaveLength(1);
  });
});

describe.each([
  ['HPUT', 'PUT'],
  ['HPOST', 'POST'],
])('%s', (command, method) => {
  const request = `${method} ${DR}`;
  function send(answer: NonNullable<Script['repository']>[string], ...uris: string[]) {
    return runSession(testDevice(), {
      packages: [[[command, DR, ...uris]]],
      repository: { [request]: answer },
    });
  }

  test('sends the data of all its ClientURIs as an array of MO serializations', () => {
    const run = send(http(200), `${M}/left/Data/1`, `${M}/right/ID`);
    expect(run.statuses).toEqual([{ sc: 200 }]);
    expect(run.requests).toEqual([request]);
    expect(run.transfers[0]?.headers).toEqual({ 'Content-Type': 'application/vnd.oma.dm.mo+json' });
    const body = JSON.parse(run.transfers[0]?.body ?? '') as { ClientURI: string; MOData: unknown }[];
    expect(body.map(({ ClientURI, MOData }) => [ClientURI, MOData])).toEqual([
      [`${M}/left/Data/1`, { Date: '12.1', Value: 11 }],
      [`${M}/right/ID`, 'Temperature'],
    ]);
  });

  test.each([201, 202, 204])('is 200 when the repository answers %i', (status) => {
    expect(send(http(status), `${M}/left/ID`).statuses).toEqual([{ sc: 200 }]);
  });

  test.each([302, 403, 404, 406, 415, 500])("has the repository's code %i", (status) => {
    expect(send(http(status), `${M}/left/ID`).statuses).toEqual([{ sc: status }]);
  });

  test('is 503 when the repository cannot be reached', () => {
    expect(send(failure('connect_refused'), `${M}/left/ID`).statuses).toEqual([{ sc: 503 }]);
  });

  test('tries the type that the 415 of a repository names, once', () => {
    const run = send([http(415, '', '', 'application/json'), http(200)], `${M}/left/ID`);
    expect(run.transfers.map(({ headers }) => headers['Content-Type'])).toEqual([
      'application/vnd.oma.dm.mo+json',
      'application/json',
    ]);
    expect(run.statuses).toEqual([{ sc: 200 }]);
  });

  test('is 406 when the repository takes no type that the device has', () => {
    const run = send(http(415, '', '', 'application/xml'), `${M}/left/ID`);
    expect(run.statuses).toEqual([{ sc: 406 }]);
    expect(run.transfers).toHaveLength(1);
  });

  test('sends nothing when one of its ClientURIs does not resolve', () => {
    const run = send(http(200), `${M}/left/ID`, `${M}/left/nothing`);
    expect(run.statuses).toEqual([{ sc: 404 }]);
    expect(run.transfers).toEqual([]);
  });

  test('sends no secret', () => {
    expect(send(http(200), `${DMACC}/Auth/Noti/Secret`).statuses).toEqual([{ sc: 405 }]);
    expect(send(http(200), `${DMACC}/`).transfers[0]?.body).not.toContain('Secret');
  });
});
