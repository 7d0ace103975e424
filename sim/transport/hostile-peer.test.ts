/** Exchanges with servers that refuse, stall, flood and lie: an outcome with its reason, in bounded time and memory. */
import { type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type HttpFailure } from '../device/effect.ts';
import { failed, get, post, responded } from './testing/http-requests.ts';
import {
  http200,
  onRequest,
  startAnswering,
  startRawServer,
  until,
  type RawServer,
} from './testing/raw-server.ts';
import { HTTP_TRANSPORTS } from './http-transport-name.ts';
import { createHttpClient } from './http-transport.ts';

describe.each(HTTP_TRANSPORTS)('over %s', (transport) => {
  let server: RawServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  const TIMEOUT_MS = 250;
  /** Past its timeout an exchange may last no longer than a busy test machine is slow. */
  const SLACK_MS = 1_500;

  /** Writes again and again until the peer goes away. */
  function flood(socket: Socket, chunk: string): void {
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on('drain', more);
    more();
  }

  /** One POST; asserts the reason, the bound on time, and that no socket is left. */
  async function expectFailure(
    failure: HttpFailure,
    origin: string,
    client = createHttpClient(transport, {}, TIMEOUT_MS),
  ) {
    const connections = client.open();
    const startedAt = performance.now();
    const outcome = failed(await connections.exchange(post(`${origin}/dm`)));
    expect(outcome.failure).toBe(failure);
    expect(outcome.detail).not.toBe('');
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    connections.close();
    if (server !== undefined) await until(() => server?.open === 0, 'all sockets released');
    return outcome;
  }

  describe('a server that is not there', () => {
    test('refuses: connect_refused', async () => {
      const gone = await startAnswering('');
      await gone.close();
      const client = createHttpClient(transport, {}, TIMEOUT_MS);
      const outcome = await expectFailure('connect_refused', gone.origin, client);
      expect(outcome).toMatchObject({ sent: false, detail: `connect ECONNREFUSED 127.0.0.1:${gone.port}` });
      expect(client.answered).toBe(false);
    });

    test('has no name: dns_failed', async () => {
      await expectFailure(
        'dns_failed',
        'http://no-such-host.invalid',
        createHttpClient(transport, {}, 5_000),
      );
    });

    test('has an impossible address: connect_failed, not thrown', async () => {
      await expectFailure('connect_failed', 'http://1.2.3.4.5.6.7.8.9:1');
      await expectFailure('connect_failed', 'http://[::::]:1');
    });
  });

  describe('a server that closes', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
    test.each<[string, (socket: Socket) => void]>([
      ['as soon as it accepts', (socket) => socket.destroy()],
      ['as soon as it accepts, politely', (socket) => socket.end()],
      ['by a reset upon the request', (socket) => socket.on('data', () => socket.resetAndDestroy())],
      ['upon the request', (socket) => onRequest(socket, () => socket.end())],
      ['in the status line', (socket) => onRequest(socket, () => socket.end('HTTP/1.1 2'))],
      ['in the headers', (socket) => onRequest(socket, () => socket.end(`${head}X-Y: z`))],
      [
        'in a body of known length',
        (socket) => onRequest(socket, () => socket.end(`${head}Content-Length: 100\r\n\r\n{"CMD"`)),
      ],
      [
        'in a body of known length that it had announced to be the last',
        (socket) =>
          onRequest(socket, () =>
            socket.end(`${head}Connection: close\r\nContent-Length: 100\r\n\r\n{"CMD"`),
          ),
      ],
      [
        'in a chunk',
        (socket) =>
          onRequest(socket, () => socket.end(`${head}Transfer-Encoding: chunked\r\n\r\n64\r\n{"CMD"`)),
      ],
      [
        'between chunks, announced',
        (socket) =>
          onRequest(socket, () =>
            socket.end(`${head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{"\r\n`),
          ),
      ],
      [
        'in the body by a reset',
        (socket) =>
          onRequest(socket, () => {
            socket.write(`${head}Content-Length: 100\r\n\r\n{"CMD"`, () =>
              setTimeout(() => socket.resetAndDestroy(), 20),
            );
          }),
      ],
    ])('%s: connection_closed', async (_name, behave) => {
      server = await startRawServer(behave);
      await expectFailure('connection_closed', server.origin);
    });
  });

  describe('a server that takes its time', () => {
    test.each<[string, (socket: Socket) => void]>([
      ['never answers', () => undefined],
      ['stalls in the headers', (socket) => onRequest(socket, () => socket.write('HTTP/1.1 200 OK\r\nX-'))],
      [
        'stalls in the body',
        (socket) => onRequest(socket, () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{')),
      ],
      [
        'sends interim responses for ever',
        (socket) => onRequest(socket, () => flood(socket, 'HTTP/1.1 102 Processing\r\n\r\n')),
      ],
      [
        'drips',
        (socket) =>
          onRequest(socket, () => {
            socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
            const timer = setInterval(() => socket.write('x'), 10);
            socket.on('close', () => clearInterval(timer));
          }),
      ],
    ])('%s: exchange_timeout', async (_name, behave) => {
      server = await startRawServer(behave);
      const outcome = await expectFailure('exchange_timeout', server.origin);
      expect(outcome).toMatchObject({ sent: true, detail: `no complete response within ${TIMEOUT_MS} ms` });
    });

    test('a TLS handshake that never ends is connect_timeout', async () => {
      server = await startRawServer(() => undefined);
      const outcome = await expectFailure('connect_timeout', server.origin.replace('http:', 'https:'));
      expect(outcome.sent).toBe(false);
    });

    test('the connection of an exchange that timed out is not used again', async () => {
      server = await startRawServer((socket, number) => {
        if (number > 0) onRequest(socket, () => socket.write(http200('second')));
      });
      const connections = createHttpClient(transport, {}, TIMEOUT_MS).open();
      expect(failed(await connections.exchange(post(server.origin))).failure).toBe('exchange_timeout');
      expect(responded(await connections.exchange(post(server.origin))).body).toBe('second');
      connections.close();
    });
  });

  describe('a server that sends too much', () => {
    test.each<[HttpFailure, string, (socket: Socket) => void]>([
      [
        'body_too_large',
        'a body of 10 MB',
        (socket) => {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n');
          socket.write('x'.repeat(10_000_000));
        },
      ],
      [
        'body_too_large',
        'a chunked body of 10 MB',
        (socket) => {
          socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
          for (let i = 0; i < 1_000; i++) socket.write(`2710\r\n${'x'.repeat(10_000)}\r\n`);
        },
      ],
      [
        'body_too_large',
        'an endless body',
        (socket) => {
          socket.write('HTTP/1.0 200 OK\r\n\r\n');
          flood(socket, 'x'.repeat(65_536));
        },
      ],
      [
        'headers_too_large',
        'an endless header',
        (socket) => flood(socket, `HTTP/1.1 200 OK\r\nX-Y: ${'x'.repeat(65_536)}`),
      ],
      [
        'headers_too_large',
        'headers without end',
        (socket) => {
          socket.write('HTTP/1.1 200 OK\r\n');
          flood(socket, 'X-Yyyyyyyyy: zzzzzzzzzzz\r\n'.repeat(1_000));
        },
      ],
      [
        'headers_too_large',
        'trailers without end',
        (socket) => {
          socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n');
          flood(socket, 'X-Yyyyyyyyy: zzzzzzzzzzz\r\n'.repeat(1_000));
        },
      ],
    ])('%s: %s', async (failure, _name, answer) => {
      server = await startRawServer((socket) => onRequest(socket, () => answer(socket)));
      const before = process.memoryUsage();
      await expectFailure(failure, server.origin);
      const after = process.memoryUsage();
      // The server's own buffers are in this process, too.
      expect(after.arrayBuffers + after.external - before.arrayBuffers - before.external).toBeLessThan(
        40_000_000,
      );
    });

    test('an endless body that is not kept is cut all the same', async () => {
      server = await startRawServer((socket) =>
        onRequest(socket, () => {
          socket.write('HTTP/1.0 200 OK\r\n\r\n');
          flood(socket, 'x'.repeat(65_536));
        }),
      );
      const connections = createHttpClient(transport, {}, 5_000).open();
      const request = get(server.origin, { keepBody: false, maxBodyBytes: 1_000_000 });
      expect(failed(await connections.exchange(request)).failure).toBe('body_too_large');
      await until(() => server?.open === 0, 'the connection dropped');
      connections.close();
    });

    test('a body that is not kept is counted to its last byte', async () => {
      server = await startAnswering(http200('x'.repeat(300_000)));
      const connections = createHttpClient(transport, {}, 5_000).open();
      const request = get(server.origin, { keepBody: false, maxBodyBytes: 300_000 });
      expect(responded(await connections.exchange(request))).toMatchObject({ bytes: 300_000, body: '' });
      connections.close();
    });
  });

  describe('a server that does not speak HTTP', () => {
    test.each([
      ['garbage', '\u0000\u0001garbage\r\n\r\n'],
      ['another protocol', '220 smtp.example ESMTP\r\n'],
      ['no status', 'HTTP/1.1\r\n\r\n'],
      ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nx'],
      [
        'two framings at once',
        'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
      ],
      [
        'a chunk size that is no number',
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n',
      ],
      [
        'an upgrade nobody asked for',
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      ],
    ])('sends %s: response_malformed', async (_name, bytes) => {
      server = await startAnswering(bytes);
      const client = createHttpClient(transport, {}, TIMEOUT_MS);
      await expectFailure('response_malformed', server.origin, client);
      expect(client.answered).toBe(true);
    });

    test('but answers a second time unasked spoils nothing', async () => {
      server = await startRawServer((socket) =>
        onRequest(socket, () => socket.write(http200('asked') + http200('unasked'))),
      );
      const connections = createHttpClient(transport, {}, 5_000).open();
      for (let i = 0; i < 3; i++)
        expect(responded(await connections.exchange(post(server.origin))).body).toBe('asked');
      connections.close();
    });
  });
});
