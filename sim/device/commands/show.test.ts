/** SHOW: step 3a, waited for (CR) or launched (TS). */
import { describe, expect, test } from 'vitest';
import { type ShowEffect } from '../effect.ts';
import { failure, http, runSession, uiEnded } from '../testing/scripted-driver.ts';
import { testDevice } from '../testing/test-device.ts';

const PAGE = 'http://ui.example/consent?d=1';
const NEXT = ['GET', 'urn:oma:mo:m:1.0/left/ID'];
const done = (outcome: string) => ({
  AlertType: 'urn:oma:at:dm:2.0:UISessionDone',
  SourceURI: PAGE,
  Data: { outcome },
});

describe('in mode wait', () => {
  test('the next command runs after the UI Session, and the next Package#3 tells that it is done', () => {
    const run = runSession(testDevice(), { packages: [[['SHOW', PAGE], NEXT], [NEXT]] });
    expect(run.lines.slice(2, 7)).toEqual([
      'start SHOW',
      'show wait accept',
      'end SHOW 200',
      'start GET',
      'end GET 200',
    ]);
    expect(run.bodies[1]?.['Alert']).toEqual([done('done')]);
    expect(run.bodies[2]).not.toHaveProperty('Alert');
    expect(run.elapsedMs).toBe(100);
  });

  test.each(['done', 'abandoned', 'timedOut'] as const)(
    'a UI Session that was %s is 200 and told',
    (outcome) => {
      const run = runSession(testDevice(), { packages: [[['SHOW', PAGE]]], show: () => uiEnded(outcome) });
      expect(run.statuses).toEqual([{ sc: 200 }]);
      expect(run.bodies[1]?.['Alert']).toEqual([done(outcome)]);
    },
  );

  test("when END came first, the next session's Package#1 tells it, once", () => {
    const device = testDevice();
    runSession(device, { packages: [[['SHOW', PAGE], ['END']]] });
    const later = testDevice({ memory: device.fold() });
    expect(runSession(later).bodies[0]?.['Alert']).toEqual([
      { AlertType: 'urn:oma:at:dm:2.0:ClientInitiatedMgmt' },
      done('done'),
    ]);
    expect(runSession(later).bodies[0]?.['Alert']).toHaveLength(1);
  });

  test.each([
    ['answered 503', http(503, '')],
    ['not answered', failure('connection_closed')],
  ])(
    'when the package that told it was %s, the next session tells it again, until it is heard',
    (_, answer) => {
      const device = testDevice();
      runSession(device, { packages: [[['SHOW', PAGE]], answer] });
      runSession(device, { packages: [http(500, '')] });
      const alerts = [{ AlertType: 'urn:oma:at:dm:2.0:ClientInitiatedMgmt' }, done('done')];
      expect(runSession(device).bodies[0]?.['Alert']).toEqual(alerts);
      expect(runSession(device).bodies[0]?.['Alert']).toHaveLength(1);
    },
  );

  test('a server that never answers does not make the device remember ever more', () => {
    const device = testDevice();
    for (let i = 0; i < 40; i++) runSession(device, { packages: [[['SHOW', PAGE], ['END']]] });
    for (let i = 0; i < 3; i++)
      runSession(device, { packages: [[['SHOW', PAGE]], failure('exchange_timeout')] });
    const shows = Array.from({ length: 40 }, () => ['SHOW', PAGE]);
    runSession(device, { packages: [shows, failure('exchange_timeout')] });
    expect(device.pendingAlerts).toHaveLength(16);
  });
});

test('in mode launch the client tells nothing', () => {
  const run = runSession(testDevice({ showMode: 'launch' }), { packages: [[['SHOW', PAGE], NEXT]] });
  expect(run.lines).toContain('show launch accept');
  expect(run.statuses.map(({ sc }) => sc)).toEqual([200, 200]);
  expect(run.bodies[1]).not.toHaveProperty('Alert');
});

test.each([
  [500, 500],
  [502, 502],
  [503, 503],
  [404, 503],
  [302, 503],
])('a page that answers %i and cannot be opened is %i, and the next command runs', (status, code) => {
  const run = runSession(testDevice(), {
    packages: [[['SHOW', PAGE], NEXT]],
    show: () => ({ opened: false, status, detail: 'scripted' }),
  });
  expect(run.statuses.map(({ sc }) => sc)).toEqual([code, 200]);
  expect(run.bodies[1]).not.toHaveProperty('Alert');
});

test('a device without a browser is 501 and opens nothing', () => {
  const run = runSession(testDevice({ profile: { browser: false } }), { packages: [[['SHOW', PAGE], NEXT]] });
  expect(run.statuses.map(({ sc }) => sc)).toEqual([501, 200]);
  expect(run.lines.some((line) => line.startsWith('show'))).toBe(false);
});

describe('the user', () => {
  const ui = {
    decisions: { accept: 1, decline: 1, ignore: 1, leave: 1 },
    thinkTime: { kind: 'uniform', minMs: 0, maxMs: 1_000 } as const,
  };
  /** Decisions and first think times of 40 UI Sessions in two sessions. */
  function drawn(seed: number, showMode: 'wait' | 'launch') {
    const device = testDevice({ profile: { ui }, seed, showMode });
    const users: [string, number][] = [];
    const show = ({ mode, user }: ShowEffect) => {
      users.push([user.decision, user.thinkMs()]);
      return mode === 'wait' ? uiEnded('done') : ({ opened: true } as const);
    };
    for (let i = 0; i < 2; i++)
      runSession(device, { packages: [Array.from({ length: 20 }, () => ['SHOW', PAGE])], show });
    return users;
  }

  test('decides by the weights and thinks by the distribution of the profile', () => {
    const users = drawn(7, 'wait');
    expect(new Set(users.map(([decision]) => decision))).toEqual(
      new Set(['accept', 'decline', 'ignore', 'leave']),
    );
    expect(new Set(users.map(([, thinkMs]) => thinkMs)).size).toBe(40);
  });

  test('is the same for the same seed, in either mode, and another for another seed', () => {
    expect(drawn(7, 'launch')).toEqual(drawn(7, 'wait'));
    expect(drawn(8, 'wait')).not.toEqual(drawn(7, 'wait'));
  });

  test('never decides what has no weight', () => {
    const decisions = { accept: 0, decline: 1, ignore: 0, leave: 0 };
    const run = runSession(testDevice({ profile: { ui: { ...ui, decisions } } }), {
      packages: [Array.from({ length: 20 }, () => ['SHOW', PAGE])],
    });
    expect(run.lines.filter((line) => line.startsWith('show'))).toEqual(
      Array<string>(20).fill('show wait decline'),
    );
  });
});
