/** A real device in a real session over real sockets, against answers written by hand (protocol.md sections 1 to 4). */
import { type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { session } from '../device/session.ts';
import { testDevice } from '../device/testing/test-device.ts';
import { Driver } from './driver.ts';
import { EventLog } from './testing/event-log.ts';
import { onRequest, startRawServer, until, type RawServer } from './testing/raw-server.ts';
import { NetHttpClient } from './net-http-client.ts';

let server: RawServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Answers `POST /dm` with the packages in turn, and other requests from the map, `GET /data` …; else 404. */
function answering(packages: readonly string[], others: Readonly<Record<string, string>>, seen: string[]) {
  let number = 0;
  return (socket: Socket) =>
    onRequest(socket, (request) => {
      seen.push(request);
      const [line = ''] = request.split(' HTTP/');
      const isPackage = line === 'POST /dm';
      const body = isPackage ? (packages[number++] ?? '') : others[line];
      const type = isPackage
        ? 'application/vnd.oma.dm.request+json'
        : line.endsWith('/ui')
          ? 'text/html'
          : 'application/json';
      const status = body === undefined ? '404 Not Found' : '200 OK';
      const text = body ?? '';
      socket.write(
        `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
      );
    });
}

function runOne(origin: string, sessionTimeoutMs = 10_000) {
  const recorder = new EventLog();
  const http = new NetHttpClient({}, 5_000);
  const driver = new Driver({ http, recorder, sessionTimeoutMs });
  const device = testDevice({ serverUri: `${origin}/dm` });
  const running = driver.run({
    device: 0,
    trigger: 'client',
    start: (listener) => session(device, { kind: 'client' }, listener),
  });
  return { recorder, running };
}

describe('a whole session', () => {
  test('goes over one connection, and its books balance', async () => {
    const seen: string[] = [];
    const packages: string[] = [];
    const others = {
      'GET /data': '{"MOData":"Acme-Net"}',
      'PUT /data': '',
      'GET /ui': '<title>Hello</title><p>Nothing to do here',
    };
    server = await startRawServer(answering(packages, others, seen));
    const { origin } = server;
    packages.push(
      `{"CMD":[["HPUT","${origin}/data","urn:oma:mo:oma-dm-devinfo:1.2//Man"],["NONSENSE"],["GET","urn:oma:mo:oma-dm-devinfo:1.2//Mod"]]}`,
      `{"CMD":[["HGET","${origin}/missing","urn:oma:mo:oma-fumo:1.0//PkgName"],["SHOW","${origin}/ui"]]}`,
      '{"CMD":[["END"]]}',
    );
    const { recorder, running } = runOne(origin);
    expect(await running.done).toMatchObject({ outcome: 'completed', reason: 'completed' });
    await until(() => server?.open === 0, 'all connections closed');
    // The device's own connection, and the browser's.
    expect(server.accepted).toBe(2);
    expect(seen.map((request) => request.split(' HTTP/')[0])).toEqual([
      'POST /dm',
      'PUT /data',
      'POST /dm',
      'GET /missing',
      'GET /ui',
      'POST /dm',
    ]);
    expect(recorder.of('packagePassed')).toEqual([[1], [2], [3], [2], [3], [2]]);
    expect(recorder.of('serverTurnaround').map(([after]) => after)).toEqual([1, 3, 3]);
    expect(recorder.of('iterationEnded')).toHaveLength(3);
    expect(recorder.of('connected')).toHaveLength(2);
    const delivered = recorder.of('commandDelivered').map(([name]) => name);
    expect(delivered).toEqual(['HPUT', 'unknown', 'GET', 'HGET', 'SHOW', 'END']);
    expect(recorder.of('commandEnded').map(([name, status]) => [name, status])).toEqual([
      ['HPUT', 200],
      ['unknown', 501],
      ['GET', 200],
      ['HGET', 404],
      ['SHOW', 200],
      ['END', 200],
    ]);
    expect(recorder.of('statusReported')).toEqual([
      ['HPUT', 200],
      ['unknown', 501],
      ['GET', 200],
      ['HGET', 404],
      ['SHOW', 200],
    ]);
    const put = seen[1]!.split('\r\n\r\n')[1]!;
    expect(recorder.of('repositoryTransfer')).toEqual([
      ['PUT', put.length],
      ['GET', 0],
    ]);
    expect(recorder.of('uiSessionEnded').map(([outcome]) => outcome)).toEqual(['done']);
    expect(recorder.of('violation').map(([{ rule }]) => rule)).toEqual(['package2.unknown_command']);
  });

  test('that is cut accounts for every delivered command and leaves no socket', async () => {
    const seen: string[] = [];
    server = await startRawServer((socket) => {
      onRequest(socket, (request) => {
        seen.push(request);
        if (!request.startsWith('POST /dm')) return;
        const body = `{"CMD":[["GET","urn:oma:mo:oma-dm-devinfo:1.2//Man"],["HGET","${server!.origin}/slow"],["END"]]}`;
        socket.write(
          `HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oma.dm.request+json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        );
      });
    });
    const { recorder, running } = runOne(server.origin);
    await until(() => seen.length === 2, 'the HGET is under way');
    running.cut('run_ended');
    expect(await running.done).toMatchObject({ outcome: 'timedOut', reason: 'run_ended' });
    expect(recorder.of('commandDelivered').map(([name]) => name)).toEqual(['GET', 'HGET', 'END']);
    expect(recorder.of('commandEnded').map(([name]) => name)).toEqual(['GET']);
    expect(recorder.of('commandCut').map(([name]) => name)).toEqual(['HGET', 'END']);
    expect(recorder.of('repositoryTransfer')).toEqual([]);
    await until(() => server?.open === 0, 'all connections closed');
  });

  test('against a server that never answers ends at the session’s bound', async () => {
    server = await startRawServer(() => undefined);
    const { recorder, running } = runOne(server.origin, 200);
    expect(await running.done).toMatchObject({ outcome: 'timedOut', reason: 'session_timeout' });
    expect(recorder.of('sessionEnded')).toHaveLength(1);
    await until(() => server?.open === 0, 'all connections closed');
  });
});
