import { describe, expect, test } from 'vitest';
import { type Contender, type Sample } from '../benchmark.ts';
import { type BenchContext } from '../bench-context.ts';
import { runHeat, Samples } from './heat.ts';
import { type Watched } from './load-gate.ts';

const bench: BenchContext = {
  ...{ root: '/', directory: '/', scratch: '/', pinned: undefined },
  scale: { quick: true, rounds: 2, warmUpMs: 0, warmUpCount: 0, windowMs: 1 },
};

/** Contenders that note their turn; others disturb the measurements whose numbers (from 1) are given. */
function heatOf(ids: readonly string[], disturbedTurns: readonly number[] = []) {
  const turns: string[] = [];
  const contenders = ids.map((id): Contender => ({
    id,
    label: id,
    measure: () => Promise.resolve({ turn: turns.push(id) }),
  }));
  const gate = {
    quiet: () => Promise.resolve(true),
    watch: async <T>(work: () => Promise<T>): Promise<Watched<T>> => {
      const result = await work();
      const disturbed = disturbedTurns.includes(turns.length);
      return { result, disturbed, foreignCores: disturbed ? 1 : 0 };
    },
  };
  return { turns, contenders, gate };
}

describe('a heat', () => {
  test('lets its contenders take turns, A B B A', async () => {
    const { turns, contenders, gate } = heatOf(['A', 'B', 'C']);
    const { samples } = await runHeat(contenders, bench, { rounds: 3, mostDiscarded: 0, gate });
    expect(turns.join('')).toBe('ABCCBAABC');
    expect(samples.map(({ round }) => round)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
  });

  test('measures again what was disturbed, at once, and says how often', async () => {
    const { turns, contenders, gate } = heatOf(['A', 'B'], [2, 3]);
    const heat = await runHeat(contenders, bench, { rounds: 2, mostDiscarded: 5, gate });
    expect(turns.join('')).toBe('ABBBBA');
    expect(heat.discarded).toBe(2);
    expect(heat.samples.every(({ disturbed }) => !disturbed)).toBe(true);
  });

  test('keeps disturbed measurements, marked, when it may discard no more', async () => {
    const { contenders, gate } = heatOf(['A'], [1, 2, 3]);
    const heat = await runHeat(contenders, bench, { rounds: 2, mostDiscarded: 1, gate });
    expect(heat.discarded).toBe(1);
    expect(heat.samples.map(({ disturbed }) => disturbed)).toEqual([true, true]);
  });

  test('fails with a contender that fails', async () => {
    const { gate } = heatOf([]);
    const broken: Contender = { id: 'A', label: 'A', measure: () => Promise.reject(new Error('no server')) };
    await expect(runHeat([broken], bench, { rounds: 2, mostDiscarded: 1, gate })).rejects.toThrow(
      'no server',
    );
  });
});

describe('samples', () => {
  const sample = (contender: string, round: number, cpuUs: number, disturbed = false): Sample => ({
    ...{ contender, round, figures: { cpuUs }, disturbed, foreignCores: 0 },
  });

  test('are paired within their round, so that what slows a round slows both', () => {
    const samples = new Samples([
      sample('A', 0, 10),
      sample('B', 0, 20),
      sample('B', 1, 60),
      sample('A', 1, 30),
    ]);
    expect(
      samples.paired(['B', 'A'], (b = {}, a = {}) => (b['cpuUs'] ?? 0) / (a['cpuUs'] ?? 0)),
    ).toMatchObject({
      ...{ median: 2, q1: 2, q3: 2, count: 2 },
    });
    expect(samples.figure('A', 'cpuUs').median).toBe(20);
  });

  test('leave disturbed rounds out while there is a quiet one', () => {
    const some = new Samples([sample('A', 0, 10), sample('A', 1, 99, true), sample('A', 2, 12)]);
    expect(some.figure('A', 'cpuUs')).toMatchObject({ median: 11, count: 2 });
    const none = new Samples([sample('A', 0, 98, true), sample('A', 1, 99, true)]);
    expect(none.figure('A', 'cpuUs')).toMatchObject({ median: 98.5, count: 2 });
  });

  test('that nobody has reported are an error, not a zero', () => {
    const samples = new Samples([sample('A', 0, 10)]);
    expect(() => samples.figure('A', 'rssBytes')).toThrow(/no figure rssBytes/);
    expect(() => samples.figure('B', 'cpuUs')).toThrow(RangeError);
  });
});
