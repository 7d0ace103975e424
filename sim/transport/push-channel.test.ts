/** The device's side of push channels, against WebSocket servers on 127.0.0.1 and things that are none. */
import { type IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { randomStream } from '../random/random.ts';
import { openOwnPushChannel, SharedPushChannel, type PushState } from './push-channel.ts';
import { makeTestAuthority } from './testing/certificates.ts';
import { startAnswering, startRawServer, until, type RawServer } from './testing/raw-server.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface PushServer {
  readonly uri: string;
  readonly sockets: WebSocket[];
  readonly requests: IncomingMessage[];
  /** Text frames received. */
  readonly received: string[];
}

async function startPushServer(port = 0): Promise<PushServer & { stop: () => Promise<void> }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port, path: '/push' });
  await new Promise((resolve) => server.once('listening', resolve));
  const sockets: WebSocket[] = [];
  const requests: IncomingMessage[] = [];
  const received: string[] = [];
  server.on('connection', (socket, request) => {
    sockets.push(socket);
    requests.push(request);
    socket.on('message', (data) => received.push((data as Buffer).toString()));
  });
  const stop = async (): Promise<void> => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  };
  closers.push(stop);
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/push`;
  return { uri, sockets, requests, received, stop };
}

function ownChannel(uri: string, clock?: VirtualClock, http = {}) {
  const frames: (Uint8Array | string)[] = [];
  const states: PushState[] = [];
  const troubles: string[] = [];
  const channel = openOwnPushChannel({
    uri,
    http,
    random: randomStream(7, 'push'),
    devId: 'IMEI:1',
    onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state),
    onTrouble: (detail) => troubles.push(detail),
    ...(clock === undefined ? {} : { clock }),
  });
  closers.push(() => channel.close());
  return { channel, frames, states, troubles };
}

describe('a device’s own channel', () => {
  test('names the device and the subprotocol, and hands on frames of both forms', async () => {
    const server = await startPushServer();
    const { channel, frames } = ownChannel(server.uri, undefined, { extraHeaders: { 'X-Key': 'k' } });
    expect(channel.state).toBe('connecting');
    await until(() => channel.state === 'connected' && server.sockets.length === 1, 'connected');
    const { url, headers } = server.requests[0]!;
    expect(url).toBe('/push');
    expect(headers['omadm-devid']).toBe('IMEI:1');
    expect(headers['x-key']).toBe('k');
    expect(headers['sec-websocket-protocol']).toBe('omadm-push');
    expect(headers['sec-websocket-extensions']).toBeUndefined();
    server.sockets[0]!.send(Buffer.from([0x10, 0x80]));
    server.sockets[0]!.send('{"SERVER-ID":"dms"}');
    await until(() => frames.length === 2, 'two frames');
    expect(frames).toEqual([Buffer.from([0x10, 0x80]), '{"SERVER-ID":"dms"}']);
  });

  test('is closed at once and for good, an unfinished handshake too', async () => {
    const server = await startPushServer();
    const { channel, states } = ownChannel(server.uri);
    await until(() => channel.state === 'connected', 'connected');
    channel.close();
    channel.close();
    expect(states).toEqual(['connected', 'closed']);
    await until(() => server.sockets[0]?.readyState === 3, 'closed');
    const silent = await startRawServer(() => undefined);
    closers.push(() => silent.close());
    const waiting = ownChannel(`${silent.origin}/push`);
    await until(() => silent.open === 1, 'connected to the silent server');
    waiting.channel.close();
    await until(() => silent.open === 0, 'handshake given up');
    expect([waiting.states, waiting.troubles]).toEqual([['closed'], []]);
  });

  test('a frame above 64 KiB ends the connection, not the channel', async () => {
    const server = await startPushServer();
    const { channel, frames, states } = ownChannel(server.uri);
    await until(() => channel.state === 'connected', 'connected');
    server.sockets[0]!.on('error', () => undefined);
    server.sockets[0]!.send(Buffer.alloc(65_537));
    await until(() => server.sockets.length === 2 && channel.state === 'connected', 'connected again');
    expect([frames, states]).toEqual([[], ['connected', 'connecting', 'connected']]);
  });
});

describe('losing the server', () => {
  test('is followed by reconnecting with growing, jittered pauses; trouble is told once', async () => {
    const gone = await startAnswering('');
    await gone.close();
    const clock = new VirtualClock();
    const { channel, troubles } = ownChannel(`${gone.origin}/push`, clock);
    const bounds = [
      [250, 750],
      [500, 1_500],
      [1_000, 3_000],
      [2_000, 6_000],
      [4_000, 12_000],
      [8_000, 24_000],
      [15_000, 45_000],
      [15_000, 45_000],
    ] as const;
    const pauses: number[] = [];
    for (let i = 0; i < bounds.length; i++) {
      // While an attempt is made the timer is that of the handshake; when it has failed, that of the next attempt.
      const handshakeDue = clock.now() + 10_000;
      await until(() => ![undefined, handshakeDue].includes(clock.nextDueMs()), 'next attempt planned');
      pauses.push(clock.nextDueMs()! - clock.now());
      await clock.advance(clock.nextDueMs()! - clock.now());
    }
    expect(channel.state).toBe('connecting');
    for (const [i, [least, most]] of bounds.entries()) {
      expect(pauses[i]).toBeGreaterThanOrEqual(least);
      expect(pauses[i]).toBeLessThanOrEqual(most);
    }
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).toMatch(/ECONNREFUSED/);
  });

  test('is noticed when it goes silent without a word, and not while it answers', async () => {
    const server = await startPushServer();
    const clock = new VirtualClock();
    const { channel, frames, states } = ownChannel(server.uri, clock);
    await until(() => channel.state === 'connected' && server.sockets.length === 1, 'connected');
    // The pong goes out before the frame, so that the frame's arrival tells of the pong's.
    server.sockets[0]!.on('ping', () => server.sockets[0]!.send('pinged'));
    for (let checks = 1; checks <= 4; checks++) {
      await clock.advance(clock.nextDueMs()! - clock.now());
      await until(() => frames.length === checks, 'ping answered');
    }
    expect(clock.now()).toBeGreaterThanOrEqual(4 * 15_000);
    server.sockets[0]!.pause();
    await clock.advance(clock.nextDueMs()! - clock.now());
    expect(states).toEqual(['connected']);
    await clock.advance(clock.nextDueMs()! - clock.now());
    await until(() => channel.state === 'connecting', 'silence noticed');
    expect(states).toEqual(['connected', 'connecting']);
  });

  test.each<[string, string, RegExp]>([
    ['has no such channel', 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', /404/],
    ['does not speak HTTP', 'nonsense\r\n\r\n', /Parse Error/],
    [
      'takes another subprotocol',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
      /Sec-WebSocket-Accept/,
    ],
  ])('a server that %s crashes nothing and is told once', async (_name, answer, trouble) => {
    const server: RawServer = await startAnswering(answer);
    closers.push(() => server.close());
    const { channel, troubles } = ownChannel(`${server.origin}/push`);
    await until(() => server.accepted === 2, 'second attempt');
    expect(channel.state).toBe('connecting');
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).toMatch(trouble);
    channel.close();
    await until(() => server.open === 0, 'released');
  });

  test('a handshake that never ends is given up after ten seconds', async () => {
    const silent = await startRawServer(() => undefined);
    closers.push(() => silent.close());
    const clock = new VirtualClock();
    const { troubles } = ownChannel(`${silent.origin}/push`, clock);
    await until(() => silent.open === 1, 'connected');
    await clock.advance(9_999);
    expect(troubles).toEqual([]);
    await clock.advance(1);
    await until(() => silent.open === 0, 'given up');
    expect(troubles).toHaveLength(1);
  });
});

describe('a shared channel', () => {
  function sharedChannel(uri: string) {
    const frames: [string, Uint8Array][] = [];
    let malformed = 0;
    const channel = new SharedPushChannel({
      uri,
      http: {},
      random: randomStream(7, 'push'),
      onFrame: (devId, frame) => frames.push([devId, frame]),
      onMalformed: () => malformed++,
    });
    closers.push(() => channel.close());
    return { channel, frames, malformed: () => malformed };
  }

  test('subscribes and unsubscribes, before and after it is connected, and again after a loss', async () => {
    const server = await startPushServer();
    const { channel } = sharedChannel(server.uri);
    channel.subscribe(['a', 'b']);
    await until(() => server.received.length === 1, 'subscribed');
    expect(server.requests[0]!.headers['sec-websocket-protocol']).toBe('omadm-push-shared');
    channel.subscribe(['b', 'c']);
    channel.unsubscribe(['a', 'x']);
    await until(() => server.received.length === 3, 'changed');
    server.sockets[0]!.terminate();
    await until(() => server.received.length === 4, 'subscribed again');
    expect(server.received.map((frame) => JSON.parse(frame) as unknown)).toEqual([
      { subscribe: ['a', 'b'] },
      { subscribe: ['c'] },
      { unsubscribe: ['a'] },
      { subscribe: ['b', 'c'] },
    ]);
  });

  test('splits many subscriptions into frames', async () => {
    const server = await startPushServer();
    const { channel } = sharedChannel(server.uri);
    channel.subscribe(Array.from({ length: 2_500 }, (_, i) => `d${i}`));
    await until(() => server.received.length === 3, 'subscribed');
    const lengths = server.received.map(
      (frame) => (JSON.parse(frame) as { subscribe: string[] }).subscribe.length,
    );
    expect(lengths).toEqual([1_000, 1_000, 500]);
  });

  test('hands a frame to its device; what names none of them is dropped, what is broken is told', async () => {
    const server = await startPushServer();
    const { channel, frames, malformed } = sharedChannel(server.uri);
    channel.subscribe(['a']);
    await until(() => server.received.length === 1, 'subscribed');
    const [socket] = server.sockets;
    socket!.send('{"to":"a","package0":"EIA="}');
    socket!.send('{"to":"b","package0":"EIA="}');
    for (const broken of ['[]', '{', '{"to":"a"}', '{"to":"a","package0":"*"}', '{"to":1,"package0":"EIA="}'])
      socket!.send(broken);
    socket!.send(Buffer.from('{"to":"a","package0":"EIA="}'));
    socket!.send('{"to":"a","package0":"EIAB"}');
    await until(() => frames.length === 2, 'the last frame');
    expect(frames.map(([to, frame]) => [to, [...frame]])).toEqual([
      ['a', [0x10, 0x80]],
      ['a', [0x10, 0x80, 0x01]],
    ]);
    expect(malformed()).toBe(6);
  });
});

test('TLS: an authority that is trusted is connected to, an unknown one is trouble', async () => {
  const authority = await makeTestAuthority();
  const https = createServer(authority.server);
  new WebSocketServer({ server: https });
  https.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    https.close();
    https.closeAllConnections();
  });
  const uri = `https://127.0.0.1:${(https.address() as AddressInfo).port}/push`;
  const trusting = ownChannel(uri, undefined, { ca: authority.ca });
  const doubting = ownChannel(uri);
  await until(() => trusting.channel.state === 'connected', 'connected');
  await until(() => doubting.troubles.length === 1, 'refused');
  expect(doubting.troubles[0]).toMatch(/certificate/);
});

test('a URI that is none is a configuration error, thrown at once', () => {
  expect(() => ownChannel('ftp://dms.example/push')).toThrow(TypeError);
});
