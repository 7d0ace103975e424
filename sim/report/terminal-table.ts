/** A run's result for the terminal: sections of aligned text, at most 100 columns wide. */
import { type LatencyFigures } from '../metrics/latency-figures.ts';
import { hasFaults } from './books.ts';
import { formatBytes, formatCount, formatCounted, formatMs, formatRate, formatShare } from './format.ts';
import { type Summary } from './summary-schema.ts';
import { alignedRows, labelled, shortened, type Style, styleOf, wrappedParts } from './text-layout.ts';

const WIDTH = 100;
const LABEL = 12;
const BESIDE = WIDTH - LABEL;

export interface TableOptions {
  readonly colour?: boolean;
}

/**
 * The lines of the final table, without line feeds.
 * @param discrepancies what {@link checkBooks} found
 */
export function terminalTable(
  summary: Summary,
  discrepancies: readonly string[],
  { colour = false }: TableOptions = {},
): readonly string[] {
  const style = styleOf(colour);
  const sections = [
    runSection(summary, style),
    sessionSection(summary, style),
    latencySection(summary, style),
    commandSection(summary, style),
    sideSection(summary),
    violationSection(summary, style),
    verdictSection(summary, discrepancies, style),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}

function runSection({ run }: Summary, style: Style): readonly string[] {
  const server = run.embeddedServer ? `reference server, campaign ${run.campaign}` : 'given with --server';
  const facts = [
    run.name,
    formatCounted(run.devices, 'device'),
    formatCounted(run.workers, 'worker'),
    `seed ${run.seed}`,
    formatMs(run.durationMs),
  ];
  return [
    ...labelled('Run', wrappedParts(facts, BESIDE), LABEL).map(style.heading),
    ...labelled('Server', [shortened(`${run.target} (${server})`, BESIDE)], LABEL),
  ];
}

function sessionSection({ totals, rates, endingExamples }: Summary, style: Style): readonly string[] {
  const { sessions, droppedSessions, endings, packages } = totals;
  const counts = [
    `${formatCount(sessions.started)} started`,
    `${formatCount(sessions.completed)} completed`,
    `${formatCount(sessions.aborted)} aborted`,
    `${formatCount(sessions.timedOut)} timed out`,
    ...(sessions.inFlight === 0 ? [] : [`${formatCount(sessions.inFlight)} in flight`]),
    formatRate(rates.sessionsPerSecond),
  ];
  const reasons = Object.entries(endings)
    .filter(([reason]) => reason !== 'completed')
    .sort(([, a], [, b]) => b - a);
  const reasonRows = alignedRows(reasons.map(([reason, count]) => [reason, formatCount(count)]));
  const reasonLines = reasons.map(([reason], i) => {
    const row = reasonRows[i] ?? '';
    const example = endingExamples[reason];
    return example === undefined ? row : `${row}  ${shortened(example, BESIDE - row.length - 2)}`;
  });
  return [
    ...labelled('Sessions', wrappedParts(counts, BESIDE), LABEL).map(style.heading),
    ...labelled(
      'dropped',
      droppedSessions === 0
        ? []
        : [
            `${formatCount(droppedSessions)} that were due: their device was still in session, or the run at its end`,
          ],
      LABEL,
    ).map(style.bad),
    ...labelled('ended by', reasonLines, LABEL).map(style.bad),
    ...labelled(
      'Iterations',
      [`${formatCount(totals.iterations)} · ${formatRate(rates.iterationsPerSecond)}`],
      LABEL,
    ),
    ...labelled(
      'Packages',
      [
        Object.entries(packages)
          .map(([number, count]) => `#${number} ${formatCount(count)}`)
          .join(' · '),
      ],
      LABEL,
    ),
  ];
}

function latencySection({ latencyMs }: Summary, style: Style): readonly string[] {
  const named: readonly (readonly [string, LatencyFigures])[] = [
    ['server turnaround', latencyMs.serverTurnaround],
    ['iteration on device', latencyMs.iterationDevice],
    ['connect', latencyMs.connect],
    ['session', latencyMs.session],
    ['UI Session', latencyMs.uiSession],
    ...Object.entries(latencyMs.commands),
    ['start lag', latencyMs.startLag],
  ];
  const rows = named
    .filter(([, figures]) => figures.count > 0)
    .map(([name, { count, p50, p90, p95, p99, p999, max }]) => [
      name,
      formatCount(count),
      ...[p50, p90, p95, p99, p999, max].map(formatMs),
    ]);
  if (rows.length === 0) return [];
  const [head = '', ...lines] = alignedRows([
    ['Latency', 'count', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'],
    ...rows,
  ]);
  return [style.heading(head), ...lines];
}

function commandSection({ totals }: Summary, style: Style): readonly string[] {
  const names = Object.keys(totals.commands);
  if (names.length === 0) return [];
  const counts = names.map((name) => formatCount(sum(totals.commands[name] ?? {})));
  const labels = alignedRows(names.map((name, i) => [name, counts[i] ?? '']));
  const labelWidth = Math.max(...labels.map(({ length }) => length)) + 3;
  return [
    style.heading('Commands, by status'),
    ...names.flatMap((name, i) => {
      const parts = Object.entries(totals.commands[name] ?? {}).map(
        ([status, count]) => `${status}: ${formatCount(count)}`,
      );
      return labelled(labels[i] ?? '', wrappedParts(parts, WIDTH - labelWidth), labelWidth);
    }),
  ];
}

/** What went on beside the packages; nothing of what there was none of. */
function sideSection({ totals, simulatedDelayMs }: Summary): readonly string[] {
  const { uiSessions, repository, notifications } = totals;
  const transfers = Object.entries(repository)
    .filter(([, { count }]) => count > 0)
    .map(([method, { count, bytes }]) => `${method} ${formatCount(count)} (${formatBytes(bytes)})`);
  const delays = Object.entries(simulatedDelayMs)
    .filter(([, ms]) => ms > 0)
    .map(([kind, ms]) => `${kind} ${formatMs(ms)}`);
  const labelledParts = (label: string, parts: readonly string[]): readonly string[] =>
    labelled(label, wrappedParts(parts, BESIDE), LABEL);
  return [
    ...labelledParts('UI Sessions', sum(uiSessions) > 0 ? countsOf(uiSessions) : []),
    ...labelledParts('Repository', transfers),
    ...labelledParts(
      'Package#0',
      countsOf(notifications).filter((part) => !part.startsWith('0 ')),
    ),
    ...labelledParts('Delays', delays.length > 0 ? [...delays, 'simulated, over all devices'] : []),
  ];
}

function violationSection({ totals }: Summary, style: Style): readonly string[] {
  const rules = Object.entries(totals.violations).sort(([, a], [, b]) => b.count - a.count);
  if (rules.length === 0) return [];
  const rows = alignedRows(rules.map(([rule, { count }]) => [rule, formatCount(count)]));
  return [
    style.bad('Violations: what the server did against the protocol'),
    ...rules.flatMap(([, { example }], i) => [
      rows[i] ?? '',
      ...(example === '' ? [] : [style.faint(`  ${shortened(example, WIDTH - 2)}`)]),
    ]),
  ];
}

/** In shorter runs the cold start of the process is most of what there is to see. */
const COLD_MS = 10_000;
const COLD_ADVICE = ['in so short a run that may be its cold start alone: judge by one of a minute'] as const;
const ADVICE = [
  'take fewer --devices or a longer --think-time, more --workers where cores are free,',
  'or keep other work, the server included, off this machine',
] as const;

function verdictSection(summary: Summary, discrepancies: readonly string[], style: Style): readonly string[] {
  const { run, generator, latencyMs, valid, invalidReasons, ledger } = summary;
  const health = [
    `event-loop delay p99 ${formatMs(generator.eventLoopDelayP99Ms)}`,
    ...(latencyMs.startLag.count === 0 ? [] : [`start lag p99 ${formatMs(generator.startLagP99Ms)}`]),
    `utilization ${formatShare(generator.eventLoopUtilization)}`,
    `${generator.cpuCores.toFixed(2)} CPU cores`,
    `peak memory ${formatBytes(generator.peakRssBytes)}`,
  ];
  const verdict = valid
    ? labelled('Valid', ["the generator was not the limit: the figures are the server's"], LABEL).map(
        style.good,
      )
    : [
        ...labelled(
          'NOT VALID',
          ['the generator was a limit itself, its own delay is in the figures:'],
          LABEL,
        ).map(style.bad),
        ...labelled('', [...invalidReasons, ...(run.durationMs < COLD_MS ? COLD_ADVICE : ADVICE)], LABEL),
      ];
  const withLedger = Object.keys(ledger).length > 0;
  const agreement = !withLedger
    ? 'balance: every session and every command has exactly one end'
    : hasFaults(summary)
      ? "balance; after faults the server's ledger holds no more than what was sent to it"
      : "balance, and the server's ledger agrees to the last package, command and byte";
  const books =
    discrepancies.length === 0
      ? labelled('Books', [agreement], LABEL).map(style.good)
      : labelled(
          'Books',
          ['DO NOT BALANCE:', ...discrepancies.map((sentence) => shortened(sentence, BESIDE))],
          LABEL,
        ).map(style.bad);
  return [...labelled('Generator', wrappedParts(health, BESIDE), LABEL), ...verdict, ...books];
}

function countsOf(counts: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(counts).map(([name, count]) => `${formatCount(count)} ${wordsOf(name)}`);
}

/** `timedOut` and `wrong_digest` as words. */
function wordsOf(name: string): string {
  return name.replace(/_/g, ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
