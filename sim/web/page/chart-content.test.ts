import { describe, expect, it } from 'vitest';
import { type TimelineSample } from '../../metrics/timeline.ts';
import { madeUpSample } from '../testing/made-up-feed.ts';
import { laidOut } from './body-view.ts';
import { devicesAtWork, failures, percentiles } from './chart-content.ts';
import { phaseSpans } from './phase-span.ts';
import { type Theme } from './theme.ts';

const theme: Theme = {
  text: '',
  faint: '',
  line: '',
  tint: '',
  ground: [0, 0, 0],
  states: {
    pending: '',
    dormant: '',
    waiting: 'w',
    executing: 'e',
    ui: 'u',
    updating: 'p',
    failed: 'f',
    finished: '',
  },
  series: ['1', '2', '3', '4', '5'],
  bad: 'bad',
};
const withFailures = (counts: Record<string, number>, seconds = 1): TimelineSample => ({
  ...madeUpSample(3),
  seconds,
  failures: counts,
});

describe('what charts show', () => {
  it('stacks devices at work and keeps their own counts for the legend', () => {
    const series = devicesAtWork([madeUpSample(20), madeUpSample(30)], theme);
    const { devices } = madeUpSample(20);
    expect(series.map(({ own }) => own?.[0])).toEqual([
      devices.waiting,
      devices.executing,
      devices.ui,
      devices.updating,
      devices.failed,
    ]);
    expect(series.at(-1)?.values[0]).toBe(
      devices.waiting + devices.executing + devices.ui + devices.updating + devices.failed,
    );
  });

  it('leaves out on a logarithmic scale what was not measured or is 0', () => {
    const samples = [
      { ...madeUpSample(3), serverTurnaround: null },
      { ...madeUpSample(4), serverTurnaround: { p50: 0, p95: 2, p99: 3 } },
    ];
    const [p50, p95] = percentiles(samples, theme, (sample) => sample.serverTurnaround);
    expect(p50?.values).toEqual([null, null]);
    expect(p95?.values).toEqual([null, 2]);
  });

  it('counts failures a second, by name for the most frequent and together for the rest', () => {
    const many = { a: 9, b: 8, c: 7, d: 6, e: 2, f: 1 };
    const series = failures([withFailures(many, 2)], theme);
    expect(series.map(({ name, values }) => [name, values[0]])).toEqual([
      ['a', 4.5],
      ['b', 4],
      ['c', 3.5],
      ['d', 3],
      ['other reasons', 1.5],
      ['violations', 0],
    ]);
  });

  it('shows a line at 0 as long as nothing has failed', () => {
    expect(failures([withFailures({})], theme).map(({ name, values }) => [name, values])).toEqual([
      ['failed sessions', [0]],
      ['violations', [0]],
    ]);
  });

  it('joins neighbouring samples of a phase to one span', () => {
    const samples = Array.from({ length: 65 }, (_, i) => madeUpSample(i + 1));
    expect(phaseSpans(samples)).toEqual([
      { phase: 'ramp', from: 0, to: 10 },
      { phase: 'load', from: 10, to: 60 },
      { phase: 'drain', from: 60, to: 65 },
    ]);
  });
});

describe('a body', () => {
  it('is laid out when it is JSON, with commands on a line each', () => {
    expect(laidOut('{"CMD":[["GET","urn:x"],["END"]],"x":{},"n":null}')).toBe(
      '{\n  "CMD": [\n    ["GET", "urn:x"],\n    ["END"]\n  ],\n  "x": {},\n  "n": null\n}',
    );
  });

  it('is shown as it came when it is not', () => {
    expect(laidOut('<p>503</p>')).toBe('<p>503</p>');
  });
});
