import { describe, expect, test } from 'vitest';
import {
  cpuOfTree,
  ownMs,
  parseBusyMs,
  parseProcessStat,
  parseRssBytes,
  processTree,
  rssOfTree,
} from './proc.ts';

const line = (pid: number, parent: number, name = 'node'): string =>
  `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 100 0 0 0 250 50 30 20 20 0 11 0 12345 1000000 5000 1844`;

describe('/proc/PID/stat', () => {
  test('tells parent and CPU time in ms', () => {
    expect(parseProcessStat(line(42, 7))).toEqual({
      ...{ pid: 42, parent: 7, userMs: 2_500, systemMs: 500, endedChildrenMs: 500 },
    });
  });

  test('is read rightly whatever the command is called', () => {
    expect(parseProcessStat(line(42, 7, 'a) S 9 (b'))).toMatchObject({ parent: 7, userMs: 2_500 });
  });

  test('is refused when it is something else', () => {
    expect(() => parseProcessStat('VmRSS: 12 kB')).toThrow(/not a line/);
  });
});

describe('the machine', () => {
  test('is busy with everything but idling and waiting for disks; stolen time counts', () => {
    expect(parseBusyMs('cpu  100 10 50 9000 800 5 6 7 0 0\ncpu0 1 1\n')).toBe(1_780);
  });

  test('is not read from anything else', () => {
    expect(() => parseBusyMs('intr 12 13')).toThrow(/not \/proc\/stat/);
    expect(() => parseBusyMs('cpu 1 2')).toThrow(/not \/proc\/stat/);
  });
});

test('resident memory is told in bytes, and a process without any has ended', () => {
  expect(parseRssBytes('VmHWM:\t   900 kB\nVmRSS:\t   700 kB\n')).toBe(716_800);
  expect(() => parseRssBytes('Name: node\nState: Z (zombie)\n')).toThrow(/ended/);
});

test('a tree is a process with its children and theirs, and nobody else', () => {
  const all = [line(1, 0), line(2, 1), line(5, 9), line(4, 2), line(3, 1)].map(parseProcessStat);
  expect(processTree(1, all).map(({ pid }) => pid)).toEqual([1, 2, 3, 4]);
  expect(processTree(8, all)).toEqual([]);
});

test('this very process has used CPU and memory, and one that does not exist is an error', () => {
  const { userMs, systemMs } = cpuOfTree(process.pid);
  expect(userMs + systemMs).toBeGreaterThan(0);
  expect(ownMs()).toBeGreaterThanOrEqual(userMs + systemMs);
  expect(rssOfTree(process.pid)).toBeGreaterThan(1_000_000);
  expect(() => cpuOfTree(2 ** 30)).toThrow(/has ended/);
});
