/** Sessions written by hand, driven in virtual time over scripted HTTP: what is performed and what is counted. */
import { describe, expect, test } from 'vitest';
import { type Effect, type EffectResult } from '../device/effect.ts';
import { NetworkConditions, NETWORKS } from '../device/network.ts';
import { randomStream } from '../random/random.ts';
import {
  after,
  COMPLETED,
  CONT,
  END,
  exchange,
  package2,
  setUp,
  transfer,
  type Session,
} from './testing/driver-fixture.ts';
import { failure, response } from './testing/scripted-http.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

describe('a session', () => {
  test('is measured from Package#1 to its end: packages, turnarounds, iterations, commands, states', async () => {
    const clock = new VirtualClock();
    const { recorder, run } = setUp(() => after(clock, 40, response(200)), clock);
    const running = run(function* (listener) {
      yield exchange(1);
      listener.delivered(package2(CONT));
      listener.commandStarted(CONT);
      yield { kind: 'wait', ms: 30, reason: 'command' };
      listener.commandEnded(CONT, { sc: 200 });
      listener.iterationEnded();
      listener.reporting([CONT], [{ sc: 200 }]);
      yield exchange(3);
      listener.delivered(package2(END));
      listener.commandStarted(END);
      listener.commandEnded(END, { sc: 200 });
      listener.iterationEnded();
      return COMPLETED;
    });
    await clock.advance(200);
    expect(await running.done).toEqual({ ...COMPLETED, durationMs: 110 });
    expect(recorder.events).toEqual([
      ['sessionStarted', 'client'],
      ['deviceState', 3, 'waiting'],
      ['packagePassed', 1],
      ['packagePassed', 2],
      ['serverTurnaround', 1, 7],
      ['commandDelivered', 'CONT'],
      ['deviceCommand', 3, 'CONT'],
      ['deviceState', 3, 'executing'],
      ['simulatedDelay', 'command', 30],
      ['commandEnded', 'CONT', 200, 30],
      ['deviceCommand', 3, undefined],
      ['iterationEnded', 30],
      ['deviceState', 3, 'waiting'],
      ['packagePassed', 3],
      ['statusReported', 'CONT', 200],
      ['packagePassed', 2],
      ['serverTurnaround', 3, 7],
      ['commandDelivered', 'END'],
      ['deviceCommand', 3, 'END'],
      ['commandEnded', 'END', 200, 0],
      ['deviceCommand', 3, undefined],
      ['iterationEnded', 0],
      ['sessionEnded', 'completed', 'completed', 110],
      ['deviceSession', 3, 'completed', 'completed', 110],
    ]);
  });

  test('a package that never reached a connection is not counted, and a refusal is no turnaround', async () => {
    const answers = [
      { ...failure('connect_refused'), sent: false },
      failure('connection_closed'),
      response(503),
    ];
    const { recorder, run } = setUp((_request, number) => answers[number]);
    await run(function* () {
      yield exchange(1);
      yield exchange(1);
      yield exchange(1);
      return { outcome: 'aborted', reason: 'http_503' };
    }).done;
    expect(recorder.of('packagePassed')).toEqual([[1], [1]]);
    expect(recorder.of('serverTurnaround')).toEqual([]);
  });

  test('hands the outcome to the session, and closes its connections at the end', async () => {
    const { http, run } = setUp(() => response(200, 'body', { 'content-type': 'text/plain' }));
    let seen: EffectResult;
    const running = run(function* () {
      seen = yield exchange(1);
      return COMPLETED;
    });
    expect([http.opened, http.stillOpen]).toEqual([1, 1]);
    await running.done;
    expect(seen).toMatchObject({ ok: true, status: 200, contentType: 'text/plain', body: 'body', bytes: 4 });
    expect(http.stillOpen).toBe(0);
  });

  test('keeps the DM Server’s cookies for its packages alone', async () => {
    const { http, run } = setUp((_request, number) =>
      number === 0 ? response(200, '', { 'set-cookie': ['s=1', 't=2; Path=/'] }) : response(200),
    );
    const start = function* (): Session {
      yield exchange(1);
      yield transfer('GET');
      yield exchange(3);
      yield exchange(3, 'http://other.example/dm');
      return COMPLETED;
    };
    await run(start).done;
    await run(start).done;
    expect(http.requests.slice(0, 5).map(({ cookie }) => cookie ?? '')).toEqual(['', '', 's=1; t=2', '', '']);
  });

  test('counts transfers that got a response: bytes received for GET, sent for PUT and POST', async () => {
    const answers = [
      response(200, 'four'),
      response(404, 'gone'),
      response(200, 'x'),
      failure('body_too_large'),
    ];
    const { recorder, run } = setUp((_request, number) => answers[number]);
    await run(function* () {
      yield transfer('GET');
      yield transfer('PUT', 'é');
      yield transfer('POST', '12345');
      yield transfer('GET');
      return COMPLETED;
    }).done;
    expect(recorder.of('repositoryTransfer')).toEqual([
      ['GET', 4],
      ['PUT', 2],
      ['POST', 5],
    ]);
  });

  test('keeps simulated network delay out of turnaround and device time', async () => {
    const { clock, recorder, driver } = setUp();
    const network = { ...NETWORKS.lan, roundTrip: { kind: 'constant', ms: 100 } as const };
    const sets: number[] = [];
    const running = driver.run({
      device: 0,
      trigger: 'server',
      start: function* (listener) {
        yield exchange(1);
        listener.delivered(package2(END));
        listener.iterationEnded();
        return COMPLETED;
      },
      conditions: (set) => {
        sets.push(set);
        return new NetworkConditions(network, randomStream(1));
      },
    });
    await clock.advance(1_000);
    expect((await running.done).durationMs).toBe(200);
    expect(recorder.of('serverTurnaround')).toEqual([[1, 7]]);
    expect(recorder.of('iterationEnded')).toEqual([[0]]);
    expect(recorder.delayed('network')).toBe(200);
    expect(sets).toEqual([0]);
  });
});

describe('work between two sessions', () => {
  function* download(): Generator<Effect, string, EffectResult> {
    yield transfer('GET');
    yield { kind: 'wait', ms: 1_000, reason: 'exec' };
    return 'installed';
  }

  test('is performed and measured, but is no session and has no bound of its own', async () => {
    const { clock, recorder, driver, http } = setUp(() => response(200, 'image'));
    const work = driver.work({ start: () => download() });
    await clock.advance(1_000);
    expect(await work.done).toBe('installed');
    expect(recorder.events).toEqual([
      ['repositoryTransfer', 'GET', 5],
      ['simulatedDelay', 'exec', 1_000],
    ]);
    expect(http.stillOpen).toBe(0);
  });

  test('comes to nothing when it is cut or fails', async () => {
    const { clock, driver, errors } = setUp(() => response(200));
    const work = driver.work({ start: () => download() });
    await clock.advance(10);
    work.cut('run_ended');
    expect(await work.done).toBeUndefined();
    expect(clock.timers).toBe(0);
    const failing = driver.work<string>({
      start: () => {
        throw new Error('a bug');
      },
    });
    expect(await failing.done).toBeUndefined();
    expect(errors).toHaveLength(1);
  });
});
