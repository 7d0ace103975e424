import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellAfterKey, cellAt, mapGrid, placeOf } from './map-grid.ts';

const space = fc.record({
  cells: fc.integer({ min: 1, max: 20_000 }),
  width: fc.integer({ min: 320, max: 3_000 }),
  height: fc.integer({ min: 200, max: 900 }),
});

describe('the grid of the fleet map', () => {
  it('shows every cell within the width, and about within the height', () => {
    fc.assert(
      fc.property(space, ({ cells, width, height }) => {
        const grid = mapGrid(cells, width, height, 26);
        expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(cells);
        expect(grid.columns * grid.pitch).toBeLessThanOrEqual(width);
        expect(grid.rows * grid.pitch).toBeLessThanOrEqual(height * 1.12);
      }),
    );
  });

  it('finds each cell where it stands', () => {
    fc.assert(
      fc.property(space, fc.nat(), ({ cells, width, height }, n) => {
        const grid = mapGrid(cells, width, height, 26);
        const cell = n % cells;
        const { x, y } = placeOf(grid, cell);
        expect(cellAt(grid, x, y)).toBe(cell);
        expect(cellAt(grid, x + grid.pitch - 1, y + grid.pitch - 1)).toBe(cell);
      }),
    );
  });

  it('has no cell beside the cells', () => {
    const grid = mapGrid(95, 400, 300, 26);
    expect(cellAt(grid, -1, 0)).toBeUndefined();
    expect(cellAt(grid, 0, -1)).toBeUndefined();
    expect(cellAt(grid, grid.columns * grid.pitch, 0)).toBeUndefined();
    expect(cellAt(grid, grid.columns * grid.pitch - 1, grid.rows * grid.pitch - 1)).toBeUndefined();
    expect(cellAt(mapGrid(0, 400, 300, 26), 0, 0)).toBeUndefined();
  });

  it('has rows of round length where there are many', () => {
    expect(mapGrid(5_000, 980, 440, 26)).toMatchObject({ columns: 100, rows: 50, pitch: 9 });
    expect(mapGrid(1, 980, 440, 26)).toMatchObject({ columns: 1, rows: 1, pitch: 26 });
  });

  it('moves by arrows, rows and tens of rows, and never leaves the map', () => {
    const grid = mapGrid(5_000, 980, 440, 26);
    const after = (cell: number, key: string): number | undefined => cellAfterKey(grid, cell, key);
    expect(after(0, 'ArrowLeft')).toBe(0);
    expect(after(0, 'ArrowRight')).toBe(1);
    expect(after(250, 'ArrowUp')).toBe(150);
    expect(after(50, 'ArrowUp')).toBe(50);
    expect(after(4_999, 'ArrowDown')).toBe(4_999);
    expect(after(250, 'Home')).toBe(200);
    expect(after(250, 'End')).toBe(299);
    expect(after(250, 'PageDown')).toBe(1_250);
    expect(after(4_350, 'PageDown')).toBe(4_950);
    expect(after(450, 'PageUp')).toBe(50);
    expect(after(250, 'a')).toBeUndefined();
    // From nowhere: the first arrow enters at the beginning.
    expect(after(-1, 'ArrowRight')).toBe(0);
    expect(after(-1, 'ArrowLeft')).toBe(0);
  });
});
