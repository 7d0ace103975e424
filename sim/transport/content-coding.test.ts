/** Packed and encoded bodies over real exchanges. */
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { failed, get, responded } from './testing/http-requests.ts';
import { http200, onRequest, startAnswering, startRawServer, type RawServer } from './testing/raw-server.ts';
import { HTTP_TRANSPORTS } from './http-transport-name.ts';
import { createHttpClient } from './http-transport.ts';

describe.each(HTTP_TRANSPORTS)('over %s', (transport) => {
  let server: RawServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  /** A packed 200 response. */
  function packed(coding: string, body: Buffer): Buffer {
    const head = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), body]);
  }

  describe('content codings', () => {
    const text = '{"CMD":[]}'.repeat(100);
    test.each([
      ['gzip', gzipSync(text)],
      ['x-gzip', gzipSync(text)],
      ['deflate', deflateSync(text)],
      ['deflate', deflateRawSync(text)],
      ['deflate, gzip', gzipSync(deflateSync(text))],
      ['identity', Buffer.from(text)],
    ])('%s is undone; the bytes are those of the wire', async (coding, body) => {
      server = await startAnswering(packed(coding, body));
      const connections = createHttpClient(transport, {}, 5_000).open();
      const outcome = responded(await connections.exchange(get(server.origin)));
      expect(outcome.body).toBe(text);
      expect(outcome.bytes).toBe(body.length);
      connections.close();
    });

    test.each([
      ['an unknown coding', 'br', Buffer.from('x')],
      ['broken data', 'gzip', Buffer.from('this is not gzip')],
      ['data cut short', 'gzip', gzipSync(text).subarray(0, 30)],
      ['a tower of codings', 'gzip, gzip, gzip, gzip', gzipSync(text)],
    ])('%s is encoding_invalid', async (_name, coding, body) => {
      server = await startAnswering(packed(coding, body));
      const connections = createHttpClient(transport, {}, 5_000).open();
      expect(failed(await connections.exchange(get(server.origin))).failure).toBe('encoding_invalid');
      connections.close();
    });

    test('a gzip bomb is body_too_large, and unpacked no further than the bound', async () => {
      server = await startAnswering(packed('gzip', gzipSync(Buffer.alloc(50_000_000))));
      const connections = createHttpClient(transport, {}, 5_000).open();
      const before = process.memoryUsage().arrayBuffers;
      const outcome = failed(await connections.exchange(get(server.origin, { maxBodyBytes: 100_000 })));
      expect(outcome.failure).toBe('body_too_large');
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
      connections.close();
    });

    test('Latin-1 text is read as such where the Content-Type says so, and a byte order mark is dropped', async () => {
      server = await startRawServer((socket) =>
        onRequest(socket, (request) => {
          if (request.startsWith('GET /latin1'))
            socket.write(
              Buffer.from(
                'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=ISO-8859-1\r\nContent-Length: 1\r\n\r\n\u00e9',
                'latin1',
              ),
            );
          else socket.write(http200('\ufeff{}'));
        }),
      );
      const connections = createHttpClient(transport, {}, 5_000).open();
      expect(responded(await connections.exchange(get(`${server.origin}/latin1`))).body).toBe('é');
      expect(responded(await connections.exchange(get(`${server.origin}/bom`))).body).toBe('{}');
      connections.close();
    });
  });
});
