/** Where things stand in a slab: cell offsets for closed vocabularies, the same for every slab of one vocabulary. */
import { COMMAND_NAMES, type CountedCommand } from '../protocol/command.ts';
import { VIOLATION_RULES } from '../protocol/violation.ts';
import { HISTOGRAM_CELLS } from './histogram.ts';
import {
  CONNECTION_KINDS,
  DELAY_KINDS,
  NOTIFICATION_RESULTS,
  OUTCOMES,
  type OutcomeName,
  TRIGGERS,
  UI_OUTCOMES,
} from './recorder.ts';

/** Words that other rooms own; plain data, so that it travels to a worker together with its slab. */
export interface SlabVocabulary {
  /** Reasons a session can end for, besides `http_100` … `http_599`, which are always there. */
  readonly endReasons: readonly string[];
  /** Those of {@link endReasons} whose outcome is `timedOut`; `completed` is `completed`, all others are `aborted`. */
  readonly timedOutReasons: readonly string[];
}

export const COUNTED_COMMANDS: readonly CountedCommand[] = [...COMMAND_NAMES, 'unknown'];
export const REPOSITORY_METHODS = ['GET', 'PUT', 'POST'] as const;
/** Packages after which the server's turnaround is measured. */
export const TURNAROUND_PACKAGES = [1, 3] as const;

const FIRST_STATUS = 100;
const LAST_STATUS = 599;
const STATUSES = LAST_STATUS - FIRST_STATUS + 1;

/** Slots of a command's outcomes: `none`, 100 … 599, `other` – what is no HTTP code is counted too, or books break. */
export const STATUS_SLOTS = STATUSES + 2;
export const NONE_SLOT = 0;
const OTHER_SLOT = STATUSES + 1;

export function statusSlot(status: number): number {
  return status >= FIRST_STATUS && status <= LAST_STATUS ? Math.trunc(status) - FIRST_STATUS + 1 : OTHER_SLOT;
}

export function statusName(slot: number): string {
  if (slot === NONE_SLOT) return 'none';
  return slot === OTHER_SLOT ? 'other' : String(slot - 1 + FIRST_STATUS);
}

/** Every reason in slot order: the vocabulary's, `http_100` … `http_599`, and `other` for a word outside of both. */
export function reasonNames({ endReasons }: SlabVocabulary): readonly string[] {
  const http = Array.from({ length: STATUSES }, (_, i) => `http_${i + FIRST_STATUS}`);
  return [...endReasons, ...http, 'other'];
}

/** The outcome that belongs to a reason. */
export function outcomeOf(reason: string, { timedOutReasons }: SlabVocabulary): OutcomeName {
  if (reason === 'completed') return 'completed';
  return timedOutReasons.includes(reason) ? 'timedOut' : 'aborted';
}

/** Offsets in cells of 8 bytes; times are in ms. */
export interface SlabLayout {
  readonly cells: number;
  readonly reasons: readonly string[];
  /** By trigger. */
  readonly sessionsStarted: number;
  /** By outcome × reason. */
  readonly sessionsEnded: number;
  /** Due, and never started. */
  readonly sessionsDropped: number;
  readonly iterations: number;
  /** #0 … #3. */
  readonly packages: number;
  /** By result. */
  readonly notifications: number;
  /** Sums by kind, in ms. */
  readonly simulatedDelays: number;
  /** By command. */
  readonly delivered: number;
  /** By command × status slot. */
  readonly commandOutcomes: number;
  /** By command × status slot. */
  readonly statuses: number;
  /** By outcome. */
  readonly uiSessions: number;
  /** By method × (count, bytes). */
  readonly repository: number;
  /** By rule. */
  readonly violations: number;
  /** Event loop of the shard's thread: busy ms, idle ms, utilization of the last second. */
  readonly loop: number;
  /** Open now, by kind. */
  readonly connections: number;
  /** By {@link TURNAROUND_PACKAGES}. */
  readonly turnaround: number;
  readonly iterationDevice: number;
  readonly connect: number;
  readonly session: number;
  readonly uiSession: number;
  /** By command. */
  readonly commandDurations: number;
  readonly loopDelay: number;
  readonly startLag: number;
}

export const LOOP_CELLS = { busyMs: 0, idleMs: 1, lastUtilization: 2 } as const;

export function slabLayout(vocabulary: SlabVocabulary): SlabLayout {
  let next = 0;
  const take = (cells: number): number => {
    const at = next;
    next += cells;
    return at;
  };
  const reasons = reasonNames(vocabulary);
  const counters = {
    sessionsStarted: take(TRIGGERS.length),
    sessionsEnded: take(OUTCOMES.length * reasons.length),
    sessionsDropped: take(1),
    iterations: take(1),
    packages: take(4),
    notifications: take(NOTIFICATION_RESULTS.length),
    simulatedDelays: take(DELAY_KINDS.length),
    delivered: take(COUNTED_COMMANDS.length),
    commandOutcomes: take(COUNTED_COMMANDS.length * STATUS_SLOTS),
    statuses: take(COUNTED_COMMANDS.length * STATUS_SLOTS),
    uiSessions: take(UI_OUTCOMES.length),
    repository: take(REPOSITORY_METHODS.length * 2),
    violations: take(VIOLATION_RULES.length),
    loop: take(3),
    connections: take(CONNECTION_KINDS.length),
  };
  const histograms = {
    turnaround: take(TURNAROUND_PACKAGES.length * HISTOGRAM_CELLS),
    iterationDevice: take(HISTOGRAM_CELLS),
    connect: take(HISTOGRAM_CELLS),
    session: take(HISTOGRAM_CELLS),
    uiSession: take(HISTOGRAM_CELLS),
    commandDurations: take(COUNTED_COMMANDS.length * HISTOGRAM_CELLS),
    loopDelay: take(HISTOGRAM_CELLS),
    startLag: take(HISTOGRAM_CELLS),
  };
  return { ...counters, ...histograms, reasons, cells: next };
}
