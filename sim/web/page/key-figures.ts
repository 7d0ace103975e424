/** The few figures that one looks at first: of the last second, or of the whole run once it is over. */
import { formatCount, formatCounted, formatMs, threeDigits } from '../../report/format.ts';
import { block, element, setText } from './element.ts';
import { type View } from './frame-loop.ts';
import { type RunStore } from './run-store.ts';

/** Name, value, unit or remark. */
type Figure = readonly [name: string, value: string, remark: string];

export class KeyFigures implements View {
  readonly parts = ['samples', 'totals', 'result'] as const;
  private readonly store: RunStore;

  constructor(store: RunStore) {
    this.store = store;
  }

  render(): void {
    const figures = this.figures();
    const list = block('figures');
    if (list.childElementCount !== figures.length)
      list.replaceChildren(
        ...figures.map(([name]) =>
          element('div', {}, element('dt', {}, name), element('dd'), element('dd', 'remark')),
        ),
      );
    figures.forEach(([, value, remark], i) => {
      const [, valueNode, remarkNode] = list.children[i]?.children ?? [];
      if (valueNode !== undefined) setText(valueNode, value);
      if (remarkNode !== undefined) setText(remarkNode, remark);
    });
  }

  private figures(): readonly Figure[] {
    const { samples, totals, result } = this.store;
    const last = samples.at(-1);
    const turnaround = result?.summary.latencyMs.serverTurnaround ?? last?.serverTurnaround ?? null;
    const device = result?.summary.latencyMs.iterationDevice ?? last?.iterationDevice ?? null;
    const iterations = result?.summary.rates.iterationsPerSecond ?? last?.iterationsPerSecond;
    const sessions = result?.summary.rates.sessionsPerSecond ?? last?.sessionsPerSecond;
    const failed = totals === undefined ? 0 : totals.sessions.aborted + totals.sessions.timedOut;
    const rate = (value: number | undefined): string => (value === undefined ? '–' : threeDigits(value));
    const ms = (value: number | undefined): string => (value === undefined ? '–' : formatMs(value));
    return [
      ['iterations', rate(iterations), 'a second'],
      ['sessions', rate(sessions), 'a second'],
      [
        'server turnaround, p95',
        ms(turnaround?.p95),
        turnaround === null ? 'nothing measured' : `p50 ${ms(turnaround.p50)} · p99 ${ms(turnaround.p99)}`,
      ],
      [
        'iteration on device, p95',
        ms(device?.p95),
        device === null ? 'nothing measured' : `p50 ${ms(device.p50)} · p99 ${ms(device.p99)}`,
      ],
      [
        'sessions completed',
        totals === undefined ? '–' : formatCount(totals.sessions.completed),
        totals === undefined ? '' : `${formatCount(totals.sessions.inFlight)} running`,
      ],
      [
        'sessions failed',
        totals === undefined ? '–' : formatCount(failed),
        totals === undefined ? '' : `${formatCounted(totals.violations, 'violation')} by the server`,
      ],
    ];
  }
}
