import { describe, expect, test } from 'vitest';
import { type TraceEvent } from '../transport/trace.ts';
import { VirtualClock } from '../transport/testing/virtual-clock.ts';
import { BATCH_MS, Following, LONGEST_BODY } from './following.ts';

function setUp() {
  const clock = new VirtualClock();
  const told: { device: number; steps: readonly TraceEvent[]; lost: number }[] = [];
  const following = new Following(clock, (device, steps, lost) => told.push({ device, steps, lost }));
  return { clock, told, following };
}

const step = (atMs: number): TraceEvent => ({ atMs, kind: 'waited', reason: 'command', ms: 1 });
const answer = (body: string): TraceEvent => ({
  atMs: 1,
  kind: 'package_answered',
  status: 200,
  headers: [],
  body,
  turnaroundMs: 1,
});

describe('steps of followed devices', () => {
  test('travel together, a few times a second, each device for itself', async () => {
    const { clock, told, following } = setUp();
    const [one, two] = [following.follow(1), following.follow(2)];
    one(step(1));
    two(step(2));
    await clock.advance(BATCH_MS - 1);
    one(step(3));
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual([
      { device: 1, steps: [step(1), step(3)], lost: 0 },
      { device: 2, steps: [step(2)], lost: 0 },
    ]);
    await clock.advance(10_000);
    expect(told).toHaveLength(2);
    expect(clock.timers).toBe(0);
  });

  test('are told at once when there is no more time', () => {
    const { clock, told, following } = setUp();
    following.follow(1)(step(1));
    following.flush();
    expect(told).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });

  test('of a device that is no more followed are not told', async () => {
    const { clock, told, following } = setUp();
    following.follow(1)(step(1));
    following.unfollow(1);
    await clock.advance(1_000);
    expect(told).toEqual([]);
    expect(following.traceOf(1)).toBeUndefined();
  });

  test('beyond the bound are lost and counted before what comes next, without a gap inside a message', async () => {
    const { clock, told, following } = setUp();
    const trace = following.follow(1);
    for (let i = 0; i < 1_000; i++) trace(step(i));
    await clock.advance(BATCH_MS);
    expect(told).toEqual([{ device: 1, steps: Array.from({ length: 400 }, (_, i) => step(i)), lost: 0 }]);
    trace(step(1_000));
    await clock.advance(BATCH_MS);
    expect(told[1]).toEqual({ device: 1, steps: [step(1_000)], lost: 600 });
    await clock.advance(10_000);
    expect(told).toHaveLength(2);
  });

  test('that were lost are told of even when nothing comes next', async () => {
    const { clock, told, following } = setUp();
    const trace = following.follow(1);
    for (let i = 0; i < 401; i++) trace(step(i));
    await clock.advance(BATCH_MS * 2);
    expect(told[1]).toEqual({ device: 1, steps: [], lost: 1 });
    expect(clock.timers).toBe(0);
  });

  test('have bodies that are cut, and said to be', async () => {
    const { clock, told, following } = setUp();
    following.follow(1)(answer('x'.repeat(LONGEST_BODY)));
    following.follow(1)(answer('y'.repeat(LONGEST_BODY + 1)));
    await clock.advance(BATCH_MS);
    const bodies = told[0]!.steps.map((one) => ('body' in one ? one.body : ''));
    expect(bodies[0]).toBe('x'.repeat(LONGEST_BODY));
    expect(bodies[1]).toBe(`${'y'.repeat(LONGEST_BODY)}\n… cut here, of 32,769 characters`);
  });

  test('of a server that sends very much at once cost no more than a mebibyte a message', async () => {
    const { clock, told, following } = setUp();
    const trace = following.follow(1);
    for (let i = 0; i < 100; i++) trace(answer('z'.repeat(LONGEST_BODY)));
    trace({
      atMs: 1,
      kind: 'violation',
      violation: { rule: 'package2.too_large', example: 'w'.repeat(2e6) },
    });
    await clock.advance(BATCH_MS * 2);
    expect(JSON.stringify(told[0]).length).toBeLessThan(1_100_000);
    expect(told[1]).toMatchObject({ steps: [], lost: 101 - told[0]!.steps.length });
  });
});
