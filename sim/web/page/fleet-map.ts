/** The fleet map on its canvas: a cell for every device, or for so many of them together. */
import { formatCount } from '../../report/format.ts';
import { type Cells } from '../cell-frame.ts';
import { CellPainter } from './cell-painter.ts';
import { block, byId, setText } from './element.ts';
import { type View } from './frame-loop.ts';
import { type MapGrid, mapGrid } from './map-grid.ts';
import { type RunStore } from './run-store.ts';
import { readTheme } from './theme.ts';

/** CSS pixels. */
const LARGEST_CELL = 26;
const LOWEST_MAP = 220;
const HIGHEST_MAP = 440;

const HELP = {
  single: 'Click a cell, or focus the map: arrow keys move, Enter follows, Escape leaves.',
  grouped:
    'Click a cell, or focus the map: arrow keys move, Enter goes to the list of the cell’s devices, Enter there follows, Escape leaves.',
} as const;

export class FleetMap implements View {
  readonly parts = ['run', 'cells', 'result'] as const;
  grid: MapGrid = mapGrid(0, 1, 1, 1);
  /** Device pixels to a CSS pixel. */
  scale = 1;
  private readonly store: RunStore;
  private readonly canvas = byId('map-cells', HTMLCanvasElement);
  private readonly frame = block('map');
  private readonly laidOut: () => void;
  private painter: CellPainter | undefined;
  private image: ImageData | undefined;
  private paintedCells: Cells | undefined;
  private width = 0;

  /** `laidOut`: told whenever cells have got other places. */
  constructor(store: RunStore, laidOut: () => void) {
    this.store = store;
    this.laidOut = laidOut;
  }

  /** Colours or size have changed: everything is painted anew at the next frame. */
  reset(): void {
    this.painter = undefined;
  }

  /** The space for the map may be another one now. Not looked at when drawing: that would have the page laid out each time. */
  resized(): void {
    if (this.frame.clientWidth !== this.width || devicePixelRatio !== this.scale) this.reset();
  }

  render(): void {
    const { run, cells, hasCells } = this.store;
    block('fleet').hidden = run !== undefined && !hasCells && this.store.result !== undefined;
    if (run === undefined || block('fleet').hidden) return;
    if (this.painter === undefined || this.paintedCells !== cells) this.layOut(cells);
    const context = this.canvas.getContext('2d', { alpha: false });
    if (context === null || this.painter === undefined || this.image === undefined) return;
    if (!hasCells) return;
    const band = this.painter.paint(cells);
    if (band !== undefined)
      context.putImageData(this.image, 0, 0, 0, band.from, this.image.width, band.to - band.from);
  }

  private layOut(cells: Cells): void {
    this.paintedCells = cells;
    this.width = this.frame.clientWidth;
    this.scale = devicePixelRatio;
    const height = Math.max(LOWEST_MAP, Math.min(HIGHEST_MAP, innerHeight * 0.5));
    this.grid = mapGrid(
      cells.states.length,
      this.width * this.scale,
      height * this.scale,
      LARGEST_CELL * this.scale,
    );
    const { columns, rows, pitch } = this.grid;
    this.canvas.width = Math.max(1, columns * pitch);
    this.canvas.height = Math.max(1, rows * pitch);
    this.canvas.style.width = `${this.canvas.width / this.scale}px`;
    this.canvas.style.height = `${this.canvas.height / this.scale}px`;
    this.image = new ImageData(this.canvas.width, this.canvas.height);
    this.painter = new CellPainter(this.grid, readTheme(), new Uint32Array(this.image.data.buffer));
    // All of it once: cells that have not come yet are ground.
    this.canvas.getContext('2d', { alpha: false })?.putImageData(this.image, 0, 0);
    setText(block('fleet-note'), noteOf(this.grid, this.store));
    setText(block('map-help'), HELP[this.store.devicesPerCell === 1 ? 'single' : 'grouped']);
    this.frame.setAttribute('aria-label', `Fleet map, ${formatCount(this.store.run?.devices ?? 0)} devices`);
    this.laidOut();
  }
}

function noteOf({ columns, rows }: MapGrid, { run, devicesPerCell }: RunStore): string {
  const last = formatCount((run?.devices ?? 1) - 1);
  const cell = devicesPerCell === 1 ? 'one device a cell' : `${formatCount(devicesPerCell)} devices a cell`;
  const row = rows > 1 ? `, ${formatCount(columns * devicesPerCell)} a row` : '';
  return `#0 to #${last}, ${cell}${row}`;
}
