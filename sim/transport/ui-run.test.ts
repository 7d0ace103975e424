/** SHOW performed: UI Sessions over scripted HTTP in virtual time, in both modes, however they end. */
import { describe, expect, test } from 'vitest';
import { type UiUser } from '../browser/ui-user.ts';
import { type Effect, type EffectResult, type SessionEnd, type ShowEffect } from '../device/effect.ts';
import { NetworkConditions, NETWORKS } from '../device/network.ts';
import { randomStream } from '../random/random.ts';
import { Driver } from './driver.ts';
import { type HttpRequest } from './http-client.ts';
import { EventLog } from './testing/event-log.ts';
import { type Answer, failure, response, ScriptedHttp } from './testing/scripted-http.ts';
import { settled, VirtualClock } from './testing/virtual-clock.ts';

const COMPLETED: SessionEnd = { outcome: 'completed', reason: 'completed' };
const HTML = { 'content-type': 'text/html' };
/** A page with a form to go on with, and the page behind it. */
const CONSENT = response(200, '<form action="/ok" method="post"><button>Accept</button></form>', HTML);
const THANKS = response(200, '<p>Thank you</p>', HTML);

function show(mode: ShowEffect['mode'], decision: UiUser['decision'] = 'accept'): ShowEffect {
  return {
    kind: 'show',
    serverUri: 'http://ui.example/',
    mode,
    user: { decision, thinkMs: () => 1_000 },
    boundMs: 5_000,
  };
}

/** A session of a SHOW and a transfer after it. */
function setUp(effect: ShowEffect, script: (request: HttpRequest) => Answer) {
  const clock = new VirtualClock();
  const recorder = new EventLog();
  const http = new ScriptedHttp(script);
  const errors: unknown[] = [];
  const driver = new Driver({
    http,
    recorder,
    clock,
    sessionTimeoutMs: 60_000,
    onInternalError: (error) => errors.push(error),
  });
  const results: EffectResult[] = [];
  const running = driver.run({
    device: 0,
    trigger: 'client',
    start: function* (): Generator<Effect, SessionEnd, EffectResult> {
      results.push(yield effect);
      results.push(yield { kind: 'wait', ms: 100, reason: 'command' });
      return COMPLETED;
    },
  });
  let ended = false;
  let idle = false;
  void running.done.then(() => (ended = true));
  void running.idle.then(() => (idle = true));
  return {
    ...{ clock, recorder, http, results, running, errors },
    ended: () => ended,
    idle: () => idle,
  };
}

const site = ({ uri }: HttpRequest): Answer => (uri.endsWith('/ok') ? THANKS : CONSENT);

describe('mode wait', () => {
  test('goes on when the UI Session is done, and knows its outcome', async () => {
    const { clock, recorder, http, results, ended } = setUp(show('wait'), site);
    await clock.advance(999);
    expect(results).toEqual([]);
    await clock.advance(1);
    expect(results).toEqual([{ opened: true, outcome: 'done' }]);
    expect(http.requests.map(({ method, uri }) => `${method} ${uri}`)).toEqual([
      'GET http://ui.example/',
      'POST http://ui.example/ok',
    ]);
    await clock.advance(100);
    expect(ended()).toBe(true);
    expect(recorder.of('uiSessionEnded')).toEqual([['done', 1_000]]);
    expect(recorder.delayed('ui_think')).toBe(1_000);
    expect([http.opened, http.stillOpen, clock.timers]).toEqual([2, 0, 0]);
  });

  test('a user who ignores the page is timed out at the bound', async () => {
    const { clock, recorder, results, http } = setUp(show('wait', 'ignore'), site);
    await clock.advance(4_999);
    expect(results).toEqual([]);
    await clock.advance(1);
    expect(results).toEqual([{ opened: true, outcome: 'timedOut' }]);
    expect(recorder.of('uiSessionEnded')).toEqual([['timedOut', 5_000]]);
    expect(http.stillOpen).toBe(1);
  });

  test('pages that go on for ever are timed out at the bound', async () => {
    const { clock, recorder, results } = setUp(show('wait'), () => CONSENT);
    await clock.advance(5_000);
    expect(results).toEqual([{ opened: true, outcome: 'timedOut' }]);
    expect(recorder.of('uiSessionEnded')).toEqual([['timedOut', 5_000]]);
    // The last thinking was cut by the bound, and is counted no longer than it lasted.
    expect(recorder.delayed('ui_think')).toBe(5_000);
  });

  test.each([
    ['refuses', failure('connect_refused'), 503],
    ['answers 500', response(500, 'sorry', HTML), 500],
    ['answers 404', response(404, 'what?', HTML), 404],
  ])('a web server that %s: not opened, failed', async (_name, answer, status) => {
    const { clock, recorder, results } = setUp(show('wait'), () => answer);
    await clock.advance(0);
    expect(results).toMatchObject([{ opened: false, status }]);
    expect(recorder.of('uiSessionEnded')).toEqual([['failed', 0]]);
  });

  test('a web server that never answers: not opened within the bound, failed', async () => {
    const { clock, recorder, results } = setUp(show('wait'), () => undefined);
    await clock.advance(5_000);
    expect(results).toEqual([{ opened: false, status: 503, detail: 'not opened within 5000 ms' }]);
    expect(recorder.of('uiSessionEnded')).toEqual([['failed', 5_000]]);
  });

  test('a request that cannot be sent is the page’s doing, no error of ours', async () => {
    const { clock, recorder, results, errors } = setUp(show('wait'), ({ uri }) => {
      if (uri.endsWith('/ok')) throw new TypeError('invalid header');
      return CONSENT;
    });
    await clock.advance(1_000);
    expect(results).toEqual([{ opened: true, outcome: 'abandoned' }]);
    expect(recorder.of('uiSessionEnded')).toEqual([['abandoned', 1_000]]);
    expect(errors).toEqual([]);
  });
});

describe('mode launch', () => {
  test('goes on as soon as the page has been opened; the UI Session goes on beside', async () => {
    const { clock, recorder, results, ended, idle } = setUp(show('launch'), site);
    await clock.advance(100);
    expect(results).toEqual([{ opened: true }, undefined]);
    expect([ended(), idle()]).toEqual([true, false]);
    expect(recorder.of('uiSessionEnded')).toEqual([]);
    await clock.advance(900);
    expect(idle()).toBe(true);
    expect(recorder.of('uiSessionEnded')).toEqual([['done', 1_000]]);
  });

  test('a page that cannot be opened is known before the session goes on', async () => {
    const { clock, recorder, results, idle } = setUp(show('launch'), () => response(503, '', HTML));
    await clock.advance(0);
    expect(results).toMatchObject([{ opened: false, status: 503 }]);
    await clock.advance(100);
    expect(idle()).toBe(true);
    expect(recorder.of('uiSessionEnded')).toEqual([['failed', 0]]);
  });

  test('cutting after the DM Session has ended ends the UI Session, and both are counted once', async () => {
    const { clock, recorder, running, http, idle } = setUp(show('launch', 'ignore'), site);
    await clock.advance(1_000);
    running.cut('run_ended');
    await settled();
    expect(idle()).toBe(true);
    expect(recorder.of('sessionEnded')).toEqual([['completed', 'completed', 100]]);
    expect(recorder.of('uiSessionEnded')).toEqual([['timedOut', 1_000]]);
    expect([http.stillOpen, clock.timers]).toEqual([0, 0]);
  });
});

test('a UI Session has connections and network conditions of its own', async () => {
  const clock = new VirtualClock();
  const recorder = new EventLog();
  const driver = new Driver({ http: new ScriptedHttp(site), recorder, clock, sessionTimeoutMs: 60_000 });
  const sets: number[] = [];
  const running = driver.run({
    device: 0,
    trigger: 'client',
    conditions: (set) => {
      sets.push(set);
      return new NetworkConditions(
        { ...NETWORKS.lan, roundTrip: { kind: 'constant', ms: 10 } },
        randomStream(set),
      );
    },
    start: function* () {
      yield show('wait');
      yield show('wait');
      return COMPLETED;
    },
  });
  await clock.advance(5_000);
  await running.done;
  expect(sets).toEqual([0, 1, 2]);
  // Each UI Session: one round trip to connect, two for its pages.
  expect(recorder.delayed('network')).toBe(60);
});
