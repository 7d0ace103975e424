/** What a fleet has done so far: the slabs of all shards in one, as plain data for page, progress and summary. */
import { type CountedCommand } from '../protocol/command.ts';
import { VIOLATION_RULES, type ViolationRule } from '../protocol/violation.ts';
import { countStates } from './fleet-arrays.ts';
import { type Histogram, HISTOGRAM_CELLS, mergeHistograms, readHistogram } from './histogram.ts';
import {
  CONNECTION_KINDS,
  type ConnectionKind,
  DELAY_KINDS,
  type DelayKind,
  type DeviceState,
  NOTIFICATION_RESULTS,
  type NotificationResult,
  type OutcomeName,
  OUTCOMES,
  type RepositoryMethod,
  type TriggerName,
  TRIGGERS,
  UI_OUTCOMES,
  type UiOutcomeName,
} from './recorder.ts';
import { type Slab } from './slab.ts';
import {
  COUNTED_COMMANDS,
  LOOP_CELLS,
  outcomeOf,
  REPOSITORY_METHODS,
  type SlabLayout,
  slabLayout,
  STATUS_SLOTS,
  statusName,
  TURNAROUND_PACKAGES,
} from './slab-layout.ts';

export interface Ending {
  readonly outcome: OutcomeName;
  readonly reason: string;
  readonly count: number;
}

/** Counts by status code, `none` or `other`; only those that happened. */
export type StatusCounts = Readonly<Record<string, number>>;

export interface ShardHealth {
  /** Delay of the shard's event loop, beyond the sampling interval. */
  readonly eventLoopDelay: Histogram;
  /** Share of the observed time in which the loop was busy, 0 … 1; 0 before the first second. */
  readonly utilization: number;
  /** The same of the last second alone. */
  readonly lastUtilization: number;
  /** Of the sessions that its devices started by themselves: from when each was due until it started. */
  readonly startLag: Histogram;
  /** Open now. */
  readonly connections: Readonly<Record<ConnectionKind, number>>;
}

export interface Totals {
  readonly sessions: Readonly<Record<'started' | OutcomeName | 'inFlight', number>>;
  readonly startedBy: Readonly<Record<TriggerName, number>>;
  /** Were due and are never started: their device was still in session, or the run at its end. */
  readonly droppedSessions: number;
  /** Every reason of the vocabulary, zeros included, and of the others those that happened. */
  readonly endings: readonly Ending[];
  readonly iterations: number;
  readonly packages: Readonly<Record<'0' | '1' | '2' | '3', number>>;
  readonly notifications: Readonly<Record<NotificationResult, number>>;
  readonly simulatedDelayMs: Readonly<Record<DelayKind, number>>;
  /** Commands of the Package#2s received. */
  readonly delivered: Readonly<Record<CountedCommand, number>>;
  /** What became of them. */
  readonly commands: Readonly<Record<CountedCommand, StatusCounts>>;
  /** As sent in Package#3. */
  readonly statuses: Readonly<Record<CountedCommand, StatusCounts>>;
  readonly uiSessions: Readonly<Record<UiOutcomeName, number>>;
  readonly repository: Readonly<Record<RepositoryMethod, { readonly count: number; readonly bytes: number }>>;
  readonly violations: Readonly<Record<ViolationRule, number>>;
  /** Devices by state now; all 0 when no states were given. */
  readonly devices: Readonly<Record<DeviceState, number>>;
  readonly latency: {
    readonly serverTurnaround: Readonly<Record<1 | 3, Histogram>>;
    readonly iterationDevice: Histogram;
    readonly connect: Histogram;
    readonly session: Histogram;
    readonly uiSession: Histogram;
    readonly commands: Readonly<Record<CountedCommand, Histogram>>;
  };
  /** In the order of the slabs. */
  readonly shards: readonly ShardHealth[];
}

/**
 * Sums slabs, which must share one vocabulary. Safe while their writers go on; each number is right by itself, and
 * they agree with each other to the event once the writers rest.
 * @throws TypeError when there is no slab or a slab was made with another vocabulary.
 */
export function readTotals(slabs: readonly Slab[], states: Uint8Array = new Uint8Array(0)): Totals {
  const [first] = slabs;
  if (first === undefined) throw new TypeError('readTotals: no slab');
  const layout = slabLayout(first.vocabulary);
  if (slabs.some(({ cells }) => cells.length !== layout.cells))
    throw new TypeError('readTotals: slabs of different vocabularies');

  const count = (at: number): number => slabs.reduce((sum, { cells }) => sum + (cells[at] ?? 0), 0);
  const histogram = (at: number): Histogram =>
    mergeHistograms(slabs.map(({ cells }) => readHistogram(cells, at)));
  // Ended before started, outcomes before delivered: an event between two reads must not make a difference negative.
  const endings = readEndings(first, layout, count);
  const ended = (outcome: OutcomeName): number =>
    endings.reduce((sum, ending) => sum + (ending.outcome === outcome ? ending.count : 0), 0);
  const [completed, aborted, timedOut] = [ended('completed'), ended('aborted'), ended('timedOut')];
  const startedBy = byWord(TRIGGERS, (i) => count(layout.sessionsStarted + i));
  const started = TRIGGERS.reduce((sum, trigger) => sum + startedBy[trigger], 0);
  const commands = byWord(COUNTED_COMMANDS, (i) => readStatuses(layout.commandOutcomes, i, count));

  return {
    sessions: { started, completed, aborted, timedOut, inFlight: started - completed - aborted - timedOut },
    startedBy,
    droppedSessions: count(layout.sessionsDropped),
    endings,
    iterations: count(layout.iterations),
    packages: byWord(['0', '1', '2', '3'], (i) => count(layout.packages + i)),
    notifications: byWord(NOTIFICATION_RESULTS, (i) => count(layout.notifications + i)),
    simulatedDelayMs: byWord(DELAY_KINDS, (i) => count(layout.simulatedDelays + i)),
    commands,
    delivered: byWord(COUNTED_COMMANDS, (i) => count(layout.delivered + i)),
    statuses: byWord(COUNTED_COMMANDS, (i) => readStatuses(layout.statuses, i, count)),
    uiSessions: byWord(UI_OUTCOMES, (i) => count(layout.uiSessions + i)),
    repository: byWord(REPOSITORY_METHODS, (i) => ({
      count: count(layout.repository + 2 * i),
      bytes: count(layout.repository + 2 * i + 1),
    })),
    violations: byWord(VIOLATION_RULES, (i) => count(layout.violations + i)),
    devices: countStates(states),
    latency: {
      serverTurnaround: byWord(TURNAROUND_PACKAGES, (i) =>
        histogram(layout.turnaround + i * HISTOGRAM_CELLS),
      ),
      iterationDevice: histogram(layout.iterationDevice),
      connect: histogram(layout.connect),
      session: histogram(layout.session),
      uiSession: histogram(layout.uiSession),
      commands: byWord(COUNTED_COMMANDS, (i) => histogram(layout.commandDurations + i * HISTOGRAM_CELLS)),
    },
    shards: slabs.map(({ cells }) => readHealth(cells, layout)),
  };
}

/** The turnaround after Package#1 and after Package#3 as one histogram. */
export function wholeTurnaround({ latency }: Totals): Histogram {
  return mergeHistograms([latency.serverTurnaround[1], latency.serverTurnaround[3]]);
}

/** The start lag of all shards as one histogram. */
export function wholeStartLag({ shards }: Totals): Histogram {
  return mergeHistograms(shards.map(({ startLag }) => startLag));
}

function readEndings(
  { vocabulary }: Slab,
  { reasons, sessionsEnded }: SlabLayout,
  count: (at: number) => number,
): readonly Ending[] {
  const named = vocabulary.endReasons.length;
  return OUTCOMES.flatMap((outcome, o) =>
    reasons.flatMap((reason, r) => {
      const ended = count(sessionsEnded + o * reasons.length + r);
      const expected = r < named && outcomeOf(reason, vocabulary) === outcome;
      return ended > 0 || expected ? [{ outcome, reason, count: ended }] : [];
    }),
  );
}

function readStatuses(at: number, command: number, count: (at: number) => number): StatusCounts {
  const counts: Record<string, number> = {};
  for (let slot = 0; slot < STATUS_SLOTS; slot++) {
    const happened = count(at + command * STATUS_SLOTS + slot);
    if (happened > 0) counts[statusName(slot)] = happened;
  }
  return counts;
}

function readHealth(
  cells: Float64Array,
  { loop, loopDelay, startLag, connections }: SlabLayout,
): ShardHealth {
  const busyMs = cells[loop + LOOP_CELLS.busyMs] ?? 0;
  const observedMs = busyMs + (cells[loop + LOOP_CELLS.idleMs] ?? 0);
  return {
    eventLoopDelay: readHistogram(cells, loopDelay),
    startLag: readHistogram(cells, startLag),
    utilization: observedMs > 0 ? busyMs / observedMs : 0,
    lastUtilization: cells[loop + LOOP_CELLS.lastUtilization] ?? 0,
    connections: byWord(CONNECTION_KINDS, (i) => cells[connections + i] ?? 0),
  };
}

function byWord<Word extends string | number, T>(
  words: readonly Word[],
  value: (index: number) => T,
): Readonly<Record<Word, T>> {
  return Object.fromEntries(words.map((word, i) => [word, value(i)])) as Record<Word, T>;
}
