/** Whole sessions against a script of answers, in virtual time (CR 6.2). */
import { describe, expect, test } from 'vitest';
import { session } from './session.ts';
import { failure, http, Log, package2, runSession } from './testing/scripted-driver.ts';
import { SERVER, testDevice } from './testing/test-device.ts';

const FUMO_STATE = 'urn:oma:mo:oma-fumo:1.0/apps/State';
const DATA = 'http://dr.example/data';

describe('steps 1 to 4', () => {
  test('a session iterates from Package#1 over Package#3 until END', () => {
    const run = runSession(testDevice(), {
      packages: [[['GET', FUMO_STATE]], [['CONT', SERVER]], [['END']]],
    });
    expect(run.lines).toEqual([
      'package 1',
      'delivered 1',
      'start GET',
      'end GET 200',
      'iteration',
      'report 1',
      'package 3',
      'delivered 1',
      'start CONT',
      'end CONT 200',
      'iteration',
      'report 1',
      'package 3',
      'delivered 1',
      'start END',
      'end END 200',
      'iteration',
    ]);
    expect(run.end).toEqual({ outcome: 'completed', reason: 'completed' });
  });

  test('packages carry the DevID, their media type and what the client accepts', () => {
    const device = testDevice();
    const run = runSession(device, { packages: [[['GET', FUMO_STATE]]] });
    expect(run.exchanges.map(({ serverUri, headers }) => ({ serverUri, headers }))).toEqual([
      {
        serverUri: SERVER,
        headers: {
          'Content-Type': 'application/vnd.oma.dm.initiation+json',
          Accept: 'application/vnd.oma.dm.request+json',
          'OMADM-DevID': device.devId,
        },
      },
      {
        serverUri: SERVER,
        headers: {
          'Content-Type': 'application/vnd.oma.dm.response+json',
          Accept: 'application/vnd.oma.dm.request+json',
          'OMADM-DevID': device.devId,
        },
      },
    ]);
  });

  test('a device with credentials sends HTTP Basic, but not in the open what it says under TLS', () => {
    const device = testDevice({
      identity: { devId: 'x', user: 'Aladdin', secret: 'open sesame' },
      serverUri: 'https://dms.example/dm',
    });
    const run = runSession(device, {
      packages: [
        [
          ['HGET', 'https://dms.example/data'],
          ['HGET', DATA],
        ],
        [['CONT', 'http://dms.example/dm']],
      ],
    });
    const basic = 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==';
    expect(run.exchanges.map(({ headers }) => headers['Authorization'])).toEqual([basic, basic, undefined]);
    expect(run.transfers.map(({ headers }) => headers['Authorization'])).toEqual([basic, undefined]);
  });

  test('commands run strictly in the order delivered, and a failing one does not stop the next', () => {
    const run = runSession(testDevice(), {
      packages: [
        [
          ['GET', 'urn:oma:mo:nowhere:1.0//'],
          ['HGET', DATA],
          ['DELETE', FUMO_STATE],
          ['GET', FUMO_STATE],
        ],
      ],
    });
    expect(run.ended.slice(0, 4)).toEqual([
      ['GET', 404],
      ['HGET', 404],
      ['DELETE', 405],
      ['GET', 200],
    ]);
    expect(run.statuses.map(({ sc }) => sc)).toEqual([404, 404, 405, 200]);
  });

  test('END runs the other commands and sends no Package#3', () => {
    const run = runSession(testDevice(), { packages: [[['GET', FUMO_STATE], ['END']]] });
    expect(run.ended).toEqual([
      ['GET', 200],
      ['END', 200],
    ]);
    expect(run.exchanges).toHaveLength(1);
    expect(run.reported).toEqual([]);
    expect(run.iterations).toBe(1);
  });

  test('a command behind END is executed, and counted against the server', () => {
    const run = runSession(testDevice(), { packages: [[['END'], ['GET', FUMO_STATE]]] });
    expect(run.ended).toEqual([
      ['END', 200],
      ['GET', 200],
    ]);
    expect(run.rules).toEqual(['package2.command_behind_end']);
    expect(run.end?.reason).toBe('completed');
  });

  test('an unknown command is 501 and a malformed one 400; the commands after them run', () => {
    const run = runSession(testDevice(), {
      packages: [[['REBOOT'], ['SHOW'], ['GET', 5], 'END', ['HGET', 'ftp://x/'], ['GET', FUMO_STATE]]],
    });
    expect(run.statuses.map(({ sc }) => sc)).toEqual([501, 400, 400, 501, 400, 200]);
    expect([...run.rules].sort()).toEqual([
      'package2.command_not_an_array',
      'package2.malformed_command',
      'package2.malformed_command',
      'package2.malformed_command',
      'package2.unknown_command',
    ]);
  });

  test('an empty CMD is a violation and answered with an empty Status', () => {
    const run = runSession(testDevice(), { packages: [[]] });
    expect(run.rules).toEqual(['package2.empty']);
    expect(run.bodies[1]).toEqual({ Status: [] });
    expect(run.end?.reason).toBe('completed');
  });

  test('CONT holds from the very next package on', () => {
    const other = 'https://other.example/s/1?x=2';
    const run = runSession(testDevice(), { packages: [[['CONT', other]], [['GET', FUMO_STATE]]] });
    expect(run.exchanges.map(({ serverUri }) => serverUri)).toEqual([SERVER, other, other]);
  });

  test('the next session starts at the account again, whatever CONT said', () => {
    const device = testDevice();
    runSession(device, { packages: [[['CONT', 'https://other.example/'], ['END']]] });
    expect(runSession(device).exchanges[0]?.serverUri).toBe(SERVER);
  });

  test('each command takes its simulated latency before it runs, END none', () => {
    const run = runSession(
      testDevice({ latencies: { all: { kind: 'constant', ms: 10 }, GET: { kind: 'constant', ms: 25 } } }),
      { packages: [[['GET', FUMO_STATE], ['CONT', SERVER], ['BOGUS'], ['END']]] },
    );
    expect(run.lines.filter((line) => line.startsWith('wait'))).toEqual([
      'wait command 25',
      'wait command 10',
    ]);
    expect(run.lines.indexOf('wait command 25')).toBeGreaterThan(run.lines.indexOf('start GET'));
    expect(run.elapsedMs).toBe(35);
  });

  test('ten thousand commands in one package are executed and answered', () => {
    const commands = Array.from({ length: 10_000 }, () => ['GET', FUMO_STATE]);
    const run = runSession(testDevice(), { packages: [commands] });
    expect(run.ended).toHaveLength(10_001);
    expect(run.statuses).toHaveLength(10_000);
  });
});

describe('Package#1', () => {
  test('a session of the device itself begins with ClientInitiatedMgmt', () => {
    expect(runSession(testDevice()).bodies[0]).toEqual({
      Alert: [{ AlertType: 'urn:oma:at:dm:2.0:ClientInitiatedMgmt' }],
    });
  });

  test('the session after a bootstrap begins with BootstrapComplete', () => {
    expect(runSession(testDevice(), { trigger: { kind: 'bootstrap' } }).bodies[0]).toEqual({
      Alert: [{ AlertType: 'urn:oma:at:dm:2.0:BootstrapComplete' }],
    });
  });

  test('an answer to a notification carries its NOTIFICATION-ID', () => {
    const run = runSession(testDevice(), {
      trigger: { kind: 'server', notificationId: 513, reqMos: false },
    });
    expect(run.bodies[0]).toEqual({
      Alert: [{ AlertType: 'urn:oma:at:dm:2.0:ServerInitiatedMgmt', Data: { 'NOTIFICATION-ID': 513 } }],
    });
  });

  test('REQ-MOS makes it carry MOS, with all instances of an MO in one entry', () => {
    const run = runSession(testDevice(), { trigger: { kind: 'server', reqMos: true } });
    const mos = run.bodies[0]?.['MOS'] as { MOID: string; MIID: string[] }[];
    expect(mos.find(({ MOID }) => MOID === 'urn:oma:mo:m:1.0')).toEqual({
      MOID: 'urn:oma:mo:m:1.0',
      MIID: ['left', 'right'],
    });
    expect(mos.find(({ MOID }) => MOID === 'urn:oma:mo:oma-dm-devinfo:1.2')?.MIID).toEqual(['devinfo']);
  });

  test('the profile can have MOS sent on own sessions', () => {
    const run = runSession(testDevice({ profile: { mosOnOwnSessions: true } }));
    expect(run.bodies[0]).toHaveProperty('MOS');
  });
});

describe('a server that does wrong', () => {
  test.each([
    [500, 'http_500', []],
    [503, 'http_503', []],
    [401, 'http_401', []],
    [406, 'http_406', []],
    [204, 'http_204', ['package2.wrong_status']],
    [302, 'http_302', ['package2.wrong_status']],
  ])('answering %i ends the session as %s', (status, reason, rules) => {
    const run = runSession(testDevice(), { packages: [[['GET', FUMO_STATE]], http(status)] });
    expect(run.end).toMatchObject({ outcome: 'aborted', reason });
    expect(run.rules).toEqual(rules);
    expect(run.exchanges).toHaveLength(2);
  });

  test.each([
    ['connect_refused', 'aborted', []],
    ['connection_closed', 'aborted', []],
    ['exchange_timeout', 'timedOut', []],
    ['connect_timeout', 'timedOut', []],
    ['body_too_large', 'aborted', ['package2.too_large']],
    ['encoding_invalid', 'aborted', ['package2.encoding']],
    ['response_malformed', 'aborted', ['http.malformed']],
    ['headers_too_large', 'aborted', ['http.headers_too_large']],
  ] as const)('an exchange that fails as %s ends the session as %s', (name, outcome, rules) => {
    const run = runSession(testDevice(), { packages: [failure(name)] });
    expect(run.end).toMatchObject({ outcome, reason: name });
    expect(run.rules).toEqual(rules);
  });

  test.each(['text/html', 'text/plain'])('Package#2 as %j is a violation and ends the session', (type) => {
    const run = runSession(testDevice(), { packages: [http(200, '{"CMD":[["END"]]}', type)] });
    expect(run.end).toMatchObject({ outcome: 'aborted', reason: 'package2_wrong_media_type' });
    expect(run.rules).toEqual(['package2.wrong_media_type']);
    expect(run.iterations).toBe(0);
  });

  test.each(['application/json', 'application/vnd.acme+json', ''])(
    'Package#2 as %j is a violation, and read all the same',
    (type) => {
      const run = runSession(testDevice(), { packages: [http(200, '{"CMD":[["END"]]}', type)] });
      expect(run.end).toMatchObject({ outcome: 'completed' });
      expect(run.rules).toEqual(['package2.wrong_media_type']);
    },
  );

  test.each([
    ['{"CMD":', 'package2.invalid_json'],
    ['[]', 'package2.not_an_object'],
    ['{}', 'package2.cmd_missing'],
    ['{"CMD":"END"}', 'package2.cmd_not_an_array'],
    [`{"CMD":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'package2.too_deep'],
    [`{"CMD":[["GET","${'x'.repeat(1_100_000)}"]]}`, 'package2.too_large'],
  ])('an unreadable Package#2 ends the session under its rule (%#)', (body, rule) => {
    const run = runSession(testDevice(), {
      packages: [http(200, body, 'application/vnd.oma.dm.request+json')],
    });
    expect(run.end).toMatchObject({ outcome: 'aborted', reason: 'package2_invalid' });
    expect(run.rules).toEqual([rule]);
  });

  test('never sending END is bounded: a violation, and the session is aborted', () => {
    const run = runSession(testDevice({ limits: { maxIterations: 3 } }), {
      packages: Array.from({ length: 10 }, () => [['GET', FUMO_STATE]]),
    });
    expect(run.end).toMatchObject({ outcome: 'aborted', reason: 'iterations_exceeded' });
    expect(run.rules).toEqual(['package2.endless']);
    expect(run.iterations).toBe(3);
    expect(run.reported).toHaveLength(2);
  });

  test('a 415 with OMADM-Accept is answered once with a type it names, which the session keeps to', () => {
    const run = runSession(testDevice(), {
      packages: [http(415, '', '', 'application/json'), [['GET', FUMO_STATE]]],
    });
    expect(run.exchanges.map(({ package: number, headers }) => [number, headers['Content-Type']])).toEqual([
      [1, 'application/vnd.oma.dm.initiation+json'],
      [1, 'application/json'],
      [3, 'application/json'],
    ]);
    expect(run.exchanges[0]?.body).toBe(run.exchanges[1]?.body);
    expect(run.end?.reason).toBe('completed');
  });

  test.each([
    ['a second 415', [http(415, '', '', 'application/json'), http(415, '', '', 'application/json')], 2],
    ['a 415 that names no type of ours', [http(415, '', '', 'application/cbor')], 1],
    ['a 415 that names nothing', [http(415)], 1],
  ])('%s ends the session', (_name, packages, exchanges) => {
    const run = runSession(testDevice(), { packages });
    expect(run.end).toMatchObject({ outcome: 'aborted', reason: 'http_415' });
    expect(run.exchanges).toHaveLength(exchanges);
  });
});

describe('a session that is cut', () => {
  const packages = [[['GET', FUMO_STATE], ['HGET', DATA], ['SHOW', 'http://ui.example/'], ['END']]];

  test('reports every command that was not finished as cut, the one in the middle included', () => {
    const run = runSession(testDevice(), { packages, cutAt: (effect) => effect.kind === 'transfer' });
    expect(run.ended).toEqual([['GET', 200]]);
    expect(run.cut).toEqual(['HGET', 'SHOW', 'END']);
    expect(run.iterations).toBe(0);
  });

  test('reports nothing when it is cut between two packages', () => {
    const run = runSession(testDevice(), {
      packages: [[['GET', FUMO_STATE]]],
      cutAt: (effect) => effect.kind === 'exchange' && effect.package === 3,
    });
    expect(run.ended).toEqual([['GET', 200]]);
    expect(run.cut).toEqual([]);
  });

  test('a finished command does not count as cut when the PUT of its change is', () => {
    const run = runSession(testDevice(), {
      packages: [
        [['SUB', DATA, 'urn:oma:mo:m:1.0/left/'], ['DELETE', 'urn:oma:mo:m:1.0/left/Data/1'], ['END']],
      ],
      cutAt: (effect) => effect.kind === 'transfer',
    });
    expect(run.ended).toEqual([
      ['SUB', 200],
      ['DELETE', 200],
    ]);
    expect(run.cut).toEqual(['END']);
  });

  test('reports the unfinished commands, too, when the driver throws into it', () => {
    const log = new Log();
    const generator = session(testDevice(), { kind: 'client' }, log);
    generator.next();
    generator.next(package2([['HGET', DATA], ['END']]));
    expect(() => generator.throw(new Error('driver broken'))).toThrow('driver broken');
    expect(log.cut).toEqual(['HGET', 'END']);
  });

  test('a driver that answers a package with something else is told so', () => {
    const generator = session(testDevice(), { kind: 'client' }, new Log());
    generator.next();
    expect(() => generator.next(undefined)).toThrow(TypeError);
  });
});
