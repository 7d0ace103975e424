/**
 * A slab: all counters and histograms of one shard as doubles in shared memory. One thread writes, anyone reads.
 * Aligned doubles are read whole, sums are exact to 2⁵³; a reader may see one event half noted, never a torn number.
 */
import { CONNECTION_KINDS, OUTCOMES } from './recorder.ts';
import {
  COUNTED_COMMANDS,
  NONE_SLOT,
  type SlabLayout,
  slabLayout,
  type SlabVocabulary,
  STATUS_SLOTS,
} from './slab-layout.ts';

/** Plain data: sent to a worker it stays the same memory; copied by {@link snapshotSlab} it can leave the process. */
export interface Slab {
  readonly vocabulary: SlabVocabulary;
  readonly cells: Float64Array;
}

/** A slab of zeros in shared memory; about 0.4 MiB. */
export function createSlab(vocabulary: SlabVocabulary): Slab {
  const { cells } = slabLayout(vocabulary);
  return {
    vocabulary,
    cells: new Float64Array(new SharedArrayBuffer(cells * Float64Array.BYTES_PER_ELEMENT)),
  };
}

/** A copy in memory of its own, with which a process tells another its counts. */
export function snapshotSlab({ vocabulary, cells }: Slab): Slab {
  const copy = new Float64Array(cells.length);
  copy.set(cells);
  return { vocabulary, cells: copy };
}

/**
 * Balances the books of a shard whose worker died: sessions that had started and not ended are closed as
 * `aborted`/`worker_died`, commands delivered and never ended get outcome `none`. Call it after the thread is gone and
 * before its replacement goes on with the same slab. Returns how many of each it closed.
 */
export function settleAfterCrash({ vocabulary, cells }: Slab): {
  readonly sessions: number;
  readonly commands: number;
} {
  const layout = slabLayout(vocabulary);
  const started = sum(cells, layout.sessionsStarted, layout.sessionsEnded);
  const ended = sum(cells, layout.sessionsEnded, layout.sessionsDropped);
  const sessions = Math.max(0, started - ended);
  add(cells, diedCell(layout), sessions);
  let commands = 0;
  for (let i = 0; i < COUNTED_COMMANDS.length; i++) {
    const outcomes = layout.commandOutcomes + i * STATUS_SLOTS;
    const open = (cells[layout.delivered + i] ?? 0) - sum(cells, outcomes, outcomes + STATUS_SLOTS);
    if (open <= 0) continue;
    add(cells, outcomes + NONE_SLOT, open);
    commands += open;
  }
  return { sessions, commands };
}

/** Sets a shard's open connections to none: call it when its thread is gone, which has taken them along. */
export function closeConnections({ vocabulary, cells }: Slab): void {
  const { connections } = slabLayout(vocabulary);
  cells.fill(0, connections, connections + CONNECTION_KINDS.length);
}

function diedCell({ reasons, sessionsEnded }: SlabLayout): number {
  const known = reasons.indexOf('worker_died');
  return (
    sessionsEnded + OUTCOMES.indexOf('aborted') * reasons.length + (known < 0 ? reasons.length - 1 : known)
  );
}

function sum(cells: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += cells[i] ?? 0;
  return total;
}

function add(cells: Float64Array, at: number, amount: number): void {
  cells[at] = (cells[at] ?? 0) + amount;
}
