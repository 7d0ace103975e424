import { expect, test } from 'vitest';
import { sample } from '../../random/distribution.ts';
import { randomStream } from '../../random/random.ts';
import { ClosedLoad } from './closed.ts';

const thinkTime = { kind: 'exp', meanMs: 5_000 } as const;
const load = new ClosedLoad({ rampMs: 4_000, thinkTime }, 7);

test('first sessions are spread over the ramp, device 0 starts at once', () => {
  expect(load.firstMs(0)).toBe(0);
  for (const device of [1, 2, 999]) {
    expect(load.firstMs(device)).toBeGreaterThan(0);
    expect(load.firstMs(device)).toBeLessThan(4_000);
  }
});

test('the next session waits for the end of the last and the think time, which device and turn decide', () => {
  const thinkMs = sample(thinkTime, randomStream(7, 'think', 3, 2));
  expect(load.nextMs(3, 10_000, 2)).toBe(10_000 + thinkMs);
  expect(load.nextMs(3, 10_000, 3)).not.toBe(10_000 + thinkMs);
  expect(load.nextMs(4, 10_000, 2)).not.toBe(10_000 + thinkMs);
});

test('who has done sessions in a worker that died goes on after the think time, the others within a second', () => {
  expect(load.returnMs(3, 10_000, 2)).toBe(load.nextMs(3, 10_000, 2));
  expect(load.returnMs(3, 10_000, 0)).toBeGreaterThanOrEqual(10_000);
  expect(load.returnMs(3, 10_000, 0)).toBeLessThan(11_000);
});
