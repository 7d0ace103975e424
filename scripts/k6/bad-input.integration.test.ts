/** Wrong options, and servers that do not do their part, in a real k6. */
import { describe, expect } from 'vitest';
import { onRequest, startRawServer } from '../../sim/transport/testing/raw-server.ts';
import { runK6 } from './testing/k6-run.ts';
import { k6Test, LATENCY, serve, WITHOUT_K6 } from './testing/serving.ts';

describe(`options that are wrong${WITHOUT_K6}`, () => {
  const SERVER = 'http://127.0.0.1:1/dm';
  k6Test.each([
    [{}, '-e SERVER is missing: URL of the DM Server that gets Package#1'],
    [{ SERVER: 'dm.example' }, '-e SERVER: expected an absolute http or https URI, found \\"dm.example\\"'],
    [{ SERVER: 'http://dm.example/dm' }, 'and say so with -e YES=true, found \\"dm.example\\"'],
    [{ SERVER: 'http://me:secret@127.0.0.1/dm' }, 'expected a URL without credentials'],
    [{ SERVER, DEVICES: '1e3' }, '-e DEVICES: expected a whole number from 1 to 10000000'],
    [
      { SERVER, PROFILE: 'phone' },
      '-e PROFILE: expected one of smartphone, vehicle, gateway, settop, mixed or a JSON file',
    ],
    [{ SERVER, PROFILE: '/no/such.json' }, '-e PROFILE: expected a file that can be read, found'],
    [{ SERVER, SHOW_MODE: 'launch' }, '-e SHOW_MODE: expected wait (a VU of k6 does one thing at a time'],
    [{ SERVER, DURATION: '500ms' }, '-e DURATION: expected a duration of at least 1000ms'],
    [{ SERVER, RATE: 'fast' }, '-e RATE: expected sessions such as 20, 20/s, 90/m or 500/h'],
    [{ SERVER, LATENCY: 'GET=5ms;PUT=1ms' }, '-e LATENCY: expected <target>=<distribution>'],
    [{ SERVER, HEADER: 'X-Key secret' }, "-e HEADER: expected a header as 'Name: value'"],
  ])('end the test before it begins, with one line: %j', async (env, line) => {
    const run = await runK6('session', env);
    expect(run.code).toBe(108);
    expect(run.output).toContain(line);
    expect(run.output).not.toContain('secret');
    expect(run.output.trim().split('\n')).toHaveLength(1);
    expect(run.summary).toBeUndefined();
  });

  k6Test("are k6's own that replace the scenario", async () => {
    const run = await runK6('session', { SERVER: 'http://127.0.0.1:1/dm' }, '--vus', '2', '--duration', '5s');
    expect(run.code).toBe(108);
    expect(run.output).toContain('expected none of them, for they replace the script');
  });

  k6Test('in names are told when the test begins', async () => {
    const { SERVER: server } = await serve('inventory');
    const run = await runK6('polling', {
      SERVER: server,
      DEVICES: 1,
      SESSIONS: 1,
      RAMP: '0s',
      THINK_TIMES: '9s',
      LATENCY,
    });
    expect(run.code).toBe(0);
    expect(run.output).toContain('-e THINK_TIMES is no option of polling.ts; was THINK_TIME meant?');
  });
});

describe(`a server that does not do its part${WITHOUT_K6}`, () => {
  const ONE = { DEVICES: 1, SESSIONS: 1, RAMP: '0s', TIMEOUT: '1s', MAX_ITERATIONS: 5 };
  const PACKAGE2 = 'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oma.dm.request+json\r\n';
  k6Test.each([
    ['http_503', 'HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n', 'Package#1 was answered 503'],
    [
      'http_302',
      'HTTP/1.1 302 Go\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n',
      'Package#1 was answered 302',
    ],
    ['package2_invalid', `${PACKAGE2}Content-Length: 4\r\n\r\nWhat`, '$: expected JSON, found \\"What\\"'],
    ['package2_invalid', `${PACKAGE2}Content-Length: 2\r\n\r\n{}`, '$.CMD: expected an array of commands'],
    ['connection_closed', '', 'Package#1: EOF'],
    ['connection_closed', `${PACKAGE2}Content-Length: 50\r\n\r\n{"CMD"`, 'Package#1: unexpected EOF'],
    ['response_malformed', 'What?\r\n\r\n', 'malformed HTTP'],
    ['response_malformed', 'HTTP/1.1 101 Up\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', '101'],
    [
      'encoding_invalid',
      `${PACKAGE2}Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nWhat`,
      'decompressing',
    ],
    ['encoding_invalid', `${PACKAGE2}Content-Encoding: rot13\r\nContent-Length: 4\r\n\r\nWhat`, 'rot13'],
    [
      'body_too_large',
      `${PACKAGE2}Content-Length: 1048577\r\n\r\n${' '.repeat(1_048_577)}`,
      'more than 1048576 bytes',
    ],
    ['iterations_exceeded', `${PACKAGE2}Content-Length: 10\r\n\r\n{"CMD":[]}`, 'no END in 5 Package#2s'],
  ] as const)(
    'is an outcome that is counted (%s), told once and crosses a threshold',
    async (reason, answer, told) => {
      const server = await startRawServer((socket) =>
        onRequest(socket, () => {
          socket.write(answer);
          if (reason === 'connection_closed') socket.end();
        }),
      );
      try {
        const run = await runK6('polling', { SERVER: `${server.origin}/dm`, ...ONE });
        expect(run.code, run.output).toBe(99);
        expect(run.summary?.totals.endings).toEqual({ completed: 0, [reason]: 1 });
        expect(run.summary?.totals.sessions).toMatchObject({ started: 1, completed: 0, inFlight: 0 });
        expect(run.output).toContain(`session ended: ${reason}: `);
        expect(run.output).toContain(told);
        expect(run.output).not.toMatch(/\.ts:\d+/);
      } finally {
        await server.close();
      }
    },
  );

  k6Test('or is not there, or never answers, ends sessions in time', async () => {
    const silent = await startRawServer(() => undefined);
    const late = await runK6('polling', { SERVER: `${silent.origin}/dm`, ...ONE });
    await silent.close();
    expect(late.summary?.totals.endings).toEqual({ completed: 0, exchange_timeout: 1 });
    const refused = await runK6('polling', { SERVER: `${silent.origin}/dm`, ...ONE });
    expect(refused.summary?.totals.endings).toEqual({ completed: 0, connect_refused: 1 });
    expect(refused.summary?.totals.packages).toMatchObject({ '1': 0, '2': 0 });
  });

  k6Test('ends a capacity test as soon as its turnaround is too long', async () => {
    const { SERVER } = await serve('inventory', { serviceTime: { kind: 'constant', ms: 300 } });
    const startedAt = performance.now();
    const run = await runK6('capacity', {
      SERVER,
      FROM: 5,
      TO: 10,
      DURATION: '60s',
      VUS: 20,
      MAX_TURNAROUND: '100ms',
      LATENCY,
    });
    expect(run.code).toBe(99);
    expect(performance.now() - startedAt).toBeLessThan(50_000);
    expect(run.output).toContain("thresholds on metrics 'omadm_server_turnaround' were crossed");
    expect(run.summary?.latencyMs.serverTurnaround.p50).toBeGreaterThan(290);
  });

  k6Test('that is too slow for the drain has its sessions counted as ended with the run', async () => {
    const silent = await startRawServer(() => undefined);
    const run = await runK6('session', {
      SERVER: `${silent.origin}/dm`,
      RATE: 5,
      DURATION: '1s',
      DRAIN: '500ms',
      VUS: 10,
    });
    await silent.close();
    const { started } = run.summary?.totals.sessions ?? { started: 0 };
    expect(started).toBeGreaterThan(2);
    expect(run.summary?.totals.endings).toEqual({ completed: 0, run_ended: started });
  });
});
