/** The tip beside the cell that is looked at: its device's facts as they are now. */
import { formatShare } from '../../report/format.ts';
import { block, element } from './element.ts';
import { doing, groupText, past, spoken } from './device-text.ts';
import { type FleetMap } from './fleet-map.ts';
import { type View } from './frame-loop.ts';
import { placeOf } from './map-grid.ts';
import { type RunStore } from './run-store.ts';
import { STATE_NAMES, stateAt } from './state-name.ts';

/** What is looked at: a cell, and one device of it. */
export interface MapFocus {
  readonly cell: number;
  readonly device: number;
  /** Told in words, too: whoever moves by keys may not see the tip. */
  readonly isSpoken: boolean;
}

export class MapTip implements View {
  readonly parts = ['device', 'cells', 'run', 'story'] as const;
  focus: MapFocus | undefined;
  private readonly store: RunStore;
  private readonly map: FleetMap;
  private readonly tip = block('map-tip');
  private readonly mark = block('map-cursor');
  private readonly followed = block('map-followed');
  private spokenDevice: number | undefined;

  constructor(store: RunStore, map: FleetMap) {
    this.store = store;
    this.map = map;
  }

  render(): void {
    const { focus } = this;
    this.markFollowed();
    const isShown = focus !== undefined && focus.cell < this.map.grid.cells;
    this.tip.hidden = this.mark.hidden = !isShown;
    if (!isShown) {
      this.spokenDevice = undefined;
      return;
    }
    this.tip.replaceChildren(...this.lines(focus));
    this.place(focus.cell);
    const { device } = this.store;
    if (!focus.isSpoken || device?.device !== focus.device || this.spokenDevice === focus.device) return;
    this.spokenDevice = focus.device;
    block('map-speech').textContent = `${this.groupLine(focus.cell) ?? ''} ${spoken(device)}`.trim();
  }

  private lines({ cell, device }: MapFocus): readonly HTMLElement[] {
    const group = this.groupLine(cell);
    const above = group === undefined ? [] : [element('p', 'tip-group', group)];
    const view = this.store.device;
    if (view?.device !== device) return [...above, element('p', 'tip-head', `#${device}`)];
    return [
      ...above,
      element('p', 'tip-head', element('b', {}, `#${device}`), ` ${view.profile}`),
      element('p', 'tip-id', view.devId),
      element('p', { class: 'tip-state', attributes: { 'data-state': view.state } }, doing(view)),
      element('p', {}, past(view)),
      ...(view.lastError === undefined ? [] : [element('p', 'tip-error', `last error: ${view.lastError}`)]),
      ...(view.pushed ? [element('p', {}, 'reached by notifications')] : []),
    ];
  }

  /** `devices 50 to 59, 40 % executing`; `undefined` where a cell is one device. */
  private groupLine(cell: number): string | undefined {
    const { devicesPerCell, run, cells } = this.store;
    if (devicesPerCell === 1 || run === undefined) return undefined;
    const first = cell * devicesPerCell;
    const last = Math.min(run.devices, first + devicesPerCell) - 1;
    const state = STATE_NAMES[stateAt(cells.states[cell] ?? 0)];
    return `${groupText(first, last)}, ${formatShare((cells.shares[cell] ?? 255) / 255)} ${state}`;
  }

  /** A ring around the device that is followed. */
  private markFollowed(): void {
    const { story, devicesPerCell } = this.store;
    const cell = story === undefined ? -1 : Math.floor(story.device / devicesPerCell);
    this.followed.hidden = cell < 0 || cell >= this.map.grid.cells;
    if (!this.followed.hidden) this.frameCell(this.followed, cell, 6);
  }

  /** Puts `frame` around a cell, so many CSS pixels outside. */
  private frameCell(
    frame: HTMLElement,
    cell: number,
    around: number,
  ): { left: number; top: number; side: number } {
    const { grid, scale } = this.map;
    const { x, y } = placeOf(grid, cell);
    const [left, top] = [x / scale, y / scale];
    frame.style.transform = `translate(${left - around}px, ${top - around}px)`;
    frame.style.width = frame.style.height = `${(grid.pitch - grid.gap) / scale + 2 * around}px`;
    return { left, top, side: grid.pitch / scale };
  }

  private place(cell: number): void {
    const { left, top, side } = this.frameCell(this.mark, cell, 2);
    const { offsetWidth } = this.tip;
    const space = block('map').clientWidth;
    const isRight = left + side + 14 + offsetWidth <= space;
    const beside = isRight ? left + side + 12 : left - offsetWidth - 12;
    const tipLeft = Math.max(0, Math.min(space - offsetWidth, beside));
    const covers = !isRight && left - offsetWidth - 12 < 0;
    const tipTop = covers ? top + side + 12 : Math.max(0, top - 8);
    this.tip.style.transform = `translate(${tipLeft}px, ${tipTop}px)`;
  }
}
