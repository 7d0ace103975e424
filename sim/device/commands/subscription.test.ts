/** SUB and UNSUB (protocol.md section 4). */
import { describe, expect, test } from 'vitest';
import { failure, http, mo, runPendingWork, runSession } from '../testing/scripted-driver.ts';
import { testDevice } from '../testing/test-device.ts';

const M = 'urn:oma:mo:m:1.0';
const TO = 'http://dr.example/sub';
const DR = 'http://dr.example/data';
const repository = {
  [`PUT ${TO}`]: Array.from({ length: 9 }, () => http(200)),
  [`GET ${DR}`]: mo([
    { ClientURI: `${M}/left/Data/1`, MOData: { Value: 99, Date: '1.1' } },
    { ClientURI: `${M}/left/ID`, MOData: 'Compass' },
  ]),
};

/** SUB of a ClientURI, then commands; what was PUT. */
function subscribed(uri: string, ...commands: string[][]) {
  const run = runSession(testDevice(), { packages: [[['SUB', TO, uri], ...commands]], repository });
  return run.transfers
    .filter(({ method }) => method === 'PUT')
    .map(({ body }) =>
      (JSON.parse(body ?? '') as { ClientURI: string; MOData: unknown }[]).map((entry) => [
        entry.ClientURI,
        entry.MOData,
      ]),
    );
}

describe('SUB', () => {
  test('puts the sub-tree after each change below it, before the next command runs', () => {
    const run = runSession(testDevice(), {
      packages: [
        [
          ['SUB', TO, `${M}/left/Data`],
          ['DELETE', `${M}/left/Data/1`],
          ['GET', `${M}/left/ID`],
          ['DELETE', `${M}/left/Data/2`],
        ],
      ],
      repository,
    });
    expect(run.lines.slice(2, -6)).toEqual([
      'start SUB',
      'end SUB 200',
      'start DELETE',
      'end DELETE 200',
      `PUT ${TO}`,
      'start GET',
      'end GET 200',
      'start DELETE',
      'end DELETE 200',
      `PUT ${TO}`,
      'iteration',
    ]);
    expect(run.transfers[0]?.headers['Content-Type']).toBe('application/vnd.oma.dm.mo+json');
  });

  test('sends the sub-tree as it is after the change', () => {
    expect(subscribed(`${M}/left/Data`, ['DELETE', `${M}/left/Data/1`])).toEqual([
      [[`${M}/left/Data`, { '2': { Date: '12.2', Value: 12 } }]],
    ]);
  });

  test('sends once for all that one command changes', () => {
    expect(subscribed(`${M}/left/`, ['HGET', DR])).toHaveLength(1);
  });

  test('sends nothing for changes elsewhere, nor for a command that changes nothing', () => {
    expect(subscribed(`${M}/right/`, ['HGET', DR], ['DELETE', `${M}/left/Data/1`])).toEqual([]);
    expect(subscribed(`${M}/left/ID`, ['DELETE', `${M}/left/Data/1`])).toEqual([]);
    expect(subscribed(`${M}/left/`, ['DELETE', `${M}/left/Data/9`], ['GET', `${M}/left/`])).toEqual([]);
    expect(subscribed(`${M}/left/`, ['HGET', DR], ['HGET', DR])).toHaveLength(1);
  });

  test('tells by an empty array that the sub-tree is gone', () => {
    expect(subscribed(`${M}/left/Data/1`, ['DELETE', `${M}/left/`])).toEqual([[]]);
  });

  test('says nothing when an empty MIID has come to mean several instances, for nothing is gone', () => {
    expect(subscribed(`${M}//Data`, ['DELETE', `${M}/left/Data/1`])).toEqual([]);
  });

  test('holds for wildcards and x-names', () => {
    expect(subscribed(`${M}/*/Data/*/Value`, ['HGET', DR])[0]).toContainEqual([`${M}/left/Data/1/Value`, 99]);
    const gps = `${M}/(x)/Data?nv=(x)/ID:GPS`;
    expect(subscribed(gps, ['DELETE', `${M}/left/Data/1`])).toHaveLength(1);
    expect(subscribed(gps, ['DELETE', `${M}/right/Data/1`])).toEqual([]);
  });

  test('holds for later sessions', () => {
    const device = testDevice();
    runSession(device, { packages: [[['SUB', TO, `${M}/left/`], ['END']]] });
    const later = testDevice({ memory: device.fold() });
    const run = runSession(later, { packages: [[['DELETE', `${M}/left/Data/1`]]], repository });
    expect(run.requests).toEqual([`PUT ${TO}`]);
  });

  test('a PUT that fails is nobody’s status', () => {
    const run = runSession(testDevice(), {
      packages: [
        [
          ['SUB', TO, `${M}/left/`],
          ['DELETE', `${M}/left/Data/1`],
        ],
      ],
      repository: { [`PUT ${TO}`]: failure('connect_refused') },
    });
    expect(run.statuses.map(({ sc }) => sc)).toEqual([200, 200]);
    expect(run.requests).toEqual([`PUT ${TO}`]);
  });

  test('of the same ClientURI again replaces the ServerURI', () => {
    const run = runSession(testDevice(), {
      packages: [
        [
          ['SUB', TO, `${M}/left/`],
          ['SUB', DR, `${M}/left/`],
          ['DELETE', `${M}/left/Data/1`],
        ],
      ],
    });
    expect(run.requests).toEqual([`PUT ${DR}`]);
  });

  test('asynchronous work tells the subscribers, too', () => {
    const device = testDevice();
    const image = 'http://dr.example/fw.bin';
    const fumo = 'urn:oma:mo:oma-fumo:1.0/apps';
    const script = {
      packages: [
        [
          ['HGET', 'http://dr.example/config'],
          ['SUB', TO, 'urn:oma:mo:oma-dm-devinfo:1.2//FwV'],
          ['EXEC', `${fumo}/DownloadAndUpdate`, 'http://dms.example/report'],
        ],
      ],
      repository: {
        ...repository,
        'GET http://dr.example/config': mo([
          { ClientURI: `${fumo}/DownloadAndUpdate/PkgURL`, MOData: image },
        ]),
        [`GET ${image}`]: http(200),
      },
    };
    runSession(device, script);
    expect(runPendingWork(device, script).requests).toEqual([`GET ${image}`, `PUT ${TO}`]);
  });

  test('beyond the limit is 500', () => {
    const run = runSession(testDevice({ limits: { maxRemembered: 1 } }), {
      packages: [
        [
          ['SUB', TO, `${M}/left/`],
          ['SUB', TO, `${M}/right/`],
          ['SUB', DR, `${M}/left/`],
        ],
      ],
    });
    expect(run.statuses.map(({ sc }) => sc)).toEqual([200, 500, 200]);
  });
});

describe('UNSUB', () => {
  test('stops the PUTs', () => {
    expect(subscribed(`${M}/left/`, ['UNSUB', `${M}/left/`], ['DELETE', `${M}/left/Data/1`])).toEqual([]);
  });

  test('is 404 unless the ClientURI equals that of an earlier SUB', () => {
    const run = runSession(testDevice(), {
      packages: [
        [
          ['UNSUB', `${M}/left/`],
          ['SUB', TO, `${M}/left/`],
          ['UNSUB', `${M}/left`],
          ['UNSUB', `${M}/*/`],
          ['UNSUB', `${M}/left/`],
          ['UNSUB', `${M}/left/`],
        ],
      ],
    });
    expect(run.statuses.map(({ sc }) => sc)).toEqual([404, 200, 404, 404, 200, 404]);
  });
});
