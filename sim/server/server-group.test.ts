import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { GroupHub } from './group-hub.ts';
import { GroupMember } from './group-member.ts';
import { type HubMessage } from './group-message.ts';
import { type ReferenceServer } from './reference-server.ts';
import { servers } from './testing/running-server.ts';
import { ask, package1, package3 } from './testing/tiny-client.ts';

const start = servers();

/** Several servers that are one, as if each ran in a process of its own: they talk by messages that take a while. */
async function startGroup(count: number): Promise<{ members: readonly ReferenceServer[]; hub: GroupHub }> {
  const later = (work: () => void): void => void setImmediate(work);
  const groups: GroupMember[] = [];
  const send = (i: number, message: HubMessage): void =>
    later(() => groups[i]?.receive(structuredClone(message)));
  const hub = new GroupHub(
    Array.from({ length: count }, (_, i) => ({
      name: `process ${i + 1}`,
      send: (message) => send(i, message),
    })),
  );
  const members: ReferenceServer[] = [];
  for (let index = 0; index < count; index++) {
    const group = new GroupMember((message) => later(() => hub.receive(index, structuredClone(message))));
    groups.push(group);
    const server = await start({ member: { index, count, group } });
    group.serve(server.own);
    members.push(server);
  }
  return { members, hub };
}

const sockets: WebSocket[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const socket of sockets.splice(0)) socket.terminate();
});

/** A device's push channel, and the NOTIFICATION-IDs that came over it. */
async function listen(server: ReferenceServer | undefined, devId: string): Promise<number[]> {
  const socket = new WebSocket(`${(server?.url ?? '').replace('http', 'ws')}/push`, 'omadm-push', {
    headers: { 'OMADM-DevID': devId },
  });
  sockets.push(socket);
  const ids: number[] = [];
  socket.on('message', (data) => {
    const frame = JSON.parse((data as Buffer).toString('utf8')) as { 'NOTIFICATION-ID': number };
    ids.push(frame['NOTIFICATION-ID']);
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve());
    socket.on('error', reject);
  });
  return ids;
}

async function notify(server: ReferenceServer | undefined, to: string | readonly string[]): Promise<unknown> {
  const body = JSON.stringify({ to, form: 'json' });
  return JSON.parse((await ask(`${server?.url ?? ''}/notify`, { method: 'POST', body })).body);
}

const read = async (server: ReferenceServer | undefined, path: string): Promise<unknown> =>
  JSON.parse((await ask(`${server?.url ?? ''}${path}`)).body);

describe('a server of several processes', () => {
  it('has one ledger and one health, whichever process is asked', async () => {
    const { members } = await startGroup(3);
    for (const [i, { url }] of members.entries())
      for (let device = 0; device <= i; device++)
        await package1(`${url}/dm`, `device ${i}-${device}`.replace(' ', '_'));
    await package3(`${members[2]?.url ?? ''}/dm`, 'device_2-0', [200]);
    for (const member of members) {
      expect(await read(member, '/ledger')).toMatchObject({
        sessions: { started: 6, completed: 1, open: 5 },
        packages: { '1': 6, '2': 7, '3': 1 },
        commands: { GET: 6, END: 1 },
        statuses: { GET: { '200': 1 } },
      });
      expect(await read(member, '/health')).toMatchObject({
        status: 'ok',
        processes: 3,
        urls: members.map(({ url }) => url),
        devices: 6,
      });
    }
    expect(members[0]?.ledger().sessions.started).toBe(1);
  });

  it('notifies a device where its channel is open', async () => {
    const { members } = await startGroup(2);
    const ids = await listen(members[1], 'a');
    expect(await notify(members[0], 'a')).toEqual({ queued: 1, unknown: 0 });
    await expect.poll(() => ids.length).toBe(1);
    expect(await read(members[0], '/ledger')).toMatchObject({
      packages: { '0': 1 },
      notifications: { sent: 1, queued: 0, channels: 1 },
    });
  });

  it('notifies all open channels by *', async () => {
    const { members } = await startGroup(2);
    const [a, b] = [await listen(members[0], 'a'), await listen(members[1], 'b')];
    expect(await notify(members[1], '*')).toEqual({ queued: 2, unknown: 0 });
    await expect.poll(() => [a.length, b.length]).toEqual([1, 1]);
  });

  it('keeps a notification where the device is known, until its channel opens anywhere', async () => {
    const { members } = await startGroup(3);
    await package1(`${members[1]?.url ?? ''}/dm`, 'a');
    expect(await notify(members[0], ['a', 'nobody'])).toEqual({ queued: 2, unknown: 1 });
    expect(members.map((member) => member.ledger().notifications.queued)).toEqual([1, 1, 0]);
    const ids = await listen(members[2], 'a');
    await expect.poll(() => ids.length).toBe(1);
    expect(members.map((member) => member.ledger().notifications.queued)).toEqual([1, 0, 0]);
    expect(await read(members[0], '/ledger')).toMatchObject({ notifications: { sent: 1, queued: 1 } });
  });

  it('keeps what is for a device that nobody knows, and sends it in the order of the requests', async () => {
    const { members } = await startGroup(2);
    await notify(members[0], 'a');
    await notify(members[0], 'a');
    const ids = await listen(members[1], 'a');
    await expect.poll(() => ids).toEqual([1, 2]);
  });

  it('never gives a device the same NOTIFICATION-ID at two processes', async () => {
    const { members } = await startGroup(2);
    const ids = await listen(members[0], 'a');
    await notify(members[0], 'a');
    await expect.poll(() => ids.length).toBe(1);
    sockets[0]?.close();
    await expect.poll(() => members[0]?.ledger().notifications.channels).toBe(0);
    const later = await listen(members[1], 'a');
    await notify(members[0], 'a');
    await expect.poll(() => later.length).toBe(1);
    expect(later).not.toEqual(ids);
  });

  it('has no ledger any more when one of them has ended: half of one would be a lie', async () => {
    const { members, hub } = await startGroup(2);
    hub.ended(1, 'it has ended (SIGKILL)');
    const reply = await ask(`${members[0]?.url ?? ''}/ledger`);
    expect(reply).toMatchObject({ status: 503, body: 'process 2: it has ended (SIGKILL)\n' });
    expect((await ask(`${members[0]?.url ?? ''}/health`)).status).toBe(503);
    expect(
      (await ask(`${members[0]?.url ?? ''}/notify`, { method: 'POST', body: '{"to":"a"}' })).status,
    ).toBe(503);
  });

  it('does not wait for ever for a process that does not answer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const hub = new GroupHub([{ name: 'process 1', send: () => undefined }]);
    const asked = expect(hub.ledger()).rejects.toThrow('process 1: no answer in 4 s');
    await vi.advanceTimersByTimeAsync(4_000);
    await asked;
  });
});
