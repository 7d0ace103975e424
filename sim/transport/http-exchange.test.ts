/** Exchanges with servers that behave, and what is measured and kept of them. */
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { get, post, responded } from './testing/http-requests.ts';
import { http200, onRequest, startAnswering, startRawServer, type RawServer } from './testing/raw-server.ts';
import { HTTP_TRANSPORTS } from './http-transport-name.ts';
import { createHttpClient } from './http-transport.ts';

const IPV6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

describe.each(HTTP_TRANSPORTS)('over %s', (transport) => {
  let server: RawServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  describe('an exchange', () => {
    test('sends method, path with query, headers and body, and gives back what came', async () => {
      let request = '';
      server = await startRawServer((socket) =>
        onRequest(socket, (text) => {
          request = text;
          socket.write(
            http200('{"CMD":[["END"]]}', [
              'OMADM-Accept: application/json',
              'Set-Cookie: a=1',
              'Set-Cookie: b=2',
            ]),
          );
        }),
      );
      const connections = createHttpClient(transport, {}, 5_000).open();
      const uri = `${server.origin}/dm?x=1#part`;
      const outcome = responded(await connections.exchange(post(uri, { body: '{"é":1}', cookie: 's=7' })));
      expect(request.startsWith('POST /dm?x=1 HTTP/1.1\r\n')).toBe(true);
      expect(request).toContain('OMADM-DevID: IMEI:1\r\n');
      expect(request).toContain('Cookie: s=7\r\n');
      expect(request).toMatch(/content-length: 8\r\n/i);
      expect(outcome.status).toBe(200);
      expect(outcome.body).toBe('{"CMD":[["END"]]}');
      expect(outcome.bytes).toBe(17);
      expect(outcome.contentType).toBe('application/json');
      expect(outcome.omadmAccept).toBe('application/json');
      expect(outcome.headers['set-cookie']).toEqual(['a=1', 'b=2']);
      expect(outcome.connectMs).toBeGreaterThan(0);
      expect(outcome.turnaroundMs).toBeGreaterThan(0);
      connections.close();
    });

    test('reads a chunked body and one that ends with the connection', async () => {
      server = await startRawServer((socket) =>
        onRequest(socket, (request) => {
          if (request.startsWith('GET /chunked'))
            socket.write(
              'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
            );
          else socket.end('HTTP/1.0 200 OK\r\n\r\nto the end');
        }),
      );
      const connections = createHttpClient(transport, {}, 5_000).open();
      const chunked = responded(await connections.exchange(get(`${server.origin}/chunked`)));
      expect([chunked.body, chunked.bytes]).toEqual(['abcde', 5]);
      expect(responded(await connections.exchange(get(`${server.origin}/close`))).body).toBe('to the end');
      connections.close();
    });

    test.each([
      [204, 'HTTP/1.1 204 No Content\r\n\r\n', ''],
      [302, 'HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n', ''],
      [
        503,
        'HTTP/1.1 503 Busy\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 3\r\n\r\n<p>',
        '<p>',
      ],
    ])('hands on status %i without judging or following it', async (status, response, body) => {
      server = await startAnswering(response);
      const connections = createHttpClient(transport, {}, 5_000).open();
      const outcome = responded(await connections.exchange(post(`${server.origin}/dm`)));
      expect([outcome.status, outcome.body]).toEqual([status, body]);
      expect(outcome.contentType).toBe(status === 503 ? 'text/html' : '');
      connections.close();
    });

    test.each([
      ['100 Continue', 'HTTP/1.1 100 Continue\r\n\r\n'],
      ['two of 100 Continue', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n'],
      ['103 Early Hints', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'],
    ])('skips %s before the final response, in one packet and in two', async (_name, interim) => {
      server = await startRawServer((socket) =>
        onRequest(socket, (_request, number) => {
          if (number === 0) socket.write(interim + http200('final'));
          else {
            socket.write(interim);
            setTimeout(() => socket.write(http200('HTTP/1.1 100 is no head here\r\n\r\n')), 20);
          }
        }),
      );
      const connections = createHttpClient(transport, {}, 5_000).open();
      expect(responded(await connections.exchange(post(server.origin))).body).toBe('final');
      const second = responded(await connections.exchange(post(server.origin)));
      expect(second.body).toBe('HTTP/1.1 100 is no head here\r\n\r\n');
      expect(server.accepted).toBe(1);
      connections.close();
    });

    test('sends a large body whole, and its length in bytes', async () => {
      const body = `{"é":"${'日本語'.repeat(300_000)}"}`;
      let request = '';
      server = await startRawServer((socket) =>
        onRequest(socket, (text) => {
          request = text;
          socket.write(http200('ok'));
        }),
      );
      const connections = createHttpClient(transport, {}, 5_000).open();
      for (let i = 0; i < 2; i++) {
        request = '';
        responded(await connections.exchange(post(server.origin, { body, cookie: 's=\u00e9' })));
        const [head = '', sent = ''] = request.split('\r\n\r\n');
        expect(head).toContain('Cookie: s=\u00e9');
        expect(head).toMatch(/content-length: 2700009$/im);
        expect(Buffer.from(sent, 'latin1').toString() === body).toBe(true);
      }
      connections.close();
    });

    test('takes a response that comes before the request is out', async () => {
      server = await startRawServer((socket) => {
        socket.pause();
        socket.once('data', () => socket.write(http200('early', ['Connection: close'])));
      });
      const connections = createHttpClient(transport, {}, 5_000).open();
      const body = 'x'.repeat(20_000_000);
      const outcome = responded(await connections.exchange(post(server.origin, { body })));
      expect([outcome.status, outcome.body]).toEqual([200, 'early']);
      connections.close();
    });

    test('PUT and POST without a body say so, GET says nothing', async () => {
      const seen: string[] = [];
      server = await startRawServer((socket) =>
        onRequest(socket, (text) => {
          seen.push(`${text.split(' ')[0] ?? ''} ${/content-length: \d+/i.exec(text)?.[0].toLowerCase()}`);
          socket.write(http200('ok'));
        }),
      );
      const connections = createHttpClient(transport, {}, 5_000).open();
      for (const method of ['GET', 'PUT', 'POST'] as const) {
        const request = { method, uri: server.origin, headers: {}, maxBodyBytes: 100, keepBody: true };
        responded(await connections.exchange(request));
      }
      expect(seen).toEqual(['GET undefined', 'PUT content-length: 0', 'POST content-length: 0']);
      connections.close();
    });

    test.skipIf(!IPV6)('reaches an IPv6 address', async () => {
      let request = '';
      server = await startRawServer(
        (socket) =>
          onRequest(socket, (text) => {
            request = text;
            socket.write(http200('six'));
          }),
        undefined,
        '::1',
      );
      const connections = createHttpClient(transport, {}, 5_000).open();
      expect(responded(await connections.exchange(get(server.origin))).body).toBe('six');
      expect(request).toMatch(new RegExp(`^host: \\[::1\\]:${server.port}\\r$`, 'im'));
      connections.close();
    });

    test('turnaround starts on the connected transport: connecting is not in it', async () => {
      server = await startRawServer((socket) =>
        onRequest(socket, () => setTimeout(() => socket.write(http200('late')), 60)),
      );
      const connections = createHttpClient(transport, {}, 5_000).open();
      const outcome = responded(await connections.exchange(post(server.origin)));
      expect(outcome.turnaroundMs).toBeGreaterThanOrEqual(55);
      expect(outcome.connectMs).toBeLessThan(55);
      connections.close();
    });
  });

  describe('extra headers', () => {
    test('go to their origin alone and yield to the device’s own', async () => {
      const seen: string[] = [];
      const record = (name: string) => (socket: Parameters<typeof onRequest>[0]) =>
        onRequest(socket, (request) => {
          seen.push(
            `${name} ${/x-key: (.*)\r\n/i.exec(request)?.[1] ?? 'none'} ${request.match(/omadm-devid/gi)?.length}`,
          );
          socket.write(http200('ok'));
        });
      server = await startRawServer(record('dm'));
      const other = await startRawServer(record('other'));
      const extraHeaders = { 'X-Key': 'k', 'omadm-devid': 'nobody' };
      const client = createHttpClient(transport, { extraHeaders, extraHeadersOrigin: server.origin }, 5_000);
      const connections = client.open();
      await connections.exchange(post(`${server.origin}/dm`));
      await connections.exchange(post(`${other.origin}/dm`));
      expect(seen).toEqual(['dm k 1', 'other none 1']);
      connections.close();
      await other.close();
    });

    test('that cannot be sent are refused when the client is made', () => {
      expect(() => createHttpClient(transport, { extraHeaders: { 'a b': 'x' } }, 1)).toThrow(/"a b".*token/);
      expect(() => createHttpClient(transport, { extraHeaders: { a: 'x\r\ny' } }, 1)).toThrow(/control/);
      expect(() => createHttpClient(transport, { extraHeaders: { Connection: 'close' } }, 1)).toThrow(
        /transport/,
      );
    });
  });

  test('a header of our own that cannot be sent is thrown, not reported as the peer’s doing', async () => {
    server = await startAnswering(http200('ok'));
    const connections = createHttpClient(transport, {}, 5_000).open();
    const request = post(server.origin, { headers: { 'OMADM-DevID': 'a\nb' } });
    await expect(connections.exchange(request)).rejects.toThrow(/OMADM-DevID/);
    responded(await connections.exchange(post(server.origin)));
    connections.close();
  });

  test('cookies of a peer can never break a request', async () => {
    server = await startAnswering(http200('ok'));
    const connections = createHttpClient(transport, {}, 5_000).open();
    responded(await connections.exchange(post(server.origin, { cookie: 'a=\u0001b\u4e00\r\nX: y' })));
    connections.close();
  });
});
