/** The fleet map as the feed sends it: states of devices, or of groups of them where there are many, and what changed. */
import { DEVICE_STATES } from '../metrics/recorder.ts';
import { type Cells, createCells, encodeAllCells, encodeChangedCells } from './cell-frame.ts';

/** Up to here each device has a cell of its own. */
export const MOST_SINGLE_DEVICES = 20_000;
const MOST_CELLS = 10_000;
const WHOLE = 255;
/** States that are compared at a time. */
const WORD = 4;

const PENDING = DEVICE_STATES.indexOf('pending');
const DORMANT = DEVICE_STATES.indexOf('dormant');
const FINISHED = DEVICE_STATES.indexOf('finished');

/** One, or a multiple of {@link WORD}. */
export function devicesPerCellOf(devices: number): number {
  return devices <= MOST_SINGLE_DEVICES ? 1 : WORD * Math.ceil(devices / MOST_CELLS / WORD);
}

/** Reads the states when asked, and remembers what it has told. */
export class FleetMap {
  readonly devicesPerCell: number;
  private readonly states: Uint8Array;
  private readonly told: Cells;
  private readonly now: Cells;
  private readonly counts = new Uint32Array(DEVICE_STATES.length);
  /** The states a word at a time, now and at the last look: of a million devices most are as they were. */
  private readonly words: Uint32Array;
  private readonly seen: Uint32Array;

  /**
   * `states`: a byte a device, an index into DEVICE_STATES; shards go on writing them.
   * @throws RangeError when they do not begin at a multiple of four bytes.
   */
  constructor(states: Uint8Array) {
    this.states = states;
    this.words = new Uint32Array(states.buffer, states.byteOffset, Math.floor(states.length / WORD));
    this.seen = new Uint32Array(this.words.length);
    this.devicesPerCell = devicesPerCellOf(states.length);
    const cells = Math.ceil(states.length / this.devicesPerCell);
    this.told = createCells(cells);
    this.now = createCells(cells);
  }

  /** Looks at the devices; the frame that brings a page from the look before to this one, `undefined` when nothing changed. */
  changes(): Uint8Array | undefined {
    if (this.devicesPerCell === 1) this.now.states.set(this.states);
    else this.readGroups();
    return encodeChangedCells(this.told, this.now);
  }

  /** The frame with every cell as of the last look. */
  all(): Uint8Array {
    return encodeAllCells(this.told);
  }

  /**
   * Reads the groups in which a device is not as it was, each after its words: a shard that writes in between is seen at
   * the next look. Cells and words begin as zeros, which is what a group of pending devices is.
   */
  private readGroups(): void {
    const { words, seen, devicesPerCell } = this;
    const last = this.now.states.length - 1;
    for (let cell = 0; cell <= last; cell++) {
      const end = Math.min(((cell + 1) * devicesPerCell) / WORD, words.length);
      // The very last devices may fill no word.
      let differs = cell === last;
      for (let i = (cell * devicesPerCell) / WORD; i < end; i++) {
        const word = words[i] ?? 0;
        if (word === seen[i]) continue;
        seen[i] = word;
        differs = true;
      }
      if (differs) this.readGroup(cell);
    }
  }

  private readGroup(cell: number): void {
    const { states, counts, devicesPerCell, now } = this;
    const first = cell * devicesPerCell;
    const end = Math.min(first + devicesPerCell, states.length);
    counts.fill(0);
    for (let device = first; device < end; device++) {
      const state = states[device] ?? 0;
      counts[state] = (counts[state] ?? 0) + 1;
    }
    const busy = mostFrequent(counts, true);
    const state = busy ?? mostFrequent(counts, false) ?? 0;
    now.states[cell] = state;
    now.shares[cell] = Math.max(1, Math.round((WHOLE * (counts[state] ?? 0)) / (end - first)));
  }
}

/** The state with most devices, the first of several; `undefined` when no device is in any. */
function mostFrequent(counts: Uint32Array, onlyBusy: boolean): number | undefined {
  let best: number | undefined;
  for (let state = 0; state < counts.length; state++) {
    if (onlyBusy && (state === PENDING || state === DORMANT || state === FINISHED)) continue;
    const count = counts[state] ?? 0;
    if (count > 0 && (best === undefined || count > (counts[best] ?? 0))) best = state;
  }
  return best;
}
