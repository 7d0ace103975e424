import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { FEED_FULL, FEED_LOCKED, type FeedMessage } from './feed-message.ts';
import { MOST_PAGES } from './live-feed.ts';
import { type LivePage, type LivePageOptions, startLivePage } from './live-page.ts';
import { feedFixture } from './testing/feed-fixture.ts';

const TOKEN = 'correct-horse-battery';
const SCRIPT = 'document.title = "run"';
const folder = mkdtempSync(join(tmpdir(), 'dm-swarm-page-'));
const file = join(folder, 'page.html');
writeFileSync(file, `<!doctype html><style>a{}</style><script>${SCRIPT}</script>`);

const pages: LivePage[] = [];
afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.close()));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(options: Partial<LivePageOptions> = {}): Promise<LivePage> {
  const { run } = feedFixture();
  const started = await startLivePage({
    ...{ host: '127.0.0.1', port: 0, token: undefined, file, run },
    onTrouble: (error) => {
      throw error;
    },
    ...options,
  });
  if (!started.ok) throw new Error(started.fault.found);
  pages.push(started.value);
  return started.value;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function ask(
  { port }: LivePage,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ port, host: '127.0.0.1', path, headers, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asking.on('error', reject).end();
  });
}

/** Opens the feed; its first message, or the status it was refused with. */
function feed({ port }: LivePage, path = '/feed', headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  const first = new Promise<FeedMessage | number>((resolve, reject) => {
    socket.once('message', (data: Buffer) => resolve(JSON.parse(data.toString()) as FeedMessage));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.once('error', reject);
  });
  return { socket, first };
}

/** Opens the feed; why it was closed again, without a word before. */
async function turnedAway({ port }: LivePage): Promise<readonly [number, string]> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/feed`);
  return new Promise((resolve, reject) => {
    socket.once('message', () => reject(new Error('it was told something')));
    socket.once('close', (code, reason) => resolve([code, reason.toString()]));
  });
}

describe('the live page', () => {
  it('is served at / with its own script allowed and nothing else', async () => {
    const page = await start();
    const { status, headers, body } = await ask(page, '/');
    expect(status).toBe(200);
    expect(body).toContain(SCRIPT);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain(`'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`ws://127.0.0.1:${page.port}`);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    });
  });

  it('answers HEAD without a body, and refuses what is no page', async () => {
    const page = await start();
    expect(await ask(page, '/', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
    expect((await ask(page, '/', {}, 'POST')).status).toBe(405);
    expect((await ask(page, '/etc/passwd')).status).toBe(404);
    expect((await ask(page, '/feed')).status).toBe(426);
  });

  it('refuses a foreign Host and a foreign Origin, the page and the feed alike', async () => {
    const page = await start();
    expect((await ask(page, '/', { Host: 'evil.example' })).status).toBe(403);
    expect((await ask(page, '/', { Origin: 'http://evil.example' })).status).toBe(403);
    expect(await feed(page, '/feed', { Host: 'evil.example' }).first).toBe(403);
    expect(await feed(page, '/feed', { Origin: 'http://evil.example' }).first).toBe(403);
    expect(await feed(page, '/elsewhere').first).toBe(404);
    const own = feed(page, '/feed', { Origin: `http://127.0.0.1:${page.port}` });
    expect(await own.first).toMatchObject({ kind: 'hello' });
    own.socket.terminate();
  });

  it('takes another port when its own is taken', async () => {
    const first = await start();
    const second = await start({ port: first.port });
    expect(second.port).not.toBe(first.port);
    expect((await ask(second, '/')).status).toBe(200);
  });

  it('that cannot be opened is a fault', async () => {
    const { run } = feedFixture();
    const options = { port: 0, token: undefined, file, run, onTrouble: () => undefined };
    const away = await startLivePage({ ...options, host: '192.0.2.1', token: TOKEN });
    expect(away).toMatchObject({ ok: false, fault: { code: 'listen_failed' } });
    const missing = await startLivePage({ ...options, host: '127.0.0.1', file: join(folder, 'none.html') });
    expect(missing).toMatchObject({ ok: false, fault: { code: 'page_missing' } });
    await expect(startLivePage({ ...options, host: '0.0.0.0' })).rejects.toThrow('token');
  });

  it('survives bytes that are no HTTP and peers that leave in the handshake', async () => {
    const page = await start();
    for (const text of [
      '\0\0\0\0',
      'GET /feed HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    ]) {
      const socket = connect(page.port, '127.0.0.1');
      await new Promise((resolve) => {
        socket
          .on('error', resolve)
          .on('close', resolve)
          .on('data', () => socket.destroy());
        socket.write(text);
      });
    }
    expect((await ask(page, '/')).status).toBe(200);
  });

  it('turns a page away for which there is no room, with the reason, and has room again when one goes', async () => {
    const page = await start();
    const open = Array.from({ length: MOST_PAGES }, () => feed(page));
    await Promise.all(open.map(({ first }) => first));
    expect(await turnedAway(page)).toEqual([FEED_FULL, 'too many pages look at this run']);
    open[0]?.socket.terminate();
    await expect
      .poll(async () => {
        const { socket, first } = feed(page);
        const closed = new Promise((resolve) => socket.once('close', resolve));
        const answer = await Promise.race([first, closed]);
        socket.terminate();
        return answer;
      })
      .toMatchObject({ kind: 'hello' });
    for (const { socket } of open) socket.terminate();
  });

  it('cuts off a page that was turned away and does not go', async () => {
    const page = await start({ token: TOKEN });
    const key = Buffer.alloc(16).toString('base64');
    const peer = connect(page.port, '127.0.0.1');
    peer.write(
      `GET /feed HTTP/1.1\r\nHost: 127.0.0.1:${page.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    peer.on('error', () => undefined).resume();
    await new Promise((resolve) => peer.once('close', resolve));
  });

  it('says goodbye to open pages and frees its port', async () => {
    const page = await start();
    const { socket, first } = feed(page);
    await first;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await page.close();
    expect(await closed).toBe(1_000);
    await expect(ask(page, '/')).rejects.toThrow('ECONNREFUSED');
  });

  it('does not wait for a page that never answers the goodbye', async () => {
    const page = await start();
    const { socket, first } = feed(page);
    await first;
    socket.pause();
    await page.close();
    socket.terminate();
  });

  it('after a defect of its own sends its pages away, says so once and goes on without', async () => {
    const { run, recorder } = feedFixture();
    const troubles: unknown[] = [];
    const broken = {
      ...run,
      device: () => {
        throw new Error('a defect');
      },
    };
    const page = await start({ run: broken, onTrouble: (error) => troubles.push(error) });
    const { socket, first } = feed(page);
    await first;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('{"kind":"inspect","device":1}');
    expect(await closed).toBe(1_011);
    recorder.iterationEnded(1);
    page.sampled({} as never, run.totals());
    expect(troubles).toEqual([new Error('a defect')]);
  });
});

describe('with a token', () => {
  it('sends who has it to the page with a cookie that opens page and feed', async () => {
    const page = await start({ token: TOKEN });
    expect((await ask(page, '/')).status).toBe(401);
    expect(await turnedAway(page)).toEqual([FEED_LOCKED, 'this page needs its token: open /?token=…']);
    const admitted = await ask(page, `/?token=${TOKEN}`);
    expect(admitted).toMatchObject({ status: 303, headers: { location: '/' } });
    const cookie = String(admitted.headers['set-cookie']?.[0]).split(';')[0] ?? '';
    expect((await ask(page, '/', { Cookie: cookie })).status).toBe(200);
    const { socket, first } = feed(page, '/feed', { Cookie: cookie });
    expect(await first).toMatchObject({ kind: 'hello' });
    socket.terminate();
    const direct = feed(page, `/feed?token=${TOKEN}`);
    expect(await direct.first).toMatchObject({ kind: 'hello' });
    direct.socket.terminate();
  });

  it('does not show the token in its address', async () => {
    expect((await start({ token: TOKEN })).url).not.toContain(TOKEN);
  });
});
