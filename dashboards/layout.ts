/** Puts panels on Grafana's grid: row by row, from left to right, each row of the grid as high as its highest panel. */
import { type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { type PlacedPanel, type PlacedRow } from './dashboard-model.ts';

const GRID_WIDTH = 24;
const ROW_HEIGHT = 1;

/** A panel with its size on the grid. */
export interface Sized {
  readonly panel: Panel;
  readonly w: number;
  readonly h: number;
}

export interface Section {
  readonly title: string;
  readonly panels: readonly Sized[];
  /** Shown once for each value of this variable, folded up until somebody opens it. */
  readonly repeat?: string;
}

export function sized(w: number, h: number, ...panels: readonly Panel[]): readonly Sized[] {
  return panels.map((panel) => ({ panel, w, h }));
}

/** @throws RangeError for a panel that is wider than the grid. */
export function placed(sections: readonly Section[]): readonly (PlacedPanel | PlacedRow)[] {
  const all: (PlacedPanel | PlacedRow)[] = [];
  let y = 0;
  let id = 1;
  for (const { title, panels, repeat } of sections) {
    const rowId = id++;
    const { items, bottom } = flow(panels, y + ROW_HEIGHT, () => id++);
    const row = {
      type: 'row',
      id: rowId,
      title,
      gridPos: { x: 0, y, w: GRID_WIDTH, h: ROW_HEIGHT },
    } as const;
    if (repeat === undefined) {
      all.push({ ...row, collapsed: false, panels: [] }, ...items);
      y = bottom;
    } else {
      all.push({ ...row, collapsed: true, repeat, panels: items });
      y += ROW_HEIGHT;
    }
  }
  return all;
}

function flow(
  panels: readonly Sized[],
  top: number,
  nextId: () => number,
): { readonly items: readonly PlacedPanel[]; readonly bottom: number } {
  const items: PlacedPanel[] = [];
  let x = 0;
  let y = top;
  let bottom = top;
  for (const { panel, w, h } of panels) {
    if (w > GRID_WIDTH)
      throw new RangeError(`panel “${panel.title ?? ''}” is ${w} of ${GRID_WIDTH} columns wide`);
    if (x + w > GRID_WIDTH) {
      x = 0;
      y = bottom;
    }
    items.push({ ...panel, id: nextId(), gridPos: { x, y, w, h } });
    x += w;
    bottom = Math.max(bottom, y + h);
  }
  return { items, bottom };
}
