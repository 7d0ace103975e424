import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { servers } from './testing/running-server.ts';
import {
  ask,
  headersOf,
  package1,
  PACKAGE1_TYPE,
  PACKAGE2_TYPE,
  PACKAGE3_TYPE,
  raw,
  STARTED,
} from './testing/tiny-client.ts';

const start = servers();

function rawPackage(type: string, devId: string, body: string): string {
  return (
    `POST /dm HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nAccept: ${PACKAGE2_TYPE}\r\nOMADM-DevID: ${devId}\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

describe('the server survives', () => {
  it('bytes that are no HTTP', async () => {
    const server = await start();
    expect(await raw(server.port, 'GARBAGE\0\x01\x02\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(server.ledger().violations).toMatchObject({ 'http.malformed': { count: 1 } });
    expect((await package1(`${server.url}/dm`, 'a')).status).toBe(200);
  });

  it('headers without end', async () => {
    const server = await start();
    const headers = `GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(100_000)}\r\n\r\n`;
    expect(await raw(server.port, headers)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('a body that is announced too large', async () => {
    const server = await start();
    const head = rawPackage(PACKAGE1_TYPE, 'a', '').replace(
      'Content-Length: 0',
      'Content-Length: 99999999999',
    );
    expect(await raw(server.port, head)).toMatch(/^HTTP\/1\.1 413 /);
    expect(server.ledger().violations).toMatchObject({ 'package1.too_large': { count: 1 } });
  });

  it('a chunked body that never stops growing', async () => {
    const server = await start();
    const head = rawPackage(PACKAGE3_TYPE, 'a', '').replace(
      'Content-Length: 0',
      'Transfer-Encoding: chunked',
    );
    const received = await new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1');
      const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
      let text = '';
      const pump = (): void => {
        while (!socket.destroyed && socket.writable && socket.write(chunk));
      };
      socket.on('connect', () => {
        socket.write(head);
        pump();
      });
      socket.on('drain', pump);
      socket.on('data', (data) => (text += data.toString('latin1')));
      socket.on('error', () => socket.destroy());
      socket.on('close', () => resolve(text));
    });
    // A reset may overtake the answer; what counts is that the connection is ended and the rule noted.
    expect(received === '' || received.startsWith('HTTP/1.1 413 ')).toBe(true);
    expect(server.ledger().violations).toMatchObject({ 'package3.too_large': { count: 1 } });
  });

  it('a client that goes away in the middle of its body', async () => {
    const server = await start();
    const head = rawPackage(PACKAGE1_TYPE, 'a', STARTED).slice(0, -10);
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(head, () => {
          socket.destroy();
          resolve();
        });
      });
    });
    expect((await package1(`${server.url}/dm`, 'b')).status).toBe(200);
    expect(server.ledger()).toMatchObject({ sessions: { started: 1 }, violations: {} });
  });

  it('a client that goes away before its answer, which then is not counted', async () => {
    const server = await start({ serviceTime: { kind: 'constant', ms: 400 } });
    const busy = (): number => server.ledger().service.busy;
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(rawPackage(PACKAGE1_TYPE, 'a', STARTED)),
    );
    await expect.poll(busy, { interval: 5 }).toBe(1);
    socket.destroy();
    await expect.poll(busy, { interval: 5 }).toBe(0);
    expect(server.ledger()).toMatchObject({
      packages: { '1': 1, '2': 0 },
      commands: {},
      sessions: { open: 1 },
    });
  });

  it('a whole session sent without waiting for the answers', async () => {
    const server = await start();
    const received = await raw(
      server.port,
      rawPackage(PACKAGE1_TYPE, 'a', STARTED) + rawPackage(PACKAGE3_TYPE, 'a', '{"Status":[{"sc":200}]}'),
      (text) => text.includes('"END"'),
    );
    expect(received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(server.ledger().sessions).toMatchObject({ completed: 1 });
  });

  it('packages of two devices sent in one go, although answers take their time', async () => {
    const server = await start({ serviceTime: { kind: 'constant', ms: 5 } });
    const received = await raw(
      server.port,
      rawPackage(PACKAGE1_TYPE, 'a', STARTED) + rawPackage(PACKAGE1_TYPE, 'b', STARTED),
      (text) => text.split('"GET"').length === 3,
    );
    expect(received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(server.ledger()).toMatchObject({ packages: { '2': 2 }, commands: { GET: 2 } });
  });

  it('a client that sends a byte now and then and never comes to an end', async () => {
    const server = await start({ requestTimeoutMs: 100 });
    const received = await raw(server.port, 'POST /dm HTTP/1.1\r\nHost:');
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    expect(server.ledger().violations).toEqual({});
  });

  it('a Package#3 sent while the answer to Package#1 is still being made', async () => {
    const server = await start({ serviceTime: { kind: 'constant', ms: 400 } });
    const first = package1(`${server.url}/dm`, 'a');
    await expect.poll(() => server.ledger().service.busy, { interval: 5 }).toBe(1);
    const early = await ask(`${server.url}/dm`, {
      method: 'POST',
      headers: headersOf('a', PACKAGE3_TYPE),
      body: '{"Status":[{"sc":200}]}',
    });
    expect(early.status).toBe(409);
    expect((await first).status).toBe(200);
  });

  it('wrong methods and unknown paths', async () => {
    const server = await start();
    const statuses = await Promise.all(
      [
        ['GET', '/dm', 405],
        ['POST', '/ledger', 405],
        ['DELETE', '/repository/x', 405],
        ['PUT', '/firmware/x', 405],
        ['PUT', '/ui/consent', 405],
        ['GET', '/notify', 405],
        ['GET', '/', 404],
        ['POST', '/dmx', 404],
        ['GET', '/ui/nothing', 404],
        ['GET', '/push', 426],
        ['GET', '/health', 200],
      ].map(async ([method, path, status]) => [
        method,
        path,
        (await ask(`${server.url}${path as string}`, { method: method as string })).status === status,
      ]),
    );
    expect(statuses.filter(([, , right]) => right !== true)).toEqual([]);
  });

  it('several hundred connections opened at the same moment', async () => {
    const server = await start();
    const replies = await Promise.all(
      Array.from({ length: 400 }, (_, i) => package1(`${server.url}/dm`, `device-${i}`)),
    );
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    expect(server.ledger().sessions.started).toBe(400);
  });
});
