/** The fleet map as the feed sends it: states of devices, or of groups of them where there are many, and what changed. */
import { DEVICE_STATES } from '../metrics/recorder.ts';
import { type Cells, createCells, encodeAllCells, encodeChangedCells } from './cell-frame.ts';

/** Up to here each device has a cell of its own. */
export const MOST_SINGLE_DEVICES = 20_000;
const MOST_CELLS = 10_000;
const WHOLE = 255;

const PENDING = DEVICE_STATES.indexOf('pending');
const DORMANT = DEVICE_STATES.indexOf('dormant');
const FINISHED = DEVICE_STATES.indexOf('finished');

export function devicesPerCellOf(devices: number): number {
  return devices <= MOST_SINGLE_DEVICES ? 1 : Math.ceil(devices / MOST_CELLS);
}

/** Reads the states when asked, and remembers what it has told. */
export class FleetMap {
  readonly devicesPerCell: number;
  private readonly states: Uint8Array;
  private readonly told: Cells;
  private readonly now: Cells;
  private readonly counts = new Uint32Array(DEVICE_STATES.length);

  /** `states`: a byte a device, an index into DEVICE_STATES; shards go on writing them. */
  constructor(states: Uint8Array) {
    this.states = states;
    this.devicesPerCell = devicesPerCellOf(states.length);
    const cells = Math.ceil(states.length / this.devicesPerCell);
    this.told = createCells(cells);
    this.now = createCells(cells);
  }

  /** Looks at the devices; the frame that brings a page from the look before to this one, `undefined` when nothing changed. */
  changes(): Uint8Array | undefined {
    if (this.devicesPerCell === 1) this.now.states.set(this.states);
    else for (let cell = 0; cell < this.now.states.length; cell++) this.readGroup(cell);
    return encodeChangedCells(this.told, this.now);
  }

  /** The frame with every cell as of the last look. */
  all(): Uint8Array {
    return encodeAllCells(this.told);
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
