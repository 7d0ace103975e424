/** How long connections live: kept within a session, closed at its end, replaced when the server closed them. */
import { afterEach, describe, expect, test } from 'vitest';
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

  describe('connections', () => {
    test('one connection per origin is kept for all exchanges of a session and closed at its end', async () => {
      const other = await startAnswering(http200('repository'));
      server = await startAnswering(http200('server'));
      const connections = createHttpClient(transport, {}, 5_000).open();
      const outcomes = [];
      for (let i = 0; i < 3; i++) {
        outcomes.push(responded(await connections.exchange(post(`${server.origin}/dm`))));
        outcomes.push(responded(await connections.exchange(get(`${other.origin}/data`))));
      }
      expect([server.accepted, other.accepted]).toEqual([1, 1]);
      expect(outcomes.map(({ connectMs }) => connectMs !== undefined)).toEqual([
        true,
        true,
        false,
        false,
        false,
        false,
      ]);
      connections.close();
      await until(() => server?.open === 0 && other.open === 0, 'all connections closed');
      await other.close();
      expect(failed(await connections.exchange(post(server.origin))).failure).toBe('connection_closed');
    });

    test('open connections are counted: each once when it is opened, once when it ends, however it ends', async () => {
      server = await startAnswering(http200('ok'));
      const other = await startAnswering(http200('last', ['Connection: close']));
      let open = 0;
      const counts = { opened: 0, closed: 0 };
      const client = createHttpClient(transport, {}, 5_000, {
        connections: {
          connectionOpened: (kind) => {
            expect(kind).toBe('http');
            counts.opened++;
            open++;
          },
          connectionClosed: () => {
            counts.closed++;
            open--;
          },
        },
      });
      const [one, two] = [client.open(), client.open()];
      for (const connections of [one, one, two]) responded(await connections.exchange(post(server.origin)));
      expect(open).toBe(2);
      responded(await two.exchange(post(other.origin)));
      await until(() => open === 2, 'the connection that the server ended is closed');
      one.break();
      one.close();
      two.close();
      await until(() => open === 0, 'all connections closed');
      const refused = client.open();
      await other.close();
      failed(await refused.exchange(post(other.origin)));
      refused.close();
      expect(counts).toEqual({ opened: 3, closed: 3 });
    });

    test('two devices share no connection', async () => {
      server = await startAnswering(http200('ok'));
      const client = createHttpClient(transport, {}, 5_000);
      const [one, two] = [client.open(), client.open()];
      await Promise.all([one.exchange(post(server.origin)), two.exchange(post(server.origin))]);
      expect(server.accepted).toBe(2);
      one.close();
      two.close();
    });

    test('break() closes them, and the next exchange connects anew', async () => {
      server = await startAnswering(http200('ok'));
      const connections = createHttpClient(transport, {}, 5_000).open();
      responded(await connections.exchange(post(server.origin)));
      connections.break();
      await until(() => server?.open === 0, 'the connection closed');
      expect(responded(await connections.exchange(post(server.origin))).connectMs).toBeGreaterThan(0);
      expect(server.accepted).toBe(2);
      connections.close();
    });

    test('a kept connection that the server has closed in the meantime is replaced before sending', async () => {
      let requests = 0;
      server = await startRawServer((socket) =>
        onRequest(socket, () => {
          requests++;
          // Not announced by "Connection: close".
          socket.end(http200('ok'));
        }),
      );
      const connections = createHttpClient(transport, {}, 5_000).open();
      for (let i = 0; i < 3; i++) {
        responded(await connections.exchange(post(server.origin)));
        await until(() => server?.open === 0, 'the server closed the connection');
      }
      expect([requests, server.accepted]).toEqual([3, 3]);
      connections.close();
    });

    test('a request that was sent is not sent again: closing upon it is connection_closed', async () => {
      let requests = 0;
      server = await startRawServer((socket) =>
        onRequest(socket, (_request, number) => {
          requests++;
          if (number === 0) socket.write(http200('ok'));
          else socket.destroy();
        }),
      );
      const connections = createHttpClient(transport, {}, 5_000).open();
      responded(await connections.exchange(post(server.origin)));
      const outcome = failed(await connections.exchange(post(server.origin)));
      expect([outcome.failure, outcome.sent]).toEqual(['connection_closed', true]);
      expect([requests, server.accepted]).toEqual([2, 1]);
      connections.close();
    });

    test('a connection that the server gives up sooner than a request would arrive is not used again', async () => {
      server = await startAnswering(http200('ok', ['Keep-Alive: timeout=0']));
      const connections = createHttpClient(transport, {}, 5_000).open();
      for (let i = 0; i < 2; i++) responded(await connections.exchange(post(server.origin)));
      expect(server.accepted).toBe(2);
      connections.close();
    });

    test('bytes that come unasked between two exchanges are not taken for a response', async () => {
      server = await startRawServer((socket) =>
        onRequest(socket, () => {
          socket.write(http200('asked'));
          setTimeout(() => socket.write(http200('unasked')), 10);
        }),
      );
      const connections = createHttpClient(transport, {}, 5_000).open();
      for (let i = 0; i < 2; i++) {
        expect(responded(await connections.exchange(post(server.origin))).body).toBe('asked');
        await until(() => server?.open === 0, 'the connection dropped');
      }
      connections.close();
    });

    test('exchanges with one origin follow one another on its connection', async () => {
      const order: string[] = [];
      server = await startRawServer((socket) =>
        onRequest(socket, (request) => {
          order.push(`> ${request[5] ?? ''}`);
          setTimeout(() => {
            order.push(`< ${request[5] ?? ''}`);
            socket.write(http200('ok'));
          }, 5);
        }),
      );
      const { origin } = server;
      const connections = createHttpClient(transport, {}, 5_000).open();
      const paths = ['a', 'b', 'c'];
      const outcomes = await Promise.all(paths.map((path) => connections.exchange(get(`${origin}/${path}`))));
      expect(outcomes.map(({ ok, connectMs }) => [ok, connectMs !== undefined])).toEqual([
        [true, true],
        [true, false],
        [true, false],
      ]);
      expect(order).toEqual(['> a', '< a', '> b', '< b', '> c', '< c']);
      expect(server.accepted).toBe(1);
      connections.close();
    });

    test('exchanges behind one that times out end with its connection', async () => {
      server = await startRawServer(() => undefined);
      const { origin } = server;
      const connections = createHttpClient(transport, {}, 200).open();
      const outcomes = await Promise.all(
        ['a', 'b'].map((path) => connections.exchange(get(`${origin}/${path}`))),
      );
      expect(outcomes.map((outcome) => [failed(outcome).failure, failed(outcome).sent])).toEqual([
        ['exchange_timeout', true],
        ['connection_closed', false],
      ]);
      await until(() => server?.open === 0, 'the connection dropped');
      connections.close();
    });

    test('connectedTo() tells an open connection from none', async () => {
      server = await startAnswering(http200('ok'));
      const { origin } = server;
      const connections = createHttpClient(transport, {}, 5_000).open();
      expect(connections.connectedTo(`${origin}/dm`)).toBe(false);
      responded(await connections.exchange(post(`${origin}/dm`)));
      expect(connections.connectedTo(`${origin}/other`)).toBe(true);
      expect(connections.connectedTo('http://127.0.0.1:1/')).toBe(false);
      expect(connections.connectedTo('http://1.2.3.4.5.6:1/')).toBe(false);
      connections.break();
      expect(connections.connectedTo(`${origin}/dm`)).toBe(false);
      connections.close();
    });

    test('leaves from the local address it was given', async () => {
      let from: string | undefined;
      server = await startRawServer((socket) => {
        from = socket.remoteAddress;
        onRequest(socket, () => socket.write(http200('ok')));
      });
      const connections = createHttpClient(transport, { localAddress: '127.0.0.3' }, 5_000).open();
      responded(await connections.exchange(post(server.origin)));
      expect(from).toBe('127.0.0.3');
      connections.close();
    });

    test('close() ends an exchange under way at once, while connecting too', async () => {
      server = await startRawServer(() => undefined);
      const client = createHttpClient(transport, {}, 30_000);
      const waiting = client.open();
      const exchange = waiting.exchange(post(server.origin));
      await until(() => server?.open === 1, 'connected');
      waiting.close();
      waiting.close();
      expect(failed(await exchange).failure).toBe('connection_closed');
      const connecting = client.open();
      const second = connecting.exchange(post(server.origin));
      connecting.close();
      expect(failed(await second)).toMatchObject({ failure: 'connection_closed', sent: false });
      await until(() => server?.open === 0, 'all connections closed');
    });
  });
});

// undici looks one turn of the event loop less at a connection before it uses it again.
test('over net, a server that closes right behind each response, unannounced, costs no request', async () => {
  let requests = 0;
  const closing = await startRawServer((socket) =>
    onRequest(socket, () => {
      requests++;
      socket.end(http200('ok'));
    }),
  );
  const connections = createHttpClient('net', {}, 5_000).open();
  // Each request follows the response at once.
  for (let i = 0; i < 20; i++) responded(await connections.exchange(post(closing.origin)));
  expect([requests, closing.accepted]).toEqual([20, 20]);
  connections.close();
  await closing.close();
});
