/** Exchanges over TLS: whom the client trusts, and what it says of those it does not. */
import { type Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeTestAuthority, type TestAuthority } from './testing/certificates.ts';
import { failed, post, responded } from './testing/http-requests.ts';
import { http200, onRequest, startRawServer, until, type RawServer } from './testing/raw-server.ts';
import { type HttpClient } from './http-client.ts';
import { HTTP_TRANSPORTS } from './http-transport-name.ts';
import { createHttpClient } from './http-transport.ts';

describe.each(HTTP_TRANSPORTS)('over %s', (transport) => {
  let server: RawServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  /** One POST that fails in the handshake and leaves no socket. */
  async function expectTlsFailure(origin: string, client: HttpClient): Promise<void> {
    const connections = client.open();
    expect(failed(await connections.exchange(post(origin)))).toMatchObject({
      failure: 'tls_failed',
      sent: false,
    });
    connections.close();
    await until(() => server?.open === 0, 'all sockets released');
  }

  describe('TLS', () => {
    let authority: TestAuthority;
    beforeAll(async () => {
      authority = await makeTestAuthority();
    });
    const answer = (socket: Socket): void => onRequest(socket, () => socket.write(http200('secret')));

    test('a server of a trusted authority is served, and connecting includes the handshake', async () => {
      server = await startRawServer(answer, authority.server);
      const connections = createHttpClient(transport, { ca: authority.ca }, 5_000).open();
      const outcome = responded(await connections.exchange(post(server.origin)));
      expect(outcome.body).toBe('secret');
      expect(outcome.connectMs).toBeGreaterThan(0);
      expect(responded(await connections.exchange(post(server.origin))).connectMs).toBeUndefined();
      connections.close();
      await until(() => server?.open === 0, 'closed');
    });

    test('bodies of many TLS records arrive whole, both ways', async () => {
      const text = '0123456789'.repeat(50_000);
      let request = '';
      server = await startRawServer(
        (socket) =>
          onRequest(socket, (received) => {
            request = received;
            socket.write(http200(text));
          }),
        authority.server,
      );
      const connections = createHttpClient(transport, { ca: authority.ca }, 5_000).open();
      for (let i = 0; i < 2; i++) {
        const exchange = connections.exchange(post(server.origin, { body: text, maxBodyBytes: 500_000 }));
        const { body, bytes } = responded(await exchange);
        expect([body === text, bytes, request.endsWith(`\r\n\r\n${text}`)]).toEqual([true, 500_000, true]);
      }
      connections.close();
    });

    test('a server of an unknown authority is tls_failed, unless told to take any', async () => {
      server = await startRawServer(answer, authority.server);
      await expectTlsFailure(server.origin, createHttpClient(transport, {}, 5_000));
      const insecure = createHttpClient(transport, { insecure: true }, 5_000).open();
      expect(responded(await insecure.exchange(post(server.origin))).body).toBe('secret');
      insecure.close();
    });

    test('a certificate of a trusted authority for another address is tls_failed', async () => {
      const elsewhere = await makeTestAuthority('10.0.0.1');
      server = await startRawServer(answer, elsewhere.server);
      await expectTlsFailure(server.origin, createHttpClient(transport, { ca: elsewhere.ca }, 5_000));
    });

    test('a server without TLS where TLS is expected is tls_failed', async () => {
      server = await startRawServer((socket) =>
        socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      );
      const client = createHttpClient(transport, { ca: authority.ca }, 5_000);
      await expectTlsFailure(server.origin.replace('http:', 'https:'), client);
    });

    test('a server that hangs up in the handshake is tls_failed', async () => {
      server = await startRawServer((socket) => socket.once('data', () => socket.destroy()));
      const client = createHttpClient(transport, { ca: authority.ca }, 5_000);
      await expectTlsFailure(server.origin.replace('http:', 'https:'), client);
    });

    test('an authority that cannot be read is refused when the client is made', () => {
      expect(() => createHttpClient(transport, { ca: '-----BEGIN CERTIFICATE-----\nnonsense' }, 1)).toThrow();
    });
  });
});
