/** EXEC: firmware updates and other work, awaited or reported in a session of its own (protocol.md sections 4 and 7). */
import { describe, expect, test } from 'vitest';
import { type HttpResult } from '../effect.ts';
import { type ExecBehaviour } from '../profile.ts';
import { failure, http, mo, runPendingWork, runSession } from '../testing/scripted-driver.ts';
import { testDevice, type TestDeviceOptions } from '../testing/test-device.ts';

const FUMO = 'urn:oma:mo:oma-fumo:1.0/apps';
const FWV = 'urn:oma:mo:oma-dm-devinfo:1.2//FwV';
const SHOOT = 'urn:oma:mo:ext-acme-camera:1.0//Shoot';
const CONFIG = 'http://dr.example/config';
const IMAGE = 'http://dr.example/fw/acme-2.1.bin?x=1';
const REPORT = 'http://dms.example/report';
const STATES = 'http://dr.example/states';

const image = http(200, '', 'application/octet-stream');
/** Sets PkgURL (and PkgVersion), as a server does before an EXEC. */
function prepare(operation: string, url = IMAGE, version?: string): HttpResult {
  const data = { [operation]: { PkgURL: url } };
  return mo([
    { ClientURI: `${FUMO}/`, MOData: version === undefined ? data : { ...data, PkgVersion: version } },
  ]);
}

function exec(
  operation: string,
  answer: HttpResult,
  options: TestDeviceOptions = {},
  url = IMAGE,
  version?: string,
) {
  const run = runSession(testDevice(options), {
    packages: [
      [
        ['HGET', CONFIG],
        ['SUB', STATES, `${FUMO}/State`],
      ],
      [
        ['EXEC', `${FUMO}/${operation}`],
        ['GET', `${FUMO}/State`],
        ['GET', FWV],
      ],
    ],
    repository: {
      [`GET ${CONFIG}`]: prepare(operation, url, version),
      [`GET ${url}`]: answer,
      [`PUT ${STATES}`]: Array<HttpResult>(9).fill(http(200)),
    },
  });
  const [command, state, firmware] = run.statuses;
  return {
    sc: command?.sc,
    state: state?.MO?.[0]?.['MOData'],
    firmware: firmware?.MO?.[0]?.['MOData'],
    /** As told to the subscriber. */
    walk: run.transfers
      .filter(({ method }) => method === 'PUT')
      .map(({ body }) => (JSON.parse(body ?? '') as { MOData: number }[])[0]?.MOData),
    run,
  };
}

function failing(code: number): TestDeviceOptions {
  const behaviour: ExecBehaviour = {
    duration: { kind: 'constant', ms: 500 },
    maxMs: 2_000,
    download: true,
    results: [{ code, weight: 1 }],
  };
  return { profile: { exec: behaviour } };
}

describe('a firmware update that is waited for', () => {
  test('downloads the package, walks the states, takes its time and changes FwV', () => {
    const { sc, state, firmware, walk, run } = exec('DownloadAndUpdate', image);
    expect(sc).toBe(200);
    expect(walk).toEqual([30, 40, 50, 60, 100]);
    expect(state).toBe(100);
    expect(firmware).toBe('acme-2.1');
    expect(run.elapsedMs).toBe(1_000);
    const transfer = run.transfers.find(({ serverUri }) => serverUri === IMAGE);
    expect(transfer).toMatchObject({ method: 'GET', keepBody: false });
    expect(run.lines.indexOf(`GET ${IMAGE}`)).toBeLessThan(run.lines.indexOf('wait exec 1000'));
  });

  test('takes the version from PkgVersion where there is one', () => {
    expect(exec('DownloadAndUpdate', image, {}, IMAGE, '2.1.7').firmware).toBe('2.1.7');
  });

  test('can be told not to fetch the bytes', () => {
    const { sc, run } = exec('DownloadAndUpdate', http(404), {
      profile: {
        exec: {
          duration: { kind: 'constant', ms: 0 },
          maxMs: 1,
          download: false,
          results: [{ code: 200, weight: 1 }],
        },
      },
    });
    expect(sc).toBe(200);
    expect(run.requests).not.toContain(`GET ${IMAGE}`);
  });

  test('never takes longer than its bound', () => {
    const { run } = exec('DownloadAndUpdate', image, {
      profile: {
        exec: {
          duration: { kind: 'constant', ms: 9_000 },
          maxMs: 2_000,
          download: true,
          results: [{ code: 200, weight: 1 }],
        },
      },
    });
    expect(run.elapsedMs).toBe(2_000);
  });

  test.each([
    ['is not there', http(404), 500],
    ['is refused', http(403), 500],
    ['answers 500', http(500), 500],
    ['is too large', failure('body_too_large'), 500],
    ['times out', failure('exchange_timeout'), 500],
    ['cannot be reached', failure('connect_refused'), 503],
  ])('ends in State 20 when the package %s', (_what, answer, code) => {
    const { sc, state, firmware, walk, run } = exec('DownloadAndUpdate', answer);
    expect([sc, state, firmware]).toEqual([code, 20, '1.0']);
    expect(walk).toEqual([30, 20]);
    expect(run.elapsedMs).toBe(0);
  });

  test('ends in State 20 when PkgURL is no URL, and fetches nothing', () => {
    const { sc, state, run } = exec('DownloadAndUpdate', image, {}, 'file:///fw.bin');
    expect([sc, state]).toEqual([500, 20]);
    expect(run.requests).not.toContain('GET file:///fw.bin');
  });

  test('that fails at updating is 500, in State 80, and leaves FwV alone', () => {
    const { sc, state, firmware, walk } = exec('DownloadAndUpdate', image, failing(410));
    expect([sc, state, firmware]).toEqual([500, 80, '1.0']);
    expect(walk).toEqual([30, 40, 50, 60, 80]);
  });

  test('counts a package without end against its repository', () => {
    expect(exec('DownloadAndUpdate', failure('body_too_large')).run.rules).toEqual(['repository.too_large']);
  });
});

describe('Download and Update', () => {
  const repository = { [`GET ${CONFIG}`]: prepare('Download'), [`GET ${IMAGE}`]: image };

  test('Download alone ends in State 40 with the old firmware', () => {
    const { sc, state, firmware, walk } = exec('Download', image);
    expect([sc, state, firmware]).toEqual([200, 40, '1.0']);
    expect(walk).toEqual([30, 40]);
  });

  test('Update installs what was downloaded, and then there is nothing more to install', () => {
    const run = runSession(testDevice(), {
      packages: [
        [
          ['HGET', CONFIG],
          ['EXEC', `${FUMO}/Download`],
          ['EXEC', `${FUMO}/Update`],
          ['GET', `${FUMO}/State`, FWV],
        ],
        [['EXEC', `${FUMO}/Update`]],
      ],
      repository,
    });
    expect(run.ended.map(([, sc]) => sc)).toEqual([200, 200, 200, 200, 405, 200]);
    const look = JSON.parse(run.exchanges[1]?.body ?? '') as { Status: { MO?: { MOData: unknown }[] }[] };
    expect(look.Status[3]?.MO?.map(({ MOData }) => MOData)).toEqual([100, 'acme-2.1']);
  });

  test('an Update that fails is in State 70 and keeps the package, so that it may be tried again', () => {
    const device = testDevice();
    runSession(device, { packages: [[['HGET', CONFIG], ['EXEC', `${FUMO}/Download`], ['END']]], repository });
    const unlucky = testDevice({ ...failing(410), memory: device.fold() });
    const packages = [
      [
        ['EXEC', `${FUMO}/Update`],
        ['GET', `${FUMO}/State`],
      ],
    ];
    const first = runSession(unlucky, { packages });
    expect(first.statuses[0]?.sc).toBe(500);
    expect(first.statuses[1]?.MO?.[0]?.['MOData']).toBe(70);
    const second = runSession(testDevice({ memory: unlucky.fold() }), { packages });
    expect(second.statuses[0]?.sc).toBe(200);
    expect(second.statuses[1]?.MO?.[0]?.['MOData']).toBe(100);
  });

  test('Update without a package is 405', () => {
    const run = runSession(testDevice(), { packages: [[['EXEC', `${FUMO}/Update`]]] });
    expect(run.statuses).toEqual([{ sc: 405 }]);
  });
});

describe('with a ServerURI', () => {
  const packages = [
    [
      ['HGET', CONFIG],
      ['EXEC', `${FUMO}/DownloadAndUpdate`, REPORT],
      ['GET', FWV],
    ],
  ];
  const repository = { [`GET ${CONFIG}`]: prepare('DownloadAndUpdate'), [`GET ${IMAGE}`]: image };

  test('is 202 at once; the work is done after the session and reported to that URI in a session of its own', () => {
    const device = testDevice();
    const first = runSession(device, { packages, repository });
    expect(first.statuses.map(({ sc }) => sc)).toEqual([200, 202, 200]);
    expect(first.statuses[2]?.MO?.[0]?.['MOData']).toBe('1.0');
    expect(first.requests).toEqual([`GET ${CONFIG}`]);
    expect(first.elapsedMs).toBe(0);

    const work = runPendingWork(device, { repository });
    expect(work.requests).toEqual([`GET ${IMAGE}`]);
    expect(work.elapsedMs).toBe(1_000);
    const { trigger } = work;
    if (trigger === undefined) throw new Error('no trigger');

    const report = runSession(device, { trigger, packages: [[['GET', FWV]]] });
    expect(report.exchanges[0]?.serverUri).toBe(REPORT);
    expect(report.bodies[0]?.['Alert']).toEqual([
      { AlertType: 'urn:oma:at:dm:2.0:ClientInitiatedMgmt' },
      {
        AlertType: 'urn:oma:at:fumo:1.0:OperationComplete',
        SourceURI: `${FUMO}/DownloadAndUpdate`,
        Data: { ResultCode: 200 },
      },
    ]);
    expect(report.statuses[0]?.MO?.[0]?.['MOData']).toBe('acme-2.1');
    expect(runPendingWork(device).trigger).toBeUndefined();
  });

  test.each([
    [http(404), 400],
    [http(401), 406],
    [failure('exchange_timeout'), 407],
    [http(503), 500],
    [failure('connect_refused'), 501],
  ])('reports what went wrong by a FUMO result code (%#)', (answer, code) => {
    const device = testDevice();
    runSession(device, { packages, repository });
    const { trigger } = runPendingWork(device, { repository: { [`GET ${IMAGE}`]: answer } });
    expect(trigger).toMatchObject({ alerts: [{ data: { ResultCode: code } }] });
  });

  test('the work outlives a fold, and is done from its start when it was cut', () => {
    const device = testDevice();
    runSession(device, { packages, repository });
    const later = testDevice({ memory: device.fold() });
    const cut = runPendingWork(later, { repository, cutAt: ({ kind }) => kind === 'wait' });
    expect(cut.trigger).toBeUndefined();
    expect(runPendingWork(later, { repository }).trigger).toMatchObject({
      kind: 'report',
      serverUri: REPORT,
    });
  });

  test('several are done in the order of their EXECs', () => {
    const device = testDevice();
    runSession(device, {
      packages: [
        [
          ['EXEC', SHOOT, `${REPORT}/1`],
          ['EXEC', SHOOT, `${REPORT}/2`],
        ],
      ],
    });
    const triggers = [runPendingWork(device).trigger, runPendingWork(device).trigger];
    expect(triggers).toMatchObject([{ serverUri: `${REPORT}/1` }, { serverUri: `${REPORT}/2` }]);
  });

  test('no more wait than the limit says; the next is 503', () => {
    const run = runSession(testDevice({ limits: { maxAsynchronousWork: 2 } }), {
      packages: [Array.from({ length: 3 }, () => ['EXEC', SHOOT, REPORT])],
    });
    expect(run.statuses.map(({ sc }) => sc)).toEqual([202, 202, 503]);
  });
});

describe('nodes outside the FUMO', () => {
  test('an executable one takes its time and is 200', () => {
    const run = runSession(testDevice(), { packages: [[['EXEC', SHOOT]]] });
    expect(run.statuses).toEqual([{ sc: 200 }]);
    expect(run.elapsedMs).toBe(1_000);
  });

  test.each([
    ['a leaf', `${FUMO}/PkgName`, 405],
    ['an interior node', 'urn:oma:mo:m:1.0/left/Data', 405],
    ['a node that is not there', `${FUMO}/Nothing`, 404],
    ['more than one node', `${FUMO}/*`, 404],
  ])('%s that cannot be executed gets its code', (_what, uri, code) => {
    const run = runSession(testDevice(), {
      packages: [
        [
          ['EXEC', uri],
          ['EXEC', uri, REPORT],
        ],
      ],
    });
    expect(run.statuses).toEqual([{ sc: code }, { sc: code }]);
    expect(run.elapsedMs).toBe(0);
  });

  test('results are drawn by the weights of the profile, the same for the same seed', () => {
    const draw = (seed: number) =>
      runSession(
        testDevice({
          seed,
          profile: {
            exec: {
              duration: { kind: 'uniform', minMs: 0, maxMs: 100 },
              maxMs: 100,
              download: true,
              results: [
                { code: 200, weight: 3 },
                { code: 500, weight: 1 },
              ],
            },
          },
        }),
        { packages: [Array.from({ length: 400 }, () => ['EXEC', SHOOT])] },
      );
    const first = draw(1);
    const failed = first.ended.filter(([, sc]) => sc === 500).length;
    expect(failed).toBeGreaterThan(60);
    expect(failed).toBeLessThan(140);
    expect(draw(1).lines).toEqual(first.lines);
    expect(draw(2).ended).not.toEqual(first.ended);
  });
});
