/** What k6's devices send to whom: headers for the DM Server's origin, no user information, redirections not followed. */
import { afterEach, describe, expect } from 'vitest';
import {
  http200,
  onRequest,
  type RawServer,
  startRawServer,
} from '../../sim/transport/testing/raw-server.ts';
import { runK6 } from './testing/k6-run.ts';
import { k6Test, WITHOUT_K6 } from './testing/serving.ts';

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A server that notes what it is asked. */
async function start(answer: (request: string) => string): Promise<{ origin: string; requests: string[] }> {
  const requests: string[] = [];
  const server = await startRawServer((socket) =>
    onRequest(socket, (request) => {
      requests.push(request);
      socket.write(answer(request));
    }),
  );
  servers.push(server);
  return { origin: server.origin, requests };
}

/** A DM Server that orders these commands, once. */
function startDmServer(commands: () => readonly (readonly string[])[]) {
  return start((request) => {
    if (request.startsWith('GET')) return http200('{}');
    const body = JSON.stringify({ CMD: [...commands(), ['END']] });
    return `HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oma.dm.request+json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  });
}

const ONE = { DEVICES: 1, VUS: 1, SESSIONS: 1, RAMP: '0s', PROFILE: 'gateway', LATENCY: 'all=0' };
const NODE = 'urn:oma:mo:ext-dmswarm-settings:1.0//LogLevel';

describe(`what k6's devices send${WITHOUT_K6}`, () => {
  k6Test('holds HEADER for the origin of the DM Server, and for no other', async () => {
    const other = await start(() => http200('{}'));
    const own = await startDmServer((): string[][] => [
      ['HGET', `${other.origin}/x`, NODE],
      ['HGET', `${own.origin}/x`, NODE],
    ]);
    const env = { ...ONE, SERVER: `${own.origin}/dm`, HEADER: 'Authorization: Bearer geheim' };
    const run = await runK6('polling', env);
    expect(own.requests.map((request) => request.split(' ', 1)[0])).toEqual(['POST', 'GET']);
    for (const request of own.requests) expect(request).toMatch(/^Authorization: Bearer geheim\r$/im);
    expect(other.requests).toHaveLength(1);
    expect(other.requests.join()).not.toMatch(/authorization|geheim/i);
    expect(run.output).not.toContain('geheim');
  });

  k6Test('holds no user information of a ServerURI, and a path that is none is refused', async () => {
    const other = await start(() => http200('{}'));
    const own = await startDmServer(() => [
      ['HGET', `${other.origin.replace('//', '//dev:geheim@')}/x`, NODE],
      ['HGET', `${other.origin}/x%zz`, NODE],
    ]);
    const run = await runK6('polling', { ...ONE, SERVER: `${own.origin}/dm` });
    expect(run.summary?.totals.sessions.started).toBe(1);
    expect(other.requests).toHaveLength(1);
    expect(other.requests[0]).toMatch(/^GET \/x HTTP/);
    expect(other.requests.join()).not.toMatch(/authorization|geheim/i);
    expect(run.output).not.toContain('geheim');
  });

  k6Test('goes where it was told: a redirection is an answer, and is counted by its code', async () => {
    const other = await start(() => 'HTTP/1.1 302 Go\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n');
    const own = await startDmServer(() => [['HGET', `${other.origin}/x`, NODE]]);
    const run = await runK6('polling', { ...ONE, SERVER: `${own.origin}/dm` });
    expect(other.requests).toHaveLength(1);
    expect(run.summary?.totals.commands).toMatchObject({ HGET: { '302': 1 } });
  });
});
