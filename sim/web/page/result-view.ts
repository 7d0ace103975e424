/** The result of a run that is over: whether it can be believed, its latencies, what went wrong, how to make it again. */
import {
  formatBytes,
  formatCount,
  formatCounted,
  formatMs,
  formatRate,
  formatShare,
} from '../../report/format.ts';
import { type LatencyFigures } from '../../metrics/latency-figures.ts';
import { type FinishedRun } from '../feed-message.ts';
import { block, element, setText, table } from './element.ts';
import { type View } from './frame-loop.ts';
import { type RunStore } from './run-store.ts';
import { scrolling } from './totals-tables.ts';
import { verdictSentence } from './verdict.ts';

export class ResultView implements View {
  readonly parts = ['result'] as const;
  private readonly store: RunStore;

  constructor(store: RunStore) {
    this.store = store;
  }

  render(): void {
    const { result } = this.store;
    const section = block('result');
    section.hidden = block('details').hidden = result === undefined;
    if (result === undefined) return;
    section.dataset['state'] = stateOf(result);
    setText(block('result-title'), headline(result));
    block('result-body').replaceChildren(...verdictParts(result));
    block('details-body').replaceChildren(...detailParts(result));
  }
}

function stateOf({ summary, checks }: FinishedRun): 'good' | 'bad' | 'invalid' {
  if (!summary.valid) return 'invalid';
  return checks.some(({ state }) => state === 'broken') ? 'bad' : 'good';
}

function headline({ summary, checks }: FinishedRun): string {
  if (!summary.valid) return 'Not valid: the generator was a limit itself';
  const broken = checks.filter(({ state }) => state === 'broken').length;
  return broken > 0 ? `Valid; ${verdictSentence(checks)}` : 'Valid: the figures are those of the server';
}

function verdictParts({ summary }: FinishedRun): readonly HTMLElement[] {
  const { sessions, iterations } = summary.totals;
  const failed = sessions.aborted + sessions.timedOut;
  const lead =
    `${formatCount(sessions.completed)} of ${formatCounted(sessions.started, 'session')} completed` +
    `${failed === 0 ? '' : `, ${formatCount(failed)} failed`}; ${formatCounted(iterations, 'iteration')}` +
    ` in ${formatMs(summary.run.durationMs)}, ${formatRate(summary.rates.iterationsPerSecond).replace('/s', ' a second')}.`;
  const reasons = summary.invalidReasons.map((reason) => element('li', {}, reason));
  return [element('p', 'lead', lead), ...(summary.valid ? [] : [element('ul', 'reasons', ...reasons)])];
}

function detailParts({ summary, run }: FinishedRun): readonly HTMLElement[] {
  const { uiSessions, repository, violations } = summary.totals;
  const transfers = Object.entries(repository)
    .filter(([, { count }]) => count > 0)
    .map(([method, { count, bytes }]) => `${method} ${formatCount(count)} (${formatBytes(bytes)})`);
  return [
    latencyTable(summary.latencyMs),
    ...violationTable(violations),
    ...endingTable(summary),
    element(
      'dl',
      'settings',
      ...entry('Generator', generatorText(summary.generator)),
      ...entry(
        'UI Sessions',
        `${formatCount(uiSessions.done)} done, ${formatCount(uiSessions.abandoned)} abandoned, ${formatCount(uiSessions.timedOut)} timed out, ${formatCount(uiSessions.failed)} failed`,
      ),
      ...entry('Repository', transfers.length === 0 ? 'no transfers' : transfers.join(', ')),
      ...entry('Fleet digest', element('code', {}, summary.fleet.digest)),
      ...entry('Run again', element('code', {}, `npm run swarm -- ${run.command}`)),
    ),
  ];
}

function generatorText(generator: FinishedRun['summary']['generator']): string {
  return [
    `event-loop delay p99 ${formatMs(generator.eventLoopDelayP99Ms)}`,
    `utilization ${formatShare(generator.eventLoopUtilization)}`,
    `${generator.cpuCores.toFixed(2)} CPU cores`,
    `peak memory ${formatBytes(generator.peakRssBytes)}`,
  ].join(', ');
}

function entry(name: string, value: string | HTMLElement): readonly HTMLElement[] {
  return [element('dt', {}, name), element('dd', {}, value)];
}

function latencyTable(latencies: FinishedRun['summary']['latencyMs']): HTMLElement {
  const all: readonly (readonly [string, LatencyFigures])[] = [
    ['server turnaround', latencies.serverTurnaround],
    ['iteration on device', latencies.iterationDevice],
    ['session', latencies.session],
    ['connect', latencies.connect],
    ['UI Session', latencies.uiSession],
    ...Object.entries(latencies.commands),
  ];
  const rows = all
    .filter(([, { count }]) => count > 0)
    .map(([name, figures]) => [
      name,
      formatCount(figures.count),
      ...[figures.p50, figures.p90, figures.p95, figures.p99, figures.p999, figures.max].map(formatMs),
    ]);
  return scrolling(table('Latency', ['of', 'count', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'], rows));
}

function violationTable(violations: FinishedRun['summary']['totals']['violations']): readonly HTMLElement[] {
  const rows = Object.entries(violations).map(([rule, { count, example }]) => [
    rule,
    formatCount(count),
    element('span', 'example', example),
  ]);
  if (rows.length === 0) return [];
  return [scrolling(table('Violations by the server', ['rule', 'count', 'example'], rows))];
}

function endingTable({ totals, endingExamples }: FinishedRun['summary']): readonly HTMLElement[] {
  const rows = Object.entries(totals.endings)
    .filter(([reason]) => reason !== 'completed')
    .map(([reason, count]) => [
      reason,
      formatCount(count),
      element('span', 'example', endingExamples[reason] ?? ''),
    ]);
  if (rows.length === 0) return [];
  return [scrolling(table('Failed sessions', ['reason', 'count', 'first example'], rows))];
}
