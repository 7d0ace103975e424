import { describe, expect, it } from 'vitest';
import { createFleetArrays, fleetDigest } from './fleet-arrays.ts';
import { createSlab } from './slab.ts';
import { recordSession, slabFixture, VOCABULARY } from './testing/slab-fixture.ts';
import { readTotals, wholeTurnaround } from './totals.ts';
import { windowBetween } from './window.ts';

describe('totals', () => {
  it('are the sums over all shards', () => {
    const [left, right] = [slabFixture(), slabFixture()];
    recordSession(left.recorder);
    recordSession(right.recorder);
    right.recorder.sessionStarted('server');
    right.recorder.sessionEnded('aborted', 'http_503', 5);
    right.recorder.sessionStarted('report');
    right.recorder.sessionEnded('timedOut', 'session_timeout', 60_000);
    right.recorder.sessionStarted('bootstrap');
    right.recorder.commandDelivered('SHOW');
    right.recorder.commandCut('SHOW');
    right.recorder.uiSessionEnded('timedOut', 5_000);
    right.recorder.notification('replayed');
    right.recorder.simulatedDelay('network', 12.5);
    right.recorder.repositoryTransfer('PUT', 70);

    const totals = readTotals([left.slab, right.slab]);
    expect(totals.sessions).toEqual({ started: 5, completed: 2, aborted: 1, timedOut: 1, inFlight: 1 });
    expect(totals.startedBy).toEqual({ client: 2, server: 1, bootstrap: 1, report: 1 });
    expect(totals.endings).toEqual([
      { outcome: 'completed', reason: 'completed', count: 2 },
      { outcome: 'aborted', reason: 'connect_refused', count: 0 },
      { outcome: 'aborted', reason: 'worker_died', count: 0 },
      { outcome: 'aborted', reason: 'http_503', count: 1 },
      { outcome: 'timedOut', reason: 'session_timeout', count: 1 },
    ]);
    expect(totals.iterations).toBe(4);
    expect(totals.packages).toEqual({ '0': 0, '1': 2, '2': 4, '3': 2 });
    expect(totals.commands).toMatchObject({
      GET: { '200': 2 },
      HGET: { '404': 2 },
      SHOW: { none: 1 },
      SUB: {},
    });
    expect(totals.delivered).toMatchObject({ GET: 2, HGET: 2, END: 2, SHOW: 1 });
    expect(totals.statuses).toMatchObject({ GET: { '200': 2 }, HGET: {} });
    expect(totals.uiSessions).toEqual({ done: 0, abandoned: 0, timedOut: 1, failed: 0 });
    expect(totals.notifications).toMatchObject({ replayed: 1, accepted: 0 });
    expect(totals.simulatedDelayMs).toMatchObject({ network: 12.5, think: 0 });
    expect(totals.repository).toEqual({
      GET: { count: 2, bytes: 2_000 },
      PUT: { count: 1, bytes: 70 },
      POST: { count: 0, bytes: 0 },
    });
    expect(totals.latency.session).toMatchObject({ count: 4, maxMs: 60_000 });
    expect(wholeTurnaround(totals)).toMatchObject({ count: 4, maxMs: 8, sumMs: 24 });
    expect(totals.shards).toHaveLength(2);
  });

  it('count an end whose reason nobody announced under "other" instead of losing it', () => {
    const { slab, recorder } = slabFixture();
    recorder.sessionStarted('client');
    recorder.sessionEnded('aborted', 'http_999', 1);
    expect(readTotals([slab]).endings).toContainEqual({ outcome: 'aborted', reason: 'other', count: 1 });
  });

  it('count the devices by state', () => {
    const { slab, recorder, states } = slabFixture();
    recorder.deviceState(0, 'waiting');
    recorder.deviceState(1, 'ui');
    recorder.deviceState(2, 'waiting');
    expect(readTotals([slab], states).devices).toMatchObject({ pending: 1, waiting: 2, ui: 1, finished: 0 });
  });

  it('refuse slabs of different vocabularies', () => {
    const other = createSlab({ endReasons: ['completed'], timedOutReasons: [] });
    expect(() => readTotals([createSlab(VOCABULARY), other])).toThrow(TypeError);
    expect(() => readTotals([])).toThrow(TypeError);
  });
});

describe('a violation', () => {
  it('gives its example once per rule and is counted each time', () => {
    const { slab, recorder, examples } = slabFixture();
    recorder.violation({ rule: 'package2.empty', example: 'first' });
    recorder.violation({ rule: 'package2.empty', example: 'second' });
    recorder.violation({ rule: 'http.malformed', example: 'third' });
    expect(examples).toEqual([
      ['package2.empty', 'first'],
      ['http.malformed', 'third'],
    ]);
    expect(readTotals([slab]).violations).toMatchObject({ 'package2.empty': 2, 'http.malformed': 1 });
  });
});

describe('a window', () => {
  it('has the rates and percentiles of its own time alone', () => {
    const { slab, recorder } = slabFixture();
    for (let i = 0; i < 10; i++) recordSession(recorder);
    const earlier = readTotals([slab]);
    recorder.serverTurnaround(3, 100);
    recorder.iterationEnded(1);
    recorder.sessionStarted('client');
    recorder.sessionEnded('aborted', 'connect_refused', 1);
    const window = windowBetween(earlier, readTotals([slab]), 0.5);
    expect(window).toMatchObject({
      iterationsPerSecond: 2,
      sessionsPerSecond: 2,
      failedSessions: 1,
      violations: 0,
    });
    expect(window.serverTurnaround).toMatchObject({ count: 1, p50: 100, p99: 100, max: 100 });
  });

  it('from the start of the run covers all of it, and has rates of 0 when no time has passed', () => {
    const { slab, recorder } = slabFixture();
    recordSession(recorder);
    const totals = readTotals([slab]);
    expect(windowBetween(undefined, totals, 2)).toMatchObject({
      sessionsPerSecond: 0.5,
      iterationsPerSecond: 1,
    });
    expect(windowBetween(undefined, totals, 0)).toMatchObject({
      sessionsPerSecond: 0,
      iterationsPerSecond: 0,
    });
    expect(windowBetween(undefined, totals, 2).serverTurnaround.count).toBe(2);
  });
});

describe('the fleet digest', () => {
  it('is the SHA-256 of the fingerprints in index order, big endian', () => {
    const arrays = createFleetArrays(2);
    arrays.fingerprintsHigh.set([0x01020304, 0]);
    arrays.fingerprintsLow.set([0x05060708, 9]);
    // printf '\x01\x02\x03\x04\x05\x06\x07\x08\0\0\0\0\0\0\0\x09' | sha256sum
    expect(fleetDigest(arrays)).toBe('5fea9e02e2a7f75e6736744eb56885d7aab7f7f4e4c51201edef2fc9edf9f50f');
  });

  it('of no devices is the SHA-256 of nothing', () => {
    expect(fleetDigest(createFleetArrays(0))).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  it('goes over the whole of a fleet that is hashed in several steps', () => {
    const arrays = createFleetArrays(200_000);
    const before = fleetDigest(arrays);
    arrays.fingerprintsLow[199_999] = 1;
    expect(fleetDigest(arrays)).not.toBe(before);
  });
});
