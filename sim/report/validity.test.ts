import { describe, expect, it } from 'vitest';
import { HISTOGRAM_CELLS, readHistogram, recordMs } from '../metrics/histogram.ts';
import { type ShardHealth } from '../metrics/totals.ts';
import { judgeValidity } from './validity.ts';

function shard(utilization: number, delaysMs: readonly number[]): ShardHealth {
  const cells = new Float64Array(HISTOGRAM_CELLS);
  for (const delay of delaysMs) recordMs(cells, 0, delay);
  return {
    utilization,
    lastUtilization: 0,
    eventLoopDelay: readHistogram(cells, 0),
    startLag: readHistogram(new Float64Array(HISTOGRAM_CELLS), 0),
    connections: { http: 0, push: 0 },
  };
}

describe('validity', () => {
  it('holds up to a delay of exactly 5 ms and just below a utilization of 0.78', () => {
    expect(judgeValidity([shard(0.779, [5])])).toEqual({
      valid: true,
      reasons: [],
      eventLoopDelayP99Ms: 5,
      eventLoopUtilization: 0.779,
    });
  });

  it('is lost at a utilization of 0.78', () => {
    const { valid, reasons } = judgeValidity([shard(0.78, [1])]);
    expect(valid).toBe(false);
    expect(reasons).toEqual(['event-loop utilization was 0.78 (below 0.78) in the only shard']);
  });

  it('is lost when one shard of several is late or busy, and the worst values are shown', () => {
    expect(judgeValidity([shard(0.2, [1]), shard(0.9, [2]), shard(0.1, [12.5])])).toEqual({
      valid: false,
      reasons: [
        'event-loop delay p99 was 12.5 ms (at most 5 ms) in 1 of 3 shards',
        'event-loop utilization was 0.90 (below 0.78) in 1 of 3 shards',
      ],
      eventLoopDelayP99Ms: 12.5,
      eventLoopUtilization: 0.9,
    });
  });

  it('looks at the 99th percentile, not at the worst delay', () => {
    const delays = [...Array<number>(99).fill(1), 400];
    expect(judgeValidity([shard(0.1, delays)]).valid).toBe(true);
    expect(judgeValidity([shard(0.1, [...delays, 400])]).valid).toBe(false);
  });

  it('has nothing against a shard that nothing was seen of yet', () => {
    expect(judgeValidity([shard(0, [])])).toMatchObject({ valid: true, eventLoopDelayP99Ms: 0 });
  });
});
