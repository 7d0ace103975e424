/** Sessions written by hand, driven in virtual time over scripted HTTP: what is performed and what is counted. */
import { describe, expect, test } from 'vitest';
import { type Effect, type EffectResult, type SessionEnd, type TransferEffect } from '../device/effect.ts';
import { NetworkConditions, NETWORKS } from '../device/network.ts';
import { type SessionListener } from '../device/session-listener.ts';
import { type DmCommand } from '../protocol/command.ts';
import { type Package2 } from '../protocol/package2.ts';
import { randomStream } from '../random/random.ts';
import { Driver, type DriverOptions } from './driver.ts';
import { EventLog } from './testing/event-log.ts';
import { type Answer, failure, response, ScriptedHttp } from './testing/scripted-http.ts';
import { settled, VirtualClock } from './testing/virtual-clock.ts';
import { type HttpRequest } from './http-client.ts';
import { type TraceEvent } from './trace.ts';

const SERVER = 'http://dms.example/dm';
const COMPLETED: SessionEnd = { outcome: 'completed', reason: 'completed' };
const END: DmCommand = { name: 'END' };
const CONT: DmCommand = { name: 'CONT', serverUri: SERVER };

type Script = (request: HttpRequest, number: number) => Answer | Promise<Answer>;
type Session = Generator<Effect, SessionEnd, EffectResult>;

function setUp(script: Script = () => response(200), more: Partial<DriverOptions> = {}) {
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
    ...more,
  });
  const run = (start: (listener: SessionListener) => Session) =>
    driver.run({ device: 3, trigger: 'client', start });
  return { clock, recorder, http, driver, run, errors };
}

function exchange(number: 1 | 3, serverUri = SERVER): Effect {
  return {
    kind: 'exchange',
    package: number,
    serverUri,
    headers: { 'OMADM-DevID': 'd' },
    body: `#${number}`,
  };
}

function transfer(method: TransferEffect['method'], body?: string): Effect {
  const effect = {
    kind: 'transfer',
    method,
    serverUri: 'http://dr.example/x',
    headers: {},
    keepBody: true,
  } as const;
  return { ...effect, maxBytes: 1_000, ...(body === undefined ? {} : { body }) };
}

function package2(...commands: DmCommand[]): Package2 {
  return { commands, ends: commands.includes(END), violations: [] };
}

/** Answers after that many milliseconds. */
function after(clock: VirtualClock, ms: number, answer: Answer): Promise<Answer> {
  return new Promise((resolve) => clock.after(ms, () => resolve(answer)));
}

describe('a session', () => {
  test('is measured from Package#1 to its end: packages, turnarounds, iterations, commands, states', async () => {
    const clock = new VirtualClock();
    const { recorder, run } = setUp(() => after(clock, 40, response(200)), { clock });
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
      ['deviceState', 3, 'executing'],
      ['simulatedDelay', 'command', 30],
      ['commandEnded', 'CONT', 200, 30],
      ['statusReported', 'CONT', 200],
      ['iterationEnded', 30],
      ['deviceState', 3, 'waiting'],
      ['packagePassed', 3],
      ['packagePassed', 2],
      ['serverTurnaround', 3, 7],
      ['commandDelivered', 'END'],
      ['commandEnded', 'END', 200, 0],
      ['iterationEnded', 0],
      ['sessionEnded', 'completed', 'completed', 110],
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
    expect([http.opened, http.open_]).toEqual([1, 1]);
    await running.done;
    expect(seen).toMatchObject({ ok: true, status: 200, contentType: 'text/plain', body: 'body', bytes: 4 });
    expect(http.open_).toBe(0);
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
    expect([http.open_, clock.timers]).toEqual([0, 0]);
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
    expect(http.open_).toBe(0);
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
    expect(http.open_).toBe(0);
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

describe('a trace', () => {
  test('tells each step as plain data and hides what authenticates', async () => {
    const { clock, driver } = setUp((request) =>
      request.uri === SERVER
        ? response(200, '{}', { 'set-cookie': 's=secret', server: 'x' })
        : failure('connect_refused'),
    );
    const events: TraceEvent[] = [];
    const running = driver.run({
      device: 5,
      trigger: 'client',
      trace: (event) => events.push(structuredClone(event)),
      start: function* (listener) {
        yield {
          kind: 'exchange',
          package: 1,
          serverUri: SERVER,
          headers: { Authorization: 'Basic c2VjcmV0', Accept: 'a/b' },
          body: '{"Alert":[]}',
        };
        listener.delivered(package2(CONT, END));
        listener.commandStarted(CONT);
        yield { kind: 'wait', ms: 20, reason: 'command' };
        yield { ...transfer('PUT', 'abc'), serverUri: 'http://user:secret@dr.example/x' } as TransferEffect;
        listener.commandEnded(CONT, { sc: 503 });
        listener.commandCut(END);
        listener.violation({ rule: 'package2.empty', example: 'x' });
        return COMPLETED;
      },
    });
    await clock.advance(20);
    await running.done;
    expect(JSON.stringify(events)).not.toContain('secret');
    expect(JSON.stringify(events)).not.toContain('c2VjcmV0');
    expect(events).toEqual([
      { atMs: 0, kind: 'session_started', device: 5, trigger: 'client' },
      {
        atMs: 0,
        kind: 'package_sent',
        package: 1,
        uri: SERVER,
        headers: [
          ['Authorization', '…'],
          ['Accept', 'a/b'],
        ],
        body: '{"Alert":[]}',
      },
      {
        atMs: 0,
        kind: 'package_answered',
        status: 200,
        headers: [
          ['set-cookie', '…'],
          ['server', 'x'],
        ],
        body: '{}',
        turnaroundMs: 7,
      },
      { atMs: 0, kind: 'command_started', command: CONT },
      { atMs: 20, kind: 'waited', reason: 'command', ms: 20 },
      {
        atMs: 20,
        kind: 'transfer',
        method: 'PUT',
        uri: 'http://…@dr.example/x',
        answer: 'connect_refused',
        bytes: 3,
        ms: 0,
      },
      { atMs: 20, kind: 'command_ended', command: CONT, sc: 503, ms: 20 },
      { atMs: 20, kind: 'command_cut', command: END },
      { atMs: 20, kind: 'violation', violation: { rule: 'package2.empty', example: 'x' } },
      { atMs: 20, kind: 'session_ended', outcome: 'completed', reason: 'completed' },
    ]);
  });
});
