import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ReferenceServer } from './reference-server.ts';
import { servers } from './testing/running-server.ts';
import { ask, package1, package3 } from './testing/tiny-client.ts';

const start = servers();

interface Listener {
  readonly frames: { readonly data: Buffer; readonly binary: boolean }[];
  readonly socket: WebSocket;
}

async function listen(
  server: ReferenceServer,
  devId: string | undefined,
  protocol = 'omadm-push',
): Promise<Listener> {
  const headers = devId === undefined ? {} : { 'OMADM-DevID': devId };
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/push`, protocol, { headers });
  const frames: Listener['frames'] = [];
  socket.on('message', (data, binary) => frames.push({ data: data as Buffer, binary }));
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve());
    socket.on('error', reject);
  });
  return { frames, socket };
}

async function notify(server: ReferenceServer, request: unknown): Promise<unknown> {
  const reply = await ask(`${server.url}/notify`, { method: 'POST', body: JSON.stringify(request) });
  return reply.status === 202 ? JSON.parse(reply.body) : reply.status;
}

const arrived = ({ frames }: Listener, count: number): Promise<void> =>
  expect.poll(() => frames.length, { interval: 5 }).toBe(count);

/** VER 2, five options: SERVER-ID dms, PREFERRED-CON-TYPE 0, NOTIFICATION-ID 7, digest, TIMESTAMP 1790000000. */
function signedFrame(digest: string): string {
  const head = '2280' + '13' + Buffer.from('dms').toString('hex') + '1100' + '120007';
  return head + '1d13' + digest + '14' + '6ab13b80';
}

describe('a notification', () => {
  it('is a Package#0 signed with the secret that follows from the key and the DevID', async () => {
    const server = await start({ notificationKey: 'fleet' });
    const device = await listen(server, 'a');
    expect(await notify(server, { to: 'a', notificationId: 7, timestamp: 1_790_000_000 })).toEqual({
      queued: 1,
      unknown: 0,
    });
    await arrived(device, 1);
    const secret = createHash('sha256').update('fleet:a').digest('hex');
    const zeroed = Buffer.from(signedFrame('00'.repeat(32)), 'hex');
    const digest = createHash('sha256').update(secret).update(zeroed).update('dm-swarm').digest('hex');
    expect(device.frames[0]?.binary).toBe(true);
    expect(device.frames[0]?.data.toString('hex')).toBe(signedFrame(digest));
    expect(server.ledger()).toMatchObject({ packages: { '0': 1 }, notifications: { sent: 1, channels: 1 } });
  });

  it('can be signed wrongly, in one bit', async () => {
    const server = await start();
    const device = await listen(server, 'a');
    const wish = { to: 'a', notificationId: 7, timestamp: 1_790_000_000 };
    await notify(server, wish);
    await notify(server, { ...wish, sign: 'wrong' });
    await arrived(device, 2);
    const [right, wrong] = device.frames.map(({ data }) => data);
    const differing = [...(right ?? [])].filter((byte, i) => byte !== wrong?.[i]);
    expect(differing).toHaveLength(1);
  });

  it('can go without digest, in JSON, and ask for MOS', async () => {
    const server = await start();
    const device = await listen(server, 'a');
    const wish = {
      to: ['a'],
      notificationId: 7,
      timestamp: 1_790_000_000,
      sign: 'none',
      form: 'json',
      reqMos: true,
    };
    await notify(server, wish);
    await arrived(device, 1);
    expect(device.frames[0]?.binary).toBe(false);
    expect(JSON.parse(device.frames[0]?.data.toString('utf8') ?? '')).toEqual({
      'SERVER-ID': 'dms',
      'PREFERRED-CON-TYPE': 0,
      'NOTIFICATION-ID': 7,
      TIMESTAMP: 1_790_000_000,
      'REQ-MOS': true,
    });
  });

  it('gets the next NOTIFICATION-ID of its device by default, and the present time', async () => {
    const server = await start();
    const device = await listen(server, 'a');
    const before = Math.floor(Date.now() / 1_000);
    for (let i = 0; i < 2; i++) await notify(server, { to: 'a', form: 'json' });
    await arrived(device, 2);
    const sent = device.frames.map(
      ({ data }) => JSON.parse(data.toString('utf8')) as { 'NOTIFICATION-ID': number; TIMESTAMP: number },
    );
    expect(sent.map((frame) => frame['NOTIFICATION-ID'])).toEqual([1, 2]);
    expect(sent[0]?.TIMESTAMP).toBeGreaterThanOrEqual(before);
  });

  it('can be repeated to the byte, and be any bytes at all', async () => {
    const server = await start();
    const device = await listen(server, 'a');
    await notify(server, { to: 'a', repeat: 3 });
    expect(await notify(server, { to: 'a', package0: Buffer.from('junk').toString('base64') })).toMatchObject(
      {
        queued: 1,
      },
    );
    await arrived(device, 4);
    const [first, second, third, junk] = device.frames.map(({ data }) => data.toString('latin1'));
    expect([second, third]).toEqual([first, first]);
    expect(junk).toBe('junk');
  });

  it('waits for the channel of its device to open, known to the server or not', async () => {
    const server = await start();
    await package1(`${server.url}/dm`, 'known');
    expect(await notify(server, { to: ['known', 'unknown'], repeat: 2 })).toEqual({ queued: 4, unknown: 1 });
    expect(server.ledger().notifications).toMatchObject({ sent: 0, queued: 4 });
    const device = await listen(server, 'unknown');
    await arrived(device, 2);
    expect(server.ledger().notifications).toEqual({ sent: 2, queued: 2, dropped: 0, channels: 1 });
  });

  it('waits only a hundred times for one device', async () => {
    const server = await start();
    for (let i = 0; i < 101; i++) server.notify({ to: 'a' });
    expect(server.ledger().notifications).toMatchObject({ queued: 100, dropped: 1 });
  });

  it('to * reaches every device whose channel is open', async () => {
    const server = await start();
    const devices = await Promise.all(['a', 'b'].map((devId) => listen(server, devId)));
    expect(await notify(server, { to: '*' })).toEqual({ queued: 2, unknown: 0 });
    for (const device of devices) await arrived(device, 1);
  });

  it.each([
    ['no JSON', '{'],
    ['nobody to notify', '{}'],
    ['an unknown member', '{"to":"a","when":"now"}'],
    ['a NOTIFICATION-ID beyond two bytes', '{"to":"a","notificationId":65536}'],
    ['bytes that are no base64', '{"to":"a","package0":"*"}'],
  ])('of %s is refused', async (_, body) => {
    const server = await start();
    expect((await ask(`${server.url}/notify`, { method: 'POST', body })).status).toBe(400);
  });
});

describe('the push channel', () => {
  it('shared by many devices carries base64 of the binary form to those that are subscribed', async () => {
    const server = await start();
    const channel = await listen(server, undefined, 'omadm-push-shared');
    channel.socket.send('{"subscribe":["a","b"]}');
    await expect.poll(() => server.ledger().notifications.channels, { interval: 5 }).toBe(2);
    await notify(server, { to: 'b', notificationId: 1, timestamp: 1, sign: 'none', form: 'json' });
    await arrived(channel, 1);
    expect(JSON.parse(channel.frames[0]?.data.toString('utf8') ?? '')).toEqual({
      to: 'b',
      package0: Buffer.from('220013646d7311001200012400000001', 'hex').toString('base64'),
    });
    channel.socket.send('{"unsubscribe":["b"]}');
    await expect.poll(() => server.ledger().notifications.channels, { interval: 5 }).toBe(1);
    expect(await notify(server, { to: '*' })).toEqual({ queued: 1, unknown: 0 });
    channel.socket.close();
    await expect.poll(() => server.ledger().notifications.channels, { interval: 5 }).toBe(0);
  });

  it('of a device that opens another is replaced', async () => {
    const server = await start();
    const first = await listen(server, 'a');
    const closed = new Promise<number>((resolve) => first.socket.on('close', resolve));
    const second = await listen(server, 'a');
    expect(await closed).toBe(1000);
    await notify(server, { to: 'a' });
    await arrived(second, 1);
    expect(server.ledger().notifications.channels).toBe(1);
  });

  it.each([
    ['without DevID', undefined, 'omadm-push', 'push.dev_id'],
    ['with another subprotocol', 'a', 'chat', 'push.subprotocol'],
  ])('is refused %s', async (_, devId, protocol, rule) => {
    const server = await start();
    await expect(listen(server, devId, protocol)).rejects.toThrow('400');
    expect(server.ledger().violations).toMatchObject({ [rule]: { count: 1 } });
  });

  it('at another path is refused', async () => {
    const server = await start();
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/elsewhere`, 'omadm-push');
    const error = new Promise<Error>((resolve) => socket.on('error', resolve));
    expect((await error).message).toContain('404');
  });

  it.each([
    ['omadm-push', 'a', 'hello'],
    ['omadm-push-shared', undefined, '{"subscribe":"a"}'],
    ['omadm-push-shared', undefined, 'hello'],
  ])('%s is closed when it says something wrong', async (protocol, devId, frame) => {
    const server = await start();
    const { socket } = await listen(server, devId, protocol);
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    socket.send(frame);
    expect(await closed).toBe(1008);
    expect(server.ledger().violations).toMatchObject({ 'push.frame': { count: 1 } });
  });
});

describe('a server that notifies by itself', () => {
  it('asks soon after the channel opened and again after each session, for MOS the first time', async () => {
    const server = await start({ notifyEvery: { kind: 'constant', ms: 10 } });
    const device = await listen(server, 'a');
    await expect.poll(() => device.frames.length, { timeout: 5_000, interval: 5 }).toBe(1);
    await package1(`${server.url}/dm`, 'a');
    await package3(`${server.url}/dm`, 'a', [200]);
    await expect.poll(() => device.frames.length, { interval: 5 }).toBe(2);
    // The last option of the first frame is REQ-MOS, without a value; the second has one option less.
    const [first, second] = device.frames.map(({ data }) => data);
    expect(first?.subarray(0, 2).toString('hex')).toBe('2300');
    expect(first?.at(-1)).toBe(0x10);
    expect(second?.subarray(0, 2).toString('hex')).toBe('2280');
  });
});
