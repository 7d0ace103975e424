/** A device between its sessions: what it remembers, and that nothing else matters. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COMMAND_NAMES } from '../protocol/command.ts';
import { http, mo, runSession, type Script } from './testing/scripted-driver.ts';
import { testDevice, type TestDeviceOptions } from './testing/test-device.ts';

const M = 'urn:oma:mo:m:1.0';
const DR = 'http://dr.example/data';

test('a device that has done nothing keeps next to nothing', () => {
  const device = testDevice();
  runSession(device);
  expect(Object.keys(device.fold()).sort()).toEqual(['fingerprint', 'sessions']);
  expect(device.fold().sessions).toBe(1);
});

test('its memory is plain data', () => {
  const device = testDevice();
  runSession(device, {
    packages: [
      [
        ['SUB', DR, `${M}/left/`],
        ['DEFAULT', DR, 'urn:oma:mo:ext-acme-wlan:1.0'],
        ['EXEC', 'urn:oma:mo:ext-acme-camera:1.0//Shoot', DR],
        ['DELETE', `${M}/left/Data/1`],
        ['SHOW', DR],
        ['END'],
      ],
    ],
  });
  const memory = device.fold();
  expect(Object.keys(memory).sort()).toEqual([
    'asynchronousWork',
    'defaults',
    'fingerprint',
    'pendingAlerts',
    'sessions',
    'subscriptions',
    'tree',
  ]);
  expect(JSON.parse(JSON.stringify(memory))).toEqual(memory);
  expect(testDevice({ memory }).fold()).toEqual(memory);
});

test('sleeping between sessions changes nothing', () => {
  const options: TestDeviceOptions = {
    latencies: { all: { kind: 'uniform', minMs: 1, maxMs: 100 } },
    profile: {
      ui: {
        decisions: { accept: 1, decline: 1, ignore: 1, leave: 1 },
        thinkTime: { kind: 'exp', meanMs: 100 },
      },
    },
  };
  const script: Script = {
    packages: [
      [
        ['SUB', DR, `${M}/left/`],
        ['HGET', DR, `${M}/left/`],
        ['SHOW', 'http://ui.example/'],
        ['DELETE', `${M}/left/Data/*`],
      ],
      [['GET', `${M}/left/`]],
    ],
    repository: { [`GET ${DR}`]: mo({ MOData: { ID: 'Compass', Data: { '5': { Value: 5 } } } }) },
  };
  const awake = testDevice(options);
  let sleeper = testDevice(options);
  for (let i = 0; i < 3; i++) {
    const expected = runSession(awake, script);
    const run = runSession(sleeper, script);
    expect(run.lines).toEqual(expected.lines);
    expect(run.bodies).toEqual(expected.bodies);
    sleeper = testDevice({ ...options, memory: sleeper.fold() });
  }
  expect(sleeper.fold()).toEqual(awake.fold());
});

test('latencies are drawn anew in each session', () => {
  const device = testDevice({ latencies: { all: { kind: 'uniform', minMs: 1, maxMs: 100 } } });
  const packages = [[['GET', `${M}/left/ID`], ['END']]];
  expect(runSession(device, { packages }).elapsedMs).not.toBe(runSession(device, { packages }).elapsedMs);
});

test('whatever commands a server sends, each is ended once with a status, and the session completes', () => {
  const uri = fc.constantFrom(
    `${M}/left/`,
    `${M}//`,
    `${M}/*/Data/*`,
    `${M}/(x)/ID?nv=(x)/ID:GPS`,
    'urn:oma:mo:oma-fumo:1.0//Update',
    'x',
  );
  const word = fc.oneof(
    fc.constantFrom(...COMMAND_NAMES),
    uri,
    fc.constantFrom(DR, 'https://dms.example/', 'urn:oma:mo:ext-acme-wlan:1.0'),
    fc.string(),
    fc.jsonValue(),
  );
  const command = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...COMMAND_NAMES), word, word) },
    { weight: 1, arbitrary: fc.array(word) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
  const answer = fc.oneof(
    fc.jsonValue().map((value) => mo(value)),
    fc.jsonValue().map((value) => mo({ MOData: value })),
    fc.integer({ min: 200, max: 599 }).map((status) => http(status)),
  );
  fc.assert(
    fc.property(
      fc.array(command, { maxLength: 30 }),
      fc.array(answer, { minLength: 40, maxLength: 40 }),
      (commands, answers) => {
        const sequence = { [`GET ${DR}`]: answers, [`PUT ${DR}`]: answers, [`POST ${DR}`]: answers };
        const run = runSession(testDevice(), { packages: [commands], repository: sequence });
        expect(run.end?.reason).toBe('completed');
        expect(run.cut).toEqual([]);
        expect(run.lines.filter((line) => line.startsWith('start'))).toHaveLength(run.ended.length);
        expect(run.ended.length).toBeGreaterThanOrEqual(commands.length);
        for (const [, sc] of run.ended) expect(sc >= 200 && sc <= 599).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
