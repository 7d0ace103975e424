import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compacted, expanded, mergedCompact } from './compact-histogram.ts';
import { HISTOGRAM_CELLS, mergeHistograms, readHistogram, recordMs } from './histogram.ts';
import { LOOP_CELLS, slabLayout } from './slab-layout.ts';
import { recordSession, slabFixture, VOCABULARY } from './testing/slab-fixture.ts';
import { Timeline } from './timeline.ts';
import { readTotals } from './totals.ts';

/** A run whose seconds a test writes. */
function run(mostSamples?: number) {
  const { slab, states, recorder } = slabFixture();
  const timeline = new Timeline(mostSamples);
  let atMs = 0;
  let cpuSeconds = 0;
  const second = (events: () => void = () => undefined, ms = 1_000) => {
    events();
    atMs += ms;
    cpuSeconds += (ms / 1_000) * 0.25;
    const totals = readTotals([slab], states);
    return timeline.add({ totals, phase: 'load', atMs, usage: { cpuSeconds, rssBytes: atMs } });
  };
  return { slab, recorder, timeline, second };
}

describe('a sample', () => {
  it('has the rates and percentiles of its own second, not of the run', () => {
    const { recorder, second } = run();
    second(() => {
      for (let i = 0; i < 10; i++) recorder.serverTurnaround(1, 1_000);
    });
    const sample = second(() => {
      recordSession(recorder);
      recordSession(recorder);
    });
    expect(sample).toMatchObject({ atMs: 2_000, seconds: 1, iterationsPerSecond: 4, sessionsPerSecond: 2 });
    expect(sample.serverTurnaround?.p50).toBeCloseTo(4, 1);
    expect(sample.serverTurnaround?.p99).toBeCloseTo(8, 0);
    expect(sample.session?.p50).toBeCloseTo(21, 0);
  });

  it('says null for latencies that nothing was measured of', () => {
    const sample = run().second();
    expect([sample.serverTurnaround, sample.iterationDevice, sample.session]).toEqual([null, null, null]);
    expect(sample).toMatchObject({ iterationsPerSecond: 0, failures: {}, violations: 0 });
  });

  it('counts failed sessions by reason, only those of its second, and violations', () => {
    const { recorder, second } = run();
    const fail = (reason: string) => {
      recorder.sessionStarted('client');
      recorder.sessionEnded(reason === 'session_timeout' ? 'timedOut' : 'aborted', reason, 5);
    };
    second(() => {
      fail('connect_refused');
      fail('http_503');
    });
    const sample = second(() => {
      fail('http_503');
      fail('session_timeout');
      fail('session_timeout');
      recorder.violation({ rule: 'package2.invalid_json', example: 'x' });
    });
    expect(sample.failures).toEqual({ http_503: 1, session_timeout: 2 });
    expect(sample.violations).toBe(1);
    expect(sample.sessionsPerSecond).toBe(3);
  });

  it('shows devices by state and CPU and memory as they are at its end', () => {
    const { recorder, second } = run();
    expect(second().generator.cpuCores).toBeNull();
    const sample = second(() => {
      recorder.deviceState(1, 'waiting');
      recorder.deviceState(2, 'waiting');
      recorder.deviceState(3, 'failed');
    });
    expect(sample.devices).toMatchObject({ pending: 1, waiting: 2, failed: 1, ui: 0 });
    expect(sample.generator).toMatchObject({ cpuCores: 0.25, rssBytes: 2_000 });
  });
});

describe('a timeline', () => {
  it('is the seconds of the run, one after the other', () => {
    const { recorder, timeline, second } = run();
    for (let i = 0; i < 5; i++) second(() => recordSession(recorder));
    expect(timeline.samples.map(({ atMs, seconds }) => [atMs, seconds])).toEqual(
      [1, 2, 3, 4, 5].map((n) => [n * 1_000, 1]),
    );
  });

  it('that is full covers the whole run with half as many samples, then goes on', () => {
    const { recorder, timeline, second } = run(8);
    for (let i = 0; i < 21; i++) second(() => recordSession(recorder));
    const { samples } = timeline;
    expect(samples.map(({ seconds }) => seconds)).toEqual([4, 4, 4, 4, 4, 1]);
    expect(samples.map(({ atMs }) => atMs)).toEqual([4, 8, 12, 16, 20, 21].map((n) => n * 1_000));
    expect(samples.map(({ iterationsPerSecond }) => iterationsPerSecond)).toEqual(Array(6).fill(2));
  });

  it('never has more samples than its bound, and keeps every iteration, for a run of any length', () => {
    const { recorder, timeline, second } = run(10);
    for (let i = 1; i <= 1_000; i++) {
      second(() => recorder.iterationEnded(1));
      expect(timeline.samples.length).toBeLessThanOrEqual(10);
    }
    const seconds = timeline.samples.map((sample) => sample.seconds);
    const iterations = timeline.samples.map((sample) => sample.iterationsPerSecond * sample.seconds);
    expect(seconds.reduce((sum, n) => sum + n)).toBe(1_000);
    expect(iterations.reduce((sum, n) => sum + n)).toBeCloseTo(1_000, 6);
    expect(new Set(seconds.slice(0, -1)).size).toBe(1);
  });

  it('has the percentiles of all values of joined seconds, not the larger or the mean of both', () => {
    const { recorder, timeline, second } = run(2);
    second(() => {
      for (let i = 0; i < 99; i++) recorder.serverTurnaround(1, 1);
    });
    second(() => recorder.serverTurnaround(3, 100));
    second();
    const [joined] = timeline.samples;
    expect(joined?.seconds).toBe(2);
    expect(joined?.serverTurnaround?.p50).toBeCloseTo(1, 1);
    expect(joined?.serverTurnaround?.p99).toBeCloseTo(1, 1);
  });

  it('keeps the worst of the generator when seconds are joined', () => {
    const { slab, timeline, second } = run(2);
    const { loop, loopDelay } = slabLayout(VOCABULARY);
    second(() => {
      recordMs(slab.cells, loopDelay, 40);
      slab.cells[loop + LOOP_CELLS.lastUtilization] = 0.9;
    });
    second(() => {
      recordMs(slab.cells, loopDelay, 1);
      slab.cells[loop + LOOP_CELLS.lastUtilization] = 0.1;
    });
    const latest = second(() => recordMs(slab.cells, loopDelay, 2));
    expect(latest.generator.eventLoopDelayP99Ms).toBeCloseTo(2, 1);
    expect(timeline.samples[0]?.generator).toMatchObject({
      utilization: 0.9,
      cpuCores: 0.25,
      rssBytes: 2_000,
    });
    expect(timeline.samples[0]?.generator.eventLoopDelayP99Ms).toBeCloseTo(40, 0);
  });

  it('takes a last moment into the sample before it, so that no rate is drawn of it', () => {
    const { recorder, timeline, second } = run();
    second(() => recordSession(recorder));
    second(() => recordSession(recorder), 3);
    expect(timeline.samples).toHaveLength(1);
    expect(timeline.samples[0]).toMatchObject({ atMs: 1_003, seconds: 1.003 });
    expect(timeline.samples[0]!.iterationsPerSecond * 1.003).toBeCloseTo(4, 2);
  });

  it('refuses a bound that cannot be halved', () => {
    expect(() => new Timeline(1)).toThrow(RangeError);
  });
});

describe('a compact histogram', () => {
  const values = fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { maxLength: 50 });
  const histogram = (values: readonly number[]) => {
    const cells = new Float64Array(HISTOGRAM_CELLS);
    for (const value of values) recordMs(cells, 0, value);
    return readHistogram(cells, 0);
  };

  it('loses nothing, alone or merged', () => {
    fc.assert(
      fc.property(values, values, (some, others) => {
        const [one, other] = [histogram(some), histogram(others)];
        expect(expanded(compacted(one))).toEqual(one);
        expect(expanded(mergedCompact(compacted(one), compacted(other)))).toEqual(
          mergeHistograms([one, other]),
        );
      }),
    );
  });
});
