/** Sessions that do not end by themselves: cut at their bound or by the run, or broken by an error of our own. */
import { describe, expect, test } from 'vitest';
import { type Effect } from '../device/effect.ts';
import { type SessionListener } from '../device/session-listener.ts';
import {
  COMPLETED,
  CONT,
  exchange,
  package2,
  setUp,
  transfer,
  type Session,
} from './testing/driver-fixture.ts';
import { response, type Script } from './testing/scripted-http.ts';
import { settled } from './testing/virtual-clock.ts';

describe('a session that does not end by itself', () => {
  /** Waits for an answer that never comes, with a command delivered. */
  function* hanging(listener: SessionListener, how: Effect): Session {
    yield exchange(1);
    listener.delivered(package2(CONT));
    try {
      listener.commandStarted(CONT);
      yield how;
      return COMPLETED;
    } finally {
      listener.commandCut(CONT);
    }
  }
  const neverTwice: Script = (_request, number) => (number === 0 ? response(200) : undefined);
  const wait: Effect = { kind: 'wait', ms: 1e9, reason: 'exec' };
  const show: Effect = {
    kind: 'show',
    serverUri: 'http://ui.example/',
    mode: 'wait',
    user: { decision: 'accept', thinkMs: () => 0 },
    boundMs: 1e9,
  };

  test.each([
    ['an exchange', exchange(3)],
    ['a transfer', transfer('GET')],
    ['a wait', wait],
    ['a UI Session', show],
  ])('is cut in %s at its bound', async (_name, how) => {
    const { clock, recorder, http, run } = setUp(neverTwice);
    const running = run((listener) => hanging(listener, how));
    await clock.advance(59_999);
    expect(recorder.of('sessionEnded')).toEqual([]);
    await clock.advance(1);
    const end = await running.done;
    expect(end).toMatchObject({ outcome: 'timedOut', reason: 'session_timeout', durationMs: 60_000 });
    await running.idle;
    expect(recorder.of('sessionEnded')).toEqual([['timedOut', 'session_timeout', 60_000]]);
    expect(recorder.of('commandCut')).toEqual([['CONT']]);
    expect(recorder.of('uiSessionEnded')).toEqual(how === show ? [['failed', 60_000]] : []);
    expect(recorder.delayed('exec')).toBe(how === wait ? 60_000 : 0);
    expect([http.stillOpen, clock.timers]).toEqual([0, 0]);
  });

  test('is cut when the run ends; cutting again changes nothing', async () => {
    const { clock, recorder, run } = setUp(neverTwice);
    const running = run((listener) => hanging(listener, wait));
    await clock.advance(500);
    running.cut('run_ended');
    running.cut('session_timeout');
    const end = await running.done;
    expect(end).toMatchObject({ outcome: 'timedOut', reason: 'run_ended', durationMs: 500 });
    running.cut('run_ended');
    await settled();
    expect(recorder.of('sessionEnded')).toHaveLength(1);
    expect(recorder.delayed('exec')).toBe(500);
    expect(clock.timers).toBe(0);
  });

  test('a Package#3 under way when it is cut counts as sent', async () => {
    const { recorder, clock, run } = setUp(neverTwice);
    const running = run((listener) => hanging(listener, exchange(3)));
    await clock.advance(1);
    running.cut('run_ended');
    await running.done;
    expect(recorder.of('packagePassed')).toEqual([[1], [2], [3]]);
  });
});

describe('an error of our own', () => {
  test('thrown by the session ends it as internal_error and is told', async () => {
    const { recorder, http, errors, run } = setUp();
    const bug = new Error('a bug');
    const running = run(function* () {
      yield exchange(1);
      throw bug;
    });
    expect(await running.done).toMatchObject({
      outcome: 'aborted',
      reason: 'internal_error',
      detail: 'a bug',
    });
    expect(recorder.of('sessionEnded')).toHaveLength(1);
    expect(errors).toEqual([bug]);
    expect(http.stillOpen).toBe(0);
  });

  test('thrown by the transport lets the session settle what it had begun', async () => {
    const { recorder, errors, run } = setUp((_request, number) => {
      if (number === 1) throw new TypeError('invalid header');
      return response(200);
    });
    const running = run(function* (listener) {
      yield exchange(1);
      try {
        yield exchange(3);
      } finally {
        listener.commandCut(CONT);
      }
      return COMPLETED;
    });
    expect((await running.done).reason).toBe('internal_error');
    expect(recorder.of('commandCut')).toHaveLength(1);
    expect(errors).toHaveLength(1);
  });

  test('while the session is begun is counted like any other', async () => {
    const { recorder, run } = setUp();
    const running = run(() => {
      throw new Error('no profile');
    });
    expect((await running.done).reason).toBe('internal_error');
    expect([recorder.of('sessionStarted').length, recorder.of('sessionEnded').length]).toEqual([1, 1]);
  });
});
