/** The charts of a run, all over the same time and with one cursor. */
import { formatCount, formatMs, formatRate, formatShare, threeDigits } from '../../report/format.ts';
import { type TimelineSample } from '../../metrics/timeline.ts';
import { MOST_EVENT_LOOP_DELAY_P99_MS, UTILIZATION_LIMIT } from '../../report/validity.ts';
import { Chart, type ChartSeries } from './chart.ts';
import * as content from './chart-content.ts';
import { block } from './element.ts';
import { type View } from './frame-loop.ts';
import { phaseSpans } from './phase-span.ts';
import { type RunStore } from './run-store.ts';
import { readTheme, type Theme } from './theme.ts';

type Draw = (samples: readonly TimelineSample[], theme: Theme) => readonly ChartSeries[];

export class ChartSet implements View {
  readonly parts = ['samples', 'result'] as const;
  private readonly store: RunStore;
  private readonly charts: readonly (readonly [Chart, Draw])[];
  private theme: Theme | undefined;

  constructor(store: RunStore) {
    this.store = store;
    this.charts = [
      [
        new Chart({
          title: 'Throughput',
          description: 'iterations and sessions ended, a second',
          scale: 'linear',
          format: formatRate,
          atLeast: 1,
        }),
        content.throughput,
      ],
      [
        new Chart({
          title: 'Server turnaround',
          description: 'Package#1 or #3 handed over until the next Package#2 is received; logarithmic',
          scale: 'log',
          format: formatMs,
          atLeast: 1,
        }),
        (samples, theme) => content.percentiles(samples, theme, (sample) => sample.serverTurnaround),
      ],
      [
        new Chart({
          title: 'Iteration on device',
          description: 'Package#2 received until Package#3 is ready; logarithmic',
          scale: 'log',
          format: formatMs,
          atLeast: 1,
        }),
        (samples, theme) => content.percentiles(samples, theme, (sample) => sample.iterationDevice),
      ],
      [
        new Chart({
          title: 'Devices at work',
          description: 'devices that do something, one state upon the other',
          scale: 'linear',
          format: formatCount,
          atLeast: 4,
        }),
        content.devicesAtWork,
      ],
      [
        new Chart({
          title: 'Failures',
          description: 'failed sessions by reason, and violations by the server, a second',
          scale: 'linear',
          format: formatRate,
          atLeast: 1,
        }),
        content.failures,
      ],
      [
        new Chart({
          title: 'Generator: event-loop delay',
          description: 'how late the generator itself was; above the limit its own delay is in the figures',
          scale: 'linear',
          format: formatMs,
          limit: { value: MOST_EVENT_LOOP_DELAY_P99_MS, name: `limit ${MOST_EVENT_LOOP_DELAY_P99_MS} ms` },
          atLeast: MOST_EVENT_LOOP_DELAY_P99_MS * 1.3,
        }),
        content.eventLoopDelay,
      ],
      [
        new Chart({
          title: 'Generator: utilization',
          description:
            'share of its time that the busiest shard was busy or waited for a CPU: on a loaded machine it is high though little is done',
          scale: 'linear',
          format: formatShare,
          limit: { value: UTILIZATION_LIMIT, name: `limit ${formatShare(UTILIZATION_LIMIT)}` },
          atLeast: 1,
        }),
        content.utilization,
      ],
      [
        new Chart({
          title: 'Generator: CPU cores',
          description: 'CPU seconds a second, all processes of the swarm',
          scale: 'linear',
          format: threeDigits,
          atLeast: 1,
        }),
        content.cpuCores,
      ],
    ];
    block('charts').append(...this.charts.map(([chart]) => chart.root));
  }

  /** Colours have changed. */
  reset(): void {
    this.theme = undefined;
  }

  render(): void {
    const { samples, result } = this.store;
    const isOver = result !== undefined;
    block('charts-section').hidden = samples.length === 0;
    if (samples.length === 0) return;
    const theme = (this.theme ??= readTheme());
    const seconds = samples.map(({ atMs }) => atMs / 1_000);
    const phases = phaseSpans(samples);
    for (const [chart, draw] of this.charts)
      chart.show({ seconds, phases, isOver, series: draw(samples, theme) }, theme);
  }
}
