import { expect, test } from 'vitest';
import { connectionWarnings, machineLimits } from './connection-budget.ts';

const remote = { descriptors: 20_000, ports: 28_232, portHeldMs: 60_000 };
const small = { devices: 1_000, sessionsPerSecond: 100, pushChannels: 0, runMs: 600_000 };

test('a fleet that fits gets no warning', () => {
  expect(connectionWarnings(small, remote)).toEqual([]);
});

test('more new connections in 60 s than ports are warned of, naming both numbers', () => {
  const [warning] = connectionWarnings({ ...small, sessionsPerSecond: 700 }, remote);
  expect(warning).toContain('need 42000 ports');
  expect(warning).toContain('one source address has 28232');
});

test('a run that ends before the ports do is not warned of', () => {
  expect(connectionWarnings({ ...small, sessionsPerSecond: 700, runMs: 20_000 }, remote)).toEqual([]);
});

test('where the system reuses ports after a second, the same rate is fine', () => {
  expect(connectionWarnings({ ...small, sessionsPerSecond: 700 }, { ...remote, portHeldMs: 1_000 })).toEqual(
    [],
  );
});

test('more devices than descriptors are warned of with the limit that is needed', () => {
  const [warning] = connectionWarnings({ ...small, devices: 25_000, pushChannels: 1_000 }, remote);
  expect(warning).toContain('ulimit -n 26200');
});

test('the machine names plausible limits', () => {
  const { descriptors, ports, portHeldMs } = machineLimits(true);
  expect(descriptors).toBeGreaterThan(100);
  expect(ports).toBeGreaterThan(1_000);
  expect([1_000, 60_000]).toContain(portHeldMs);
});
