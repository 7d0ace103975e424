import { expect, test } from 'vitest';
import {
  channelRampMsOf,
  mostInSession,
  notificationPause,
  rampMsOf,
  sessionsPerSecond,
} from './load-rhythm.ts';

const closed = { shape: 'closed', rampMs: 4_000, thinkTime: { kind: 'exp', meanMs: 8_500 } } as const;
const polling = { shape: 'polling', periodMs: 480_000, jitter: 0.1 } as const;

test('a closed load comes in over its ramp, and asks by think time and session', () => {
  expect([rampMsOf(closed), channelRampMsOf(closed)]).toEqual([4_000, 4_000]);
  expect(sessionsPerSecond(closed, 1_000, 1_500)).toBe(100);
  expect(mostInSession(closed, 1_000, 1_500)).toBe(1_000);
  expect(notificationPause(closed)).toEqual(closed.thinkTime);
});

test('timetables are all there at once, and ask by their period alone', () => {
  expect([rampMsOf(polling), channelRampMsOf(polling)]).toEqual([0, 10_000]);
  expect(channelRampMsOf({ ...polling, periodMs: 300 })).toBe(300);
  expect(sessionsPerSecond(polling, 960_000, 1_500)).toBe(2_000);
  expect(mostInSession(polling, 960_000, 1_500)).toBe(6_000);
  expect(mostInSession(polling, 1, 1_500)).toBe(1);
  expect(notificationPause(polling)).toEqual({ kind: 'uniform', minMs: 432_000, maxMs: 528_000 });
});
