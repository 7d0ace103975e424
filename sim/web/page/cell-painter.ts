/** Paints the cells of the fleet map into pixels: only those that differ from what was painted before. */
import { DEVICE_STATES, type DeviceState } from '../../metrics/recorder.ts';
import { type Cells } from '../cell-frame.ts';
import { type MapGrid, placeOf } from './map-grid.ts';
import { BUSY_STATES } from './state-name.ts';
import { mixed, type Rgb, rgbOf, type Theme } from './theme.ts';

/** Shades of a colour, by the share of a cell's devices that are in its state. */
const SHADES = 16;
const NOT_PAINTED = 255;
/** From this pitch on failed devices are rings, so that they differ by shape as well. */
const RING_FROM = 6;

/** Rows of pixels that have changed. */
export interface PaintedBand {
  readonly from: number;
  readonly to: number;
}

export class CellPainter {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
  private readonly grid: MapGrid;
  private readonly painted: Uint8Array;
  private readonly colours: Uint32Array;
  private readonly ground: number;

  /** `memory`: that of a canvas's pixels, of `columns × pitch` by `rows × pitch`. */
  constructor(grid: MapGrid, theme: Theme, memory: Uint32Array) {
    this.grid = grid;
    this.width = grid.columns * grid.pitch;
    this.height = grid.rows * grid.pitch;
    this.pixels = memory;
    this.painted = new Uint8Array(grid.cells).fill(NOT_PAINTED);
    this.colours = shades(theme);
    this.ground = pixelOf(theme.ground);
    this.pixels.fill(this.ground);
  }

  /** Brings the pixels up to the cells; `undefined`: nothing has changed. */
  paint({ states, shares }: Cells): PaintedBand | undefined {
    let first = -1;
    let last = -1;
    const cells = Math.min(states.length, this.painted.length);
    for (let cell = 0; cell < cells; cell++) {
      const look = ((states[cell] ?? 0) & 15) * SHADES + ((shares[cell] ?? 255) >> 4);
      if (this.painted[cell] === look) continue;
      this.painted[cell] = look;
      this.paintCell(cell, look);
      if (first < 0) first = cell;
      last = cell;
    }
    if (first < 0) return undefined;
    const { columns, pitch } = this.grid;
    return { from: Math.floor(first / columns) * pitch, to: (Math.floor(last / columns) + 1) * pitch };
  }

  private paintCell(cell: number, look: number): void {
    const { pitch, gap } = this.grid;
    const { x, y } = placeOf(this.grid, cell);
    const side = pitch - gap;
    const colour = this.colours[look] ?? this.ground;
    this.fill(x, y, side, colour);
    if (pitch < RING_FROM || Math.floor(look / SHADES) !== FAILED) return;
    const rim = Math.max(1, Math.round(side / 4));
    this.fill(x + rim, y + rim, side - 2 * rim, this.ground);
  }

  private fill(x: number, y: number, side: number, colour: number): void {
    for (let row = y; row < y + side; row++) {
      const start = row * this.width + x;
      this.pixels.fill(colour, start, start + side);
    }
  }
}

const FAILED = DEVICE_STATES.indexOf('failed');

/** By state and shade. */
function shades(theme: Theme): Uint32Array {
  const colours = new Uint32Array(16 * SHADES);
  const base = rgbOf(theme.states.dormant);
  DEVICE_STATES.forEach((state: DeviceState, index) => {
    const full = rgbOf(theme.states[state]);
    const isBusy = (BUSY_STATES as readonly string[]).includes(state);
    for (let shade = 0; shade < SHADES; shade++) {
      const share = isBusy ? 0.25 + 0.75 * (shade / (SHADES - 1)) : 1;
      colours[index * SHADES + shade] = pixelOf(mixed(base, full, share));
    }
  });
  return colours;
}

/** As a canvas keeps it, on machines whose bytes are little endian (all that run a browser are). */
function pixelOf([red, green, blue]: Rgb): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
