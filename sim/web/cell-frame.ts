/** The fleet map on the wire: binary frames with the state of every cell, or of those cells that changed. */
import { fail, ok, type Result } from '../protocol/fault.ts';

/**
 * A cell in two bytes. `states`: index into DEVICE_STATES; with several devices a cell, the state most of those are in
 * that do something (neither pending, dormant nor finished), or of all when none does. `shares`: how many of the cell's
 * devices are in that state, 1 to 255 for (0, 1]; 255 whenever a cell is one device.
 */
export interface Cells {
  readonly states: Uint8Array;
  readonly shares: Uint8Array;
}

const ALL = 1;
const CHANGES = 2;
/** Kind, then the number of cells or changes in 32 bits, little endian. */
const HEAD = 5;
/** Gap in up to five bytes, state, share. */
const MOST_PER_CHANGE = 7;

export function createCells(count: number): Cells {
  return { states: new Uint8Array(count), shares: new Uint8Array(count).fill(255) };
}

/** Kind 1: all states, then all shares. */
export function encodeAllCells({ states, shares }: Cells): Uint8Array {
  const frame = new Uint8Array(HEAD + 2 * states.length);
  writeHead(frame, ALL, states.length);
  frame.set(states, HEAD);
  frame.set(shares, HEAD + states.length);
  return frame;
}

/**
 * Kind 2: for each cell that differs, the gap to the one before (LEB128; the first from −1), its state, its share.
 * `undefined` when nothing differs. `before` is brought up to `now`.
 */
export function encodeChangedCells(before: Cells, now: Cells): Uint8Array | undefined {
  const changed: number[] = [];
  for (let cell = 0; cell < now.states.length; cell++)
    if (before.states[cell] !== now.states[cell] || before.shares[cell] !== now.shares[cell])
      changed.push(cell);
  if (changed.length === 0) return undefined;
  const frame = new Uint8Array(HEAD + MOST_PER_CHANGE * changed.length);
  writeHead(frame, CHANGES, changed.length);
  let at = HEAD;
  let last = -1;
  for (const cell of changed) {
    let gap = cell - last;
    for (; gap > 127; gap >>>= 7) frame[at++] = (gap & 127) | 128;
    frame[at++] = gap;
    frame[at++] = before.states[cell] = now.states[cell] ?? 0;
    frame[at++] = before.shares[cell] = now.shares[cell] ?? 0;
    last = cell;
  }
  return frame.subarray(0, at);
}

/** Brings `cells` up to the frame. A frame that fits neither its kind nor these cells is a fault; `cells` may then be half done. */
export function applyCellFrame(cells: Cells, frame: Uint8Array): Result<Cells> {
  if (frame.length < HEAD)
    return fail('malformed', 'frame', `${frame.length} bytes`, `at least ${HEAD} bytes`);
  const count = new DataView(frame.buffer, frame.byteOffset).getUint32(1, true);
  const { length } = cells.states;
  if (frame[0] === ALL) {
    if (count !== length || frame.length !== HEAD + 2 * count)
      return fail('malformed', 'frame', `${count} cells in ${frame.length} bytes`, `${length} cells`);
    cells.states.set(frame.subarray(HEAD, HEAD + count));
    cells.shares.set(frame.subarray(HEAD + count));
    return ok(cells);
  }
  if (frame[0] !== CHANGES) return fail('malformed', 'frame', frame[0], `kind ${ALL} or ${CHANGES}`);
  let at = HEAD;
  let cell = -1;
  for (let change = 0; change < count; change++) {
    let shift = 0;
    let byte: number;
    let gap = 0;
    do {
      byte = frame[at++] ?? 0;
      gap |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127 && shift < 35);
    cell += gap;
    if (gap < 1 || cell >= length || at + 2 > frame.length)
      return fail('malformed', `frame change ${change}`, `cell ${cell}`, `a later cell below ${length}`);
    cells.states[cell] = frame[at++] ?? 0;
    cells.shares[cell] = frame[at++] ?? 0;
  }
  return ok(cells);
}

function writeHead(frame: Uint8Array, kind: number, count: number): void {
  frame[0] = kind;
  new DataView(frame.buffer).setUint32(1, count, true);
}
