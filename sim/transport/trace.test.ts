/** What a trace tells, and what it keeps to itself. */
import { expect, test } from 'vitest';
import { type TransferEffect } from '../device/effect.ts';
import { COMPLETED, CONT, END, package2, SERVER, setUp, transfer } from './testing/driver-fixture.ts';
import { failure, response } from './testing/scripted-http.ts';
import { type TraceEvent } from './trace.ts';

test('a trace tells each step as plain data and hides what authenticates', async () => {
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
