import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DueQueue } from './due-queue.ts';

test('an empty queue is never due and gives no device', () => {
  const queue = new DueQueue();
  expect([queue.size, queue.nextTime, queue.pop()]).toEqual([0, Number.POSITIVE_INFINITY, -1]);
});

test('devices come out by time, those of equal time in the order they were put in', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 300 }), (times) => {
      const queue = new DueQueue(1);
      times.forEach((time, device) => queue.push(time, device));
      const expected = times
        .map((time, device) => ({ time, device }))
        .sort((a, b) => a.time - b.time || a.device - b.device);
      const popped = expected.map(() => ({ time: queue.nextTime, device: queue.pop() }));
      expect(popped).toEqual(expected);
      expect(queue.size).toBe(0);
    }),
  );
});

test('pushes between pops keep the order', () => {
  const queue = new DueQueue();
  queue.push(30, 3);
  queue.push(10, 1);
  expect(queue.pop()).toBe(1);
  queue.push(20, 2);
  queue.push(40, 4);
  expect([queue.pop(), queue.pop(), queue.pop()]).toEqual([2, 3, 4]);
});
