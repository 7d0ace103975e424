import { performance } from 'node:perf_hooks';
import { describe, expect, it, vi } from 'vitest';
import { percentileMs } from './histogram.ts';
import { GeneratorProbe, watchGenerator } from './generator-health.ts';
import { createSlab } from './slab.ts';
import { VOCABULARY } from './testing/slab-fixture.ts';
import { readTotals, type ShardHealth } from './totals.ts';

const NOTHING = { idle: 0, active: 0, utilization: 0 };

function probe(): { probe: GeneratorProbe; health: () => ShardHealth } {
  const slab = createSlab(VOCABULARY);
  return { probe: new GeneratorProbe(slab, 1_000, NOTHING), health: () => readTotals([slab]).shards[0]! };
}

describe('the generator probe', () => {
  it('reads no delay from an idle loop whose timer fires on time', () => {
    const { probe: idle, health } = probe();
    for (let i = 1; i <= 100; i++) idle.timerFired(1_000 + i * 10);
    expect(health().eventLoopDelay).toMatchObject({ count: 100, maxMs: 0 });
  });

  it('reads how late the timer fires, without its interval', () => {
    const { probe: late, health } = probe();
    late.timerFired(1_013);
    late.timerFired(1_022);
    expect(health().eventLoopDelay).toMatchObject({ count: 2, maxMs: 3, sumMs: 3 });
  });

  it('puts in the samples that a blocked loop could not take', () => {
    const { probe: blocked, health } = probe();
    blocked.timerFired(1_045);
    // 35 ms late; timers due at 20, 30 and 40 ms would have been 25, 15 and 5 ms late.
    expect(health().eventLoopDelay).toMatchObject({ count: 4, maxMs: 35, sumMs: 80 });
    for (let i = 1; i <= 76; i++) blocked.timerFired(1_045 + i * 10);
    expect(percentileMs(health().eventLoopDelay, 0.99)).toBe(35);
    expect(percentileMs(health().eventLoopDelay, 0.5)).toBeLessThan(0.001);
  });

  it('takes the sleep of a suspended machine in bounded time', () => {
    const { probe: suspended, health } = probe();
    suspended.timerFired(1_000 + 3_600_000);
    expect(health().eventLoopDelay.count).toBe(1_000);
  });

  it('tells utilization over all observed time and of the last second', () => {
    const { probe: busy, health } = probe();
    expect(health()).toMatchObject({ utilization: 0, lastUtilization: 0 });
    busy.utilizationRead({ active: 900, idle: 100, utilization: 0.9 });
    busy.utilizationRead({ active: 1_200, idle: 800, utilization: 0.6 });
    expect(health().utilization).toBe(0.6);
    expect(health().lastUtilization).toBe(0.3);
    busy.utilizationRead({ active: 1_200, idle: 800, utilization: 0.6 });
    expect(health().lastUtilization).toBe(0.3);
  });

  it('asks for utilization every second, also when a loop fires one timer in two', () => {
    const { probe: blocked } = probe();
    for (let i = 1; i < 100; i++) expect(blocked.timerFired(1_000 + i * 10)).toBe(false);
    expect(blocked.timerFired(2_000)).toBe(true);
    expect(blocked.timerFired(2_990)).toBe(false);
    expect(blocked.timerFired(4_900)).toBe(true);
    expect(blocked.timerFired(5_900)).toBe(true);
  });

  it('sees a real loop that blocks', async () => {
    const slab = createSlab(VOCABULARY);
    const watch = watchGenerator(slab);
    await vi.waitFor(() => expect(readTotals([slab]).shards[0]!.eventLoopDelay.count).toBeGreaterThan(0));
    const until = performance.now() + 60;
    while (performance.now() < until);
    await vi.waitFor(() => expect(readTotals([slab]).shards[0]!.eventLoopDelay.maxMs).toBeGreaterThan(40));
    watch.stop();
    const { utilization } = readTotals([slab]).shards[0]!;
    expect(utilization).toBeGreaterThan(0);
    expect(utilization).toBeLessThanOrEqual(1);
  });
});
