import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { HISTOGRAM_CELLS, readHistogram } from './histogram.ts';
import { closeConnections, createSlab, settleAfterCrash, snapshotSlab } from './slab.ts';
import { slabLayout, statusName, statusSlot } from './slab-layout.ts';
import { recordSession, slabFixture, VOCABULARY } from './testing/slab-fixture.ts';
import { readTotals } from './totals.ts';

describe('a slab', () => {
  it('gives every status from 100 to 599 a slot of its own, and all else the slot "other"', () => {
    const names = Array.from({ length: 500 }, (_, i) => statusName(statusSlot(i + 100)));
    expect(names).toEqual(Array.from({ length: 500 }, (_, i) => String(i + 100)));
    expect([0, 99, 600, 999, Number.NaN].map((status) => statusName(statusSlot(status)))).toEqual(
      Array(5).fill('other'),
    );
  });

  it('is the same memory for a worker that got it and for its maker', async () => {
    const slab = createSlab(VOCABULARY);
    const { iterations } = slabLayout(VOCABULARY);
    const worker = new Worker(
      'const { workerData } = require("node:worker_threads"); workerData.slab.cells[workerData.at] = 41;',
      { eval: true, workerData: { slab, at: iterations } },
    );
    await new Promise((resolve) => worker.once('exit', resolve));
    slabFixture(slab).recorder.iterationEnded(1);
    expect(readTotals([slab]).iterations).toBe(42);
  });

  it('keeps its counts when a second recorder goes on with it', () => {
    const { slab, recorder } = slabFixture();
    recordSession(recorder);
    recordSession(slabFixture(slab).recorder);
    expect(readTotals([slab]).sessions).toEqual({
      started: 2,
      completed: 2,
      aborted: 0,
      timedOut: 0,
      inFlight: 0,
    });
  });

  it('holds how many connections are open, and none once its thread is gone', () => {
    const { slab, recorder } = slabFixture();
    recordSession(recorder);
    recorder.connectionOpened('http');
    recorder.connectionOpened('http');
    recorder.connectionOpened('push');
    recorder.connectionClosed('http');
    expect(readTotals([slab]).shards[0]!.connections).toEqual({ http: 1, push: 1 });
    const before = readTotals([slab]);
    closeConnections(slab);
    const after = readTotals([slab]);
    expect(after.shards[0]!.connections).toEqual({ http: 0, push: 0 });
    expect(after).toEqual({ ...before, shards: after.shards });
    expect(after.shards[0]!.eventLoopDelay).toEqual(before.shards[0]!.eventLoopDelay);
  });

  it('does not change in a snapshot', () => {
    const { slab, recorder } = slabFixture();
    recordSession(recorder);
    const snapshot = snapshotSlab(slab);
    recordSession(recorder);
    expect(readTotals([snapshot]).sessions.started).toBe(1);
    expect(structuredClone(snapshot).cells.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('holds histograms side by side without touching each other', () => {
    const { slab, recorder } = slabFixture();
    recorder.commandEnded('UNSUB', 200, 1e12);
    recorder.commandEnded('unknown', 501, 0);
    const { commandDurations } = slabLayout(VOCABULARY);
    expect(readHistogram(slab.cells, commandDurations + 11 * HISTOGRAM_CELLS).count).toBe(1);
    expect(readHistogram(slab.cells, commandDurations + 12 * HISTOGRAM_CELLS)).toMatchObject({
      count: 1,
      maxMs: 0,
    });
  });
});

describe('settling after a crash', () => {
  it('ends the sessions that were running as aborted by worker_died and gives open commands "none"', () => {
    const { slab, recorder } = slabFixture();
    recordSession(recorder);
    recorder.sessionStarted('client');
    recorder.sessionStarted('server');
    recorder.commandDelivered('HGET');
    recorder.commandDelivered('HGET');
    recorder.commandDelivered('SHOW');
    recorder.commandEnded('HGET', 200, 1);

    expect(settleAfterCrash(slab)).toEqual({ sessions: 2, commands: 2 });
    const totals = readTotals([slab]);
    expect(totals.sessions).toEqual({ started: 3, completed: 1, aborted: 2, timedOut: 0, inFlight: 0 });
    expect(totals.endings.filter(({ count }) => count > 0)).toEqual([
      { outcome: 'completed', reason: 'completed', count: 1 },
      { outcome: 'aborted', reason: 'worker_died', count: 2 },
    ]);
    expect(totals.commands.HGET).toEqual({ '200': 1, '404': 1, none: 1 });
    expect(totals.commands.SHOW).toEqual({ none: 1 });
  });

  it('changes nothing where the books balance, and nothing the second time', () => {
    const { slab, recorder } = slabFixture();
    recordSession(recorder);
    const before = snapshotSlab(slab);
    expect(settleAfterCrash(slab)).toEqual({ sessions: 0, commands: 0 });
    expect([...slab.cells]).toEqual([...before.cells]);
    recorder.sessionStarted('client');
    settleAfterCrash(slab);
    expect(settleAfterCrash(slab)).toEqual({ sessions: 0, commands: 0 });
  });
});
