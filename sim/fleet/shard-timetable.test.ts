import { describe, expect, test } from 'vitest';
import { encodePackage0 } from '../protocol/package0.ts';
import { PollingLoad } from './load/polling.ts';
import { shardFixture, type Started } from './testing/shard-fixture.ts';

const notification = (notificationId: number): Uint8Array =>
  encodePackage0({ serverId: 'dms', preferredConType: 0, notificationId, reqMos: false });

describe('devices with a timetable', () => {
  const everySecond = { shape: 'polling', periodMs: 1_000, jitter: 0 } as const;
  const timesOf = (started: readonly Started[], device: number): readonly number[] =>
    started.filter((one) => one.device === device).map(({ atMs }) => atMs);

  test('start at their own times, however long their sessions take, and without a ramp', async () => {
    const { started, clock, run, totals } = shardFixture({ sessionMs: 700, config: { load: everySecond } });
    run();
    await clock.advance(9_999);
    const shape = new PollingLoad(everySecond, 7);
    for (const device of [0, 1, 2, 3]) {
      const first = Math.ceil(shape.firstMs(device));
      expect(first).toBeLessThan(1_000);
      expect(timesOf(started, device)).toEqual(Array.from({ length: 10 }, (_, k) => first + k * 1_000));
    }
    expect(totals().droppedSessions).toBe(0);
    expect(totals().shards[0]?.startLag).toMatchObject({ count: 40 });
    expect(totals().shards[0]?.startLag.maxMs).toBeLessThan(1);
    expect(totals().simulatedDelayMs.think).toBe(0);
  });

  test('drop what comes due while they are in session, and start what is due next', async () => {
    const { started, clock, run, totals } = shardFixture({
      devices: 1,
      sessionMs: 2_500,
      config: { load: everySecond },
    });
    run();
    await clock.advance(9_999);
    const first = started[0]?.atMs ?? 0;
    expect(timesOf(started, 0)).toEqual([0, 3_000, 6_000, 9_000].map((ms) => first + ms));
    await clock.advance(1);
    expect(started.length + totals().droppedSessions).toBe(10);
  });

  test('are started late or dropped where the shard was too busy, and each of them is counted', async () => {
    const busy = shardFixture({ config: { load: everySecond } });
    busy.run();
    await busy.clock.advance(4_000);
    busy.clock.spend(6_000);
    await busy.clock.advance(1_000);
    expect([busy.started.length, busy.totals().droppedSessions]).toEqual([20, 20]);
    const stopped = shardFixture({ config: { load: everySecond } });
    stopped.run();
    await stopped.clock.advance(4_000);
    stopped.clock.spend(3_000);
    stopped.shard.stop();
    expect([stopped.started.length, stopped.totals().droppedSessions]).toEqual([16, 12]);
  });

  test('do the sessions asked for and no more', async () => {
    const { started, clock, run, totals } = shardFixture({ config: { load: everySecond, sessions: 2 } });
    const state = run();
    await clock.advance(2_500);
    expect([started.length, totals().devices.finished, state.over]).toEqual([8, 4, true]);
    expect(clock.timers).toBe(0);
  });

  test('keep their timetable when they are notified in between, and start late sessions with their lag', async () => {
    const { shard, started, clock, run, totals } = shardFixture({
      devices: 1,
      config: { load: everySecond },
    });
    run();
    const first = Math.ceil(new PollingLoad(everySecond, 7).firstMs(0));
    await clock.advance(first + 500);
    shard.notify(0, notification(1));
    await clock.advance(1_000);
    expect(started.map(({ atMs }) => atMs)).toEqual([first, first + 500, first + 1_000]);
    await clock.advance(400);
    clock.spend(250);
    await clock.advance(0);
    expect(started.at(-1)?.atMs).toBe(first + 2_150);
    expect(totals().shards[0]?.startLag.maxMs).toBeGreaterThanOrEqual(150);
    expect(totals().shards[0]?.startLag.maxMs).toBeLessThan(151);
  });

  test('go on by their timetable in a replacement for a worker that died', async () => {
    const { started, clock, run, shardNow } = shardFixture({
      config: { load: everySecond },
      resumed: { sessionsDone: 3, nowMs: 3_200 },
    });
    run();
    await clock.advance(1_000);
    const shape = new PollingLoad(everySecond, 7);
    expect(started.map(({ atMs, device }) => [device, shardNow(atMs)]).sort()).toEqual(
      [0, 1, 2, 3].map((device) => [device, Math.ceil(shape.nextMs(device, 3_200))]),
    );
  });
});
