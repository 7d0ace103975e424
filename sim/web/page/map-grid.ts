/** Where the cells of the fleet map stand: rows of squares, as large as the space allows. */

/** All lengths in device pixels. */
export interface MapGrid {
  readonly cells: number;
  readonly columns: number;
  readonly rows: number;
  /** From one cell to the next. */
  readonly pitch: number;
  /** Left free at the right and the lower side of each cell. */
  readonly gap: number;
}

/** With so many columns and more, their number is a round one, so that a row is 50 or 100 devices. */
const ROUND_FROM = 40;
/** So much higher may the map become for it. */
const ROUND_IS_WORTH = 1.12;

/** The grid with the largest cells, at most `largest` apart, that shows all cells within `width` and about `height`. */
export function mapGrid(cells: number, width: number, height: number, largest: number): MapGrid {
  for (let pitch = Math.max(1, Math.floor(largest)); pitch > 1; pitch--) {
    const most = Math.floor(width / pitch);
    if (most < 1) continue;
    const round = most - (most % 10);
    if (most >= ROUND_FROM && Math.ceil(cells / round) * pitch <= height * ROUND_IS_WORTH)
      return grid(cells, round, pitch);
    if (Math.ceil(cells / most) * pitch <= height) return grid(cells, most, pitch);
  }
  return grid(cells, Math.max(1, Math.floor(width)), 1);
}

function grid(cells: number, columns: number, pitch: number): MapGrid {
  const gap = pitch >= 12 ? 2 : pitch >= 4 ? 1 : 0;
  const used = Math.max(1, Math.min(columns, cells));
  return { cells, columns: used, rows: Math.ceil(cells / used), pitch, gap };
}

/** The cell at a place; `undefined` beside the cells. */
export function cellAt({ cells, columns, pitch }: MapGrid, x: number, y: number): number | undefined {
  const column = Math.floor(x / pitch);
  const row = Math.floor(y / pitch);
  if (column < 0 || column >= columns || row < 0) return undefined;
  const cell = row * columns + column;
  return cell < cells ? cell : undefined;
}

/** Where a cell's upper left corner is. */
export function placeOf(
  { columns, pitch }: MapGrid,
  cell: number,
): { readonly x: number; readonly y: number } {
  return { x: (cell % columns) * pitch, y: Math.floor(cell / columns) * pitch };
}

/** Keys that move the map's cursor. */
const MOVES: Readonly<Record<string, (grid: MapGrid, cell: number) => number>> = {
  ArrowLeft: (_, cell) => cell - 1,
  ArrowRight: (_, cell) => cell + 1,
  ArrowUp: ({ columns }, cell) => (cell < columns ? cell : cell - columns),
  ArrowDown: ({ columns, cells }, cell) => (cell + columns < cells ? cell + columns : cell),
  Home: ({ columns }, cell) => cell - (cell % columns),
  End: ({ columns }, cell) => cell - (cell % columns) + columns - 1,
  PageUp: ({ columns }, cell) => (cell < columns ? cell : Math.max(cell % columns, cell - 10 * columns)),
  PageDown: ({ columns, cells }, cell) => {
    const rowsBelow = Math.floor((cells - 1 - cell) / columns);
    return cell + Math.min(10, rowsBelow) * columns;
  },
};

/** Where a key takes the cursor; `undefined`: it is no key of the map. */
export function cellAfterKey(map: MapGrid, cell: number, key: string): number | undefined {
  const moved = MOVES[key]?.(map, cell);
  return moved === undefined ? undefined : Math.max(0, Math.min(map.cells - 1, moved));
}
