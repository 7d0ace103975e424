import { describe, expect, test } from 'vitest';
import { encodePackage0 } from '../protocol/package0.ts';
import { closedLoad, shardFixture } from './testing/shard-fixture.ts';

const notification = (notificationId: number, serverId = 'dms'): Uint8Array =>
  encodePackage0({ serverId, preferredConType: 0, notificationId, reqMos: false });

describe('a closed load', () => {
  test('every device starts within the ramp, the first one at once, and no two at the same time', async () => {
    const { started, clock, run } = shardFixture({ config: { load: closedLoad(4_000), sessions: 1 } });
    run();
    await clock.advance(4_000);
    expect(started.map(({ device }) => device).sort()).toEqual([0, 1, 2, 3]);
    expect(started[0]).toEqual({ atMs: 0, device: 0, trigger: 'client' });
    expect(new Set(started.map(({ atMs }) => atMs)).size).toBe(4);
  });

  test('a device does its next session after the think time', async () => {
    const { started, clock, run } = shardFixture({ devices: 1, sessionMs: 100 });
    run();
    await clock.advance(3_500);
    expect(started.map(({ atMs }) => atMs)).toEqual([0, 1_100, 2_200, 3_300]);
  });

  test('with a number of sessions the shard is over when every device has done them', async () => {
    const { started, clock, run, totals } = shardFixture({ devices: 3, config: { sessions: 2 } });
    const state = run();
    await clock.advance(1_900);
    expect(state.over).toBe(false);
    await clock.advance(2_000);
    expect(state.over).toBe(true);
    expect(started.length).toBe(6);
    expect(totals().devices.finished).toBe(3);
    expect(clock.timers).toBe(0);
  });

  test('a device whose session failed counts it as done and is told once as a failure each time', async () => {
    const end = { outcome: 'aborted', reason: 'http_503', detail: 'x' } as const;
    const { clock, run, failures, totals } = shardFixture({ devices: 1, end, config: { sessions: 2 } });
    const state = run();
    await clock.advance(500);
    expect(totals().devices.failed).toBe(1);
    await clock.advance(5_000);
    expect(state.over).toBe(true);
    expect(failures).toEqual(['http_503', 'http_503']);
  });
});

describe('the end of a run', () => {
  test('after the duration nothing starts, what runs may finish in the drain', async () => {
    const { started, clock, run, totals } = shardFixture({
      devices: 1,
      sessionMs: 300,
      config: { durationMs: 1_500 },
    });
    const state = run();
    await clock.advance(1_550);
    expect([started.length, state.over]).toEqual([2, false]);
    await clock.advance(100);
    expect(state.over).toBe(true);
    expect(totals().sessions).toMatchObject({ started: 2, completed: 2, inFlight: 0 });
  });

  test('what outlasts the drain is ended as timed out', async () => {
    const { clock, run, totals, failures } = shardFixture({
      devices: 2,
      sessionMs: 60_000,
      config: { durationMs: 2_000 },
    });
    const state = run();
    await clock.advance(2_499);
    expect(state.over).toBe(false);
    await clock.advance(1);
    expect(state.over).toBe(true);
    expect(totals().sessions).toMatchObject({ started: 2, timedOut: 2, inFlight: 0 });
    expect(failures).toEqual(['run_ended', 'run_ended']);
  });

  test('an early stop does not wait for the duration, a cut not even for the drain', async () => {
    const stopped = shardFixture({ devices: 1, sessionMs: 200 });
    const state = stopped.run();
    await stopped.clock.advance(50);
    stopped.shard.stop();
    await stopped.clock.advance(150);
    expect(state.over).toBe(true);
    const cut = shardFixture({ devices: 1, sessionMs: 60_000 });
    const other = cut.run();
    await cut.clock.advance(50);
    cut.shard.cut();
    await cut.clock.advance(0);
    expect(other.over).toBe(true);
  });
});

describe('notified devices', () => {
  test('open their channel within the ramp and start no session by themselves', async () => {
    const { started, channels, clock, run } = shardFixture({ devices: 3, pushShare: 1 });
    run();
    await clock.advance(5_000);
    expect([started.length, channels.size]).toEqual([0, 3]);
  });

  test('start a session on a notification, one after the other when two come at once', async () => {
    const { shard, started, inSession, clock, run } = shardFixture({
      devices: 1,
      pushShare: 1,
      sessionMs: 300,
    });
    run();
    await clock.advance(1_000);
    expect([shard.notify(0, notification(1)), shard.notify(0, notification(2))]).toEqual([
      'accepted',
      'accepted',
    ]);
    expect(inSession.size).toBe(1);
    await clock.advance(1_000);
    expect(started).toEqual([
      { atMs: 1_000, device: 0, trigger: 'server' },
      { atMs: 1_300, device: 0, trigger: 'server' },
    ]);
  });

  test('count every notification under one result', async () => {
    const { shard, clock, run, totals } = shardFixture({ devices: 1, pushShare: 1, config: { sessions: 1 } });
    run();
    await clock.advance(1_000);
    expect(shard.notify(0, notification(1))).toBe('accepted');
    expect(shard.notify(0, notification(1))).toBe('duplicate');
    expect(shard.notify(0, notification(2))).toBe('surplus');
    expect(shard.notify(0, notification(3, 'other'))).toBe('unknown_server');
    expect(shard.notify(0, new Uint8Array([1]))).toBe('malformed');
    const { notifications, packages } = totals();
    expect(notifications).toMatchObject({
      accepted: 1,
      duplicate: 1,
      surplus: 1,
      unknown_server: 1,
      malformed: 1,
    });
    expect(packages['0']).toBe(5);
  });

  test('close their channel when they have done their sessions, and know a duplicate across sessions', async () => {
    const { shard, channels, clock, run } = shardFixture({
      devices: 1,
      pushShare: 1,
      config: { sessions: 2 },
    });
    const state = run();
    await clock.advance(1_000);
    shard.notify(0, notification(1));
    await clock.advance(200);
    expect(shard.notify(0, notification(1))).toBe('duplicate');
    expect(channels.size).toBe(1);
    shard.notify(0, notification(2));
    await clock.advance(200);
    expect([channels.size, state.over]).toEqual([0, true]);
  });

  test('go on in their own rhythm when they were notified in between', async () => {
    const { shard, started, clock, run } = shardFixture({ devices: 1, sessionMs: 100 });
    run();
    await clock.advance(600);
    shard.notify(0, notification(1));
    await clock.advance(2_400);
    expect(started.map(({ atMs, trigger }) => `${atMs} ${trigger}`)).toEqual([
      '0 client',
      '600 server',
      '1700 client',
      '2800 client',
    ]);
  });

  test('a busy device is not given ever more sessions', async () => {
    const { shard, clock, run } = shardFixture({ devices: 1, pushShare: 1, sessionMs: 60_000 });
    run();
    await clock.advance(1_000);
    const results = Array.from({ length: 8 }, (_, id) => shard.notify(0, notification(id + 1)));
    expect(results.filter((result) => result === 'accepted').length).toBe(5);
    expect(results.filter((result) => result === 'surplus').length).toBe(3);
  });
});

describe('a replacement for a worker that died', () => {
  test('does only the sessions that are left', async () => {
    const { started, clock, run } = shardFixture({
      devices: 2,
      config: { sessions: 3 },
      resumed: { sessionsDone: 2 },
    });
    const state = run();
    await clock.advance(5_000);
    expect([started.length, state.over]).toEqual([2, true]);
  });

  test('has nothing to do for devices that were done', async () => {
    const { started, clock, run } = shardFixture({
      devices: 2,
      config: { sessions: 2 },
      resumed: { sessionsDone: 2 },
    });
    const state = run();
    await clock.advance(0);
    expect([started.length, state.over]).toEqual([0, true]);
  });
});

describe('a device that is followed', () => {
  test('has the steps of its next session told, and nobody else has', async () => {
    const { shard, clock, run, told } = shardFixture({ devices: 2, config: { load: closedLoad(0) } });
    run();
    await clock.advance(500);
    shard.follow(1);
    await clock.advance(1_500);
    expect(told.map(({ device, kinds }) => [device, kinds])).toEqual([
      [1, ['session_started', 'session_ended']],
    ]);
    shard.unfollow(1);
    await clock.advance(3_000);
    expect(told).toHaveLength(1);
  });

  test('in mid-session is joined where it is', async () => {
    const { shard, clock, run, told } = shardFixture({ devices: 1, sessionMs: 2_000 });
    run();
    await clock.advance(700);
    shard.follow(0);
    await clock.advance(300);
    expect(told).toEqual([{ atMs: 950, device: 0, kinds: ['session_started'], lost: 0 }]);
    await clock.advance(1_500);
    expect(told[1]?.kinds).toEqual(['session_ended']);
  });

  test('does the same as one that is not', async () => {
    const outcomes = await Promise.all(
      [false, true].map(async (follows) => {
        const { shard, clock, run, started, totals, arrays } = shardFixture({ config: { sessions: 3 } });
        const state = run();
        if (follows) for (const device of [0, 1, 2, 3]) shard.follow(device);
        await clock.advance(20_000);
        expect(state.over).toBe(true);
        expect(clock.timers).toBe(0);
        return { started, totals: totals(), arrays };
      }),
    );
    expect(outcomes[0]).toEqual(outcomes[1]);
  });
});
