import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Ledger } from '../server/ledger.ts';
import { type RunningCommand, startCommand } from './testing/command.ts';
import { childrenOf } from './testing/processes.ts';

const PACKAGE1 = '{"Alert":[{"AlertType":"urn:oma:at:dm:2.0:ClientInitiatedMgmt"}]}';

const started: RunningCommand[] = [];
// A test that fails leaves no server behind; its own processes end with it.
afterEach(() => {
  for (const { process: launched } of started.splice(0)) launched.kill('SIGKILL');
});

function startServer(...argv: readonly string[]): RunningCommand {
  const server = startCommand('server', ...argv);
  started.push(server);
  return server;
}

/** Base URLs in the line that says that the server listens. */
async function urlsOf(server: RunningCommand): Promise<readonly string[]> {
  const [, urls = ''] = await server.printed(/DM Server ready: (.*) \(/);
  return urls.split(', ').map((url) => url.replace(/\/dm$/, ''));
}

async function package1(url: string, devId: string): Promise<number> {
  const response = await fetch(`${url}/dm`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/vnd.oma.dm.initiation+json',
      Accept: 'application/vnd.oma.dm.request+json',
      'OMADM-DevID': devId,
    },
    body: PACKAGE1,
  });
  await response.arrayBuffer();
  return response.status;
}

/** The launcher's process may have others, that of the bundler. */
function serversOf(server: RunningCommand): readonly number[] {
  return childrenOf(server.process.pid ?? 0).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('server-process.mjs'),
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a server of several processes', () => {
  test('serves at a URL a process, with one ledger, and ends with all of them at SIGTERM', async () => {
    const server = startServer('--processes', '3', '--port', '0', '--campaign', 'inventory');
    const urls = await urlsOf(server);
    expect(new Set(urls).size).toBe(3);
    const children = serversOf(server);
    expect(children).toHaveLength(3);
    for (const [i, url] of urls.entries()) expect(await package1(url, `device-${i}`)).toBe(200);
    for (const url of urls) {
      const ledger = (await (await fetch(`${url}/ledger`)).json()) as Ledger;
      expect(ledger).toMatchObject({ sessions: { started: 3 }, packages: { '1': 3, '2': 3 } });
    }
    const socket = new WebSocket(`${(urls[2] ?? '').replace('http', 'ws')}/push`, 'omadm-push', {
      headers: { 'OMADM-DevID': 'device-2' },
    });
    const closed = new Promise((resolve) => socket.on('close', resolve));
    const frame = new Promise((resolve) => socket.on('message', resolve));
    await new Promise((resolve) => socket.on('open', resolve));
    const notified = await fetch(`${urls[0] ?? ''}/notify`, { method: 'POST', body: '{"to":"device-2"}' });
    expect(await notified.json()).toEqual({ queued: 1, unknown: 0 });
    await frame;
    server.process.kill('SIGTERM');
    expect((await server.finished).code).toBe(0);
    expect(await closed).toBe(1001);
    expect(children.filter(isAlive)).toEqual([]);
  });

  test('ends when one of them dies, and names it', async () => {
    const server = startServer('--processes', '2', '--port', '0');
    const urls = await urlsOf(server);
    const children = serversOf(server);
    process.kill(children[1] ?? 0, 'SIGKILL');
    const { code, stderr } = await server.finished;
    expect(code).toBe(1);
    expect(stderr).toMatch(/process [12] \(http:\/\/127\.0\.0\.1:\d+\) ended \(SIGKILL\)/);
    expect(urls.some((url) => stderr.includes(url))).toBe(true);
    expect(children.filter(isAlive)).toEqual([]);
  });

  test('leaves no process behind when its parent is killed', async () => {
    const server = startServer('--processes', '2', '--port', '0');
    await urlsOf(server);
    const children = serversOf(server);
    server.process.kill('SIGKILL');
    await server.finished;
    await expect.poll(() => children.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  });

  test('does not start at all when one of its ports is taken', async () => {
    const first = startServer('--port', '0');
    const [url = ''] = await urlsOf(first);
    const { port } = new URL(url);
    const second = startServer('--processes', '2', '--port', port);
    const { code, stderr } = await second.finished;
    expect(code).toBe(2);
    expect(stderr).toContain(`cannot listen on 127.0.0.1:${port} and up`);
    expect(stderr).toContain('EADDRINUSE');
    first.process.kill('SIGTERM');
    expect((await first.finished).code).toBe(0);
  });

  test.each([
    [['--processes', '0'], '--processes'],
    [['--processes', '4', '--port', '65535'], '--port: expected 4 ports from 65535 on'],
    [
      ['--processes', '4', '--service-time', '5ms', '--concurrency', '2'],
      '--concurrency: expected at least 4, one for each process, found 2',
    ],
    [['--processes', '2', '--public-url', 'https://dm.example'], '--public-url: expected 2'],
  ])('refuses %j', async (argv, message) => {
    const { code, stderr } = await startServer(...argv).finished;
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
