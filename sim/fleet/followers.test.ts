import { expect, test } from 'vitest';
import { type TraceEvent } from '../transport/trace.ts';
import { Followers } from './followers.ts';

const SEGMENT = { first: 0, end: 10 };
const started: TraceEvent = { atMs: 0, kind: 'session_started', device: 1, trigger: 'client' };
const waited: TraceEvent = { atMs: 40, kind: 'waited', reason: 'command', ms: 1 };
const ended: TraceEvent = { atMs: 50, kind: 'session_ended', outcome: 'completed', reason: 'completed' };

function setUp(device: number) {
  const followers = new Followers();
  const told: TraceEvent[] = [];
  followers.set(device, (steps) => told.push(...steps));
  return { followers, told };
}

test('a session that went down with its worker is told to have ended', () => {
  const { followers, told } = setUp(1);
  followers.tell(1, [started, waited], 0);
  followers.workerDied(SEGMENT);
  expect(told.at(-1)).toEqual({ atMs: 40, kind: 'session_ended', outcome: 'aborted', reason: 'worker_died' });
  followers.workerDied(SEGMENT);
  expect(told).toHaveLength(3);
});

test('a device that slept when its worker died is told nothing, and one of another worker neither', () => {
  const { followers, told } = setUp(1);
  // Asynchronous work goes on behind a session and is none.
  followers.tell(1, [started, ended, waited], 0);
  followers.workerDied(SEGMENT);
  followers.tell(1, [started], 0);
  followers.workerDied({ first: 2, end: 10 });
  expect(told).toEqual([started, ended, waited, started]);
});

test('a device of which nobody wants to know more tells nobody', () => {
  const { followers, told } = setUp(3);
  expect(followers.within(SEGMENT)).toEqual([3]);
  followers.delete(3);
  followers.tell(3, [started], 0);
  expect([told, followers.within(SEGMENT)]).toEqual([[], []]);
});
