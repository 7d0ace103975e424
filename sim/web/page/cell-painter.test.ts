import { describe, expect, it } from 'vitest';
import { DEVICE_STATES, type DeviceState } from '../../metrics/recorder.ts';
import { createCells } from '../cell-frame.ts';
import { CellPainter } from './cell-painter.ts';
import { mapGrid } from './map-grid.ts';
import { mixed, rgbOf, type Theme } from './theme.ts';

const theme: Theme = {
  text: '#000000',
  faint: '#000000',
  line: '#000000',
  tint: '#000000',
  ground: [255, 255, 255],
  states: Object.fromEntries(DEVICE_STATES.map((state, i) => [state, `#0000${i + 1}0`])) as Record<
    DeviceState,
    string
  >,
  series: [],
  bad: '#ff0000',
};

const EXECUTING = DEVICE_STATES.indexOf('executing');
const FAILED = DEVICE_STATES.indexOf('failed');

function painterOf(cells: number): { painter: CellPainter; pitch: number } {
  const grid = mapGrid(cells, 80, 80, 8);
  const memory = new Uint32Array(grid.columns * grid.rows * grid.pitch ** 2);
  return { painter: new CellPainter(grid, theme, memory), pitch: grid.pitch };
}

const hex = (pixel: number | undefined): string => (pixel ?? 0).toString(16);

describe('the painter of cells', () => {
  it('paints all cells once, then only those that changed', () => {
    const { painter, pitch } = painterOf(100);
    const cells = createCells(100);
    expect(painter.paint(cells)).toEqual({ from: 0, to: 10 * pitch });
    expect(painter.paint(cells)).toBeUndefined();
    cells.states[25] = EXECUTING;
    expect(painter.paint(cells)).toEqual({ from: 2 * pitch, to: 3 * pitch });
    const corner = 2 * pitch * painter.width + 5 * pitch;
    // Alpha, blue, green, red.
    expect(hex(painter.pixels[corner])).toBe('ff400000');
    expect(hex(painter.pixels[corner + pitch - 1])).toBe('ffffffff');
  });

  it('makes a cell paler, the fewer of its devices are busy', () => {
    const { painter } = painterOf(4);
    const cells = createCells(4);
    cells.states.fill(EXECUTING);
    cells.shares.set([255, 128, 1, 255]);
    painter.paint(cells);
    const blue = [0, 8, 16].map((x) => ((painter.pixels[x] ?? 0) >>> 16) & 255);
    expect(blue[0]).toBe(0x40);
    expect(blue[1]).toBeLessThan(0x40);
    expect(blue[2]).toBeLessThan(blue[1] ?? 0);
    expect(blue[2]).toBeGreaterThan(0x20);
  });

  it('draws failed devices as rings', () => {
    const { painter } = painterOf(4);
    const cells = createCells(4);
    cells.states[0] = FAILED;
    painter.paint(cells);
    expect(hex(painter.pixels[0])).toBe('ff700000');
    expect(hex(painter.pixels[3 * painter.width + 3])).toBe('ffffffff');
  });

  it('stands states that it does not know', () => {
    const { painter } = painterOf(4);
    const cells = createCells(4);
    cells.states[0] = 200;
    expect(() => painter.paint(cells)).not.toThrow();
  });
});

describe('colours', () => {
  it('are read from hexadecimal and mixed by share', () => {
    expect(rgbOf('#0a10ff')).toEqual([10, 16, 255]);
    expect(rgbOf('red')).toEqual([0, 0, 0]);
    expect(mixed([0, 0, 0], [100, 200, 50], 0.5)).toEqual([50, 100, 25]);
  });
});
