/** Hand and keyboard on the fleet map: looking at devices, choosing one, following it. */
import { block, byId, element, setText } from './element.ts';
import { groupText } from './device-text.ts';
import { type FleetMap } from './fleet-map.ts';
import { type View } from './frame-loop.ts';
import { cellAfterKey, cellAt } from './map-grid.ts';
import { type MapFocus } from './map-tip.ts';
import { type RunStore } from './run-store.ts';

/** What the map's user wants. */
export interface MapWishes {
  /** The cell that is looked at, with a device of it; `undefined`: none. */
  look(focus: MapFocus | undefined): void;
  follow(device: number): void;
}

export class MapControl implements View {
  readonly parts = ['run'] as const;
  private readonly store: RunStore;
  private readonly map: FleetMap;
  private readonly wishes: MapWishes;
  private readonly frame = block('map');
  private readonly number = byId('picker-number', HTMLInputElement);
  private readonly group = block('picker-group');
  private readonly select = byId('picker-select', HTMLSelectElement);
  private readonly picker = byId('picker', HTMLFormElement);
  /** The cell that is looked at. */
  private cell: number | undefined;
  /** Where the keyboard was last: who comes back finds the place again. */
  private place = 0;
  /** The run that is shown, by its start. */
  private shownRun: number | undefined;
  /** Stays although the pointer leaves: chosen by keys or in the form. */
  private isPinned = false;

  constructor(store: RunStore, map: FleetMap, wishes: MapWishes) {
    this.store = store;
    this.map = map;
    this.wishes = wishes;
    this.frame.tabIndex = 0;
    this.frame.setAttribute('role', 'application');
    this.frame.setAttribute('aria-roledescription', 'map of devices');
    this.frame.setAttribute('aria-describedby', 'map-help');
    this.listen();
  }

  /** Nothing of the run before stays chosen. */
  render(): void {
    const { run } = this.store;
    if (run === undefined || run.startedAtMs === this.shownRun) return;
    const isFirst = this.shownRun === undefined;
    this.shownRun = run.startedAtMs;
    this.number.max = String(run.devices - 1);
    if (isFirst) return;
    this.number.value = '';
    this.group.hidden = true;
    this.select.replaceChildren();
    this.place = 0;
    this.leave();
  }

  private listen(): void {
    const { frame } = this;
    frame.addEventListener('pointermove', (event) => this.hover(event));
    frame.addEventListener('pointerleave', () => {
      if (!this.isPinned) this.leave();
    });
    frame.addEventListener('click', (event) => {
      const cell = this.cellUnder(event);
      if (cell !== undefined) this.choose(cell);
    });
    frame.addEventListener('focus', () => {
      // A click focuses as well; the cursor appears for those who came by key.
      if (frame.matches(':focus-visible')) this.move(this.cell ?? this.place);
    });
    for (const part of [frame, this.picker])
      part.addEventListener('focusout', (event) => {
        if (this.isLeft(event)) this.leave();
      });
    frame.addEventListener('keydown', (event) => this.key(event));
    this.number.addEventListener('input', () => {
      const device = this.typedDevice();
      if (device !== undefined) this.lookAt(device);
    });
    this.select.addEventListener('change', () => {
      this.number.value = this.select.value;
      this.lookAt(Number(this.select.value));
    });
    this.select.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      // A browser would open the list, as for Space. The Enter that led here from the map may still be held down.
      event.preventDefault();
      if (!event.repeat) this.picker.requestSubmit();
    });
    this.picker.addEventListener('submit', (event) => {
      event.preventDefault();
      const device = this.typedDevice();
      if (device === undefined) return;
      this.leave();
      this.wishes.follow(device);
    });
  }

  /** The focus goes neither to the map nor to its form. A window that is left keeps it where it is. */
  private isLeft({ relatedTarget, target }: FocusEvent): boolean {
    if (relatedTarget instanceof Node)
      return !this.frame.contains(relatedTarget) && !this.picker.contains(relatedTarget);
    return document.activeElement !== target;
  }

  private hover(event: PointerEvent): void {
    if (this.isPinned && document.activeElement === this.select) return;
    const cell = this.cellUnder(event);
    if (cell === undefined) {
      if (!this.isPinned) this.leave();
      return;
    }
    if (cell === this.cell) return;
    this.isPinned = false;
    this.cell = cell;
    this.wishes.look({ cell, device: cell * this.store.devicesPerCell, isSpoken: false });
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape') {
      this.leave();
      event.preventDefault();
      return;
    }
    if (event.key === 'Enter' && this.cell !== undefined) {
      event.preventDefault();
      this.choose(this.cell);
      return;
    }
    const cell = cellAfterKey(this.map.grid, this.cell ?? this.place, event.key);
    if (cell === undefined) return;
    event.preventDefault();
    this.move(cell);
  }

  private move(to: number): void {
    if (this.map.grid.cells === 0) return;
    const cell = Math.min(to, this.map.grid.cells - 1);
    this.cell = this.place = cell;
    this.isPinned = true;
    const device = cell * this.store.devicesPerCell;
    this.number.value = String(device);
    this.offerGroup(cell, device);
    this.wishes.look({ cell, device, isSpoken: true });
  }

  /** A device of its own is followed; of several, one has to be picked. */
  private choose(cell: number): void {
    const device = cell * this.store.devicesPerCell;
    this.number.value = String(device);
    if (this.store.devicesPerCell === 1) {
      this.wishes.follow(device);
      return;
    }
    this.lookAt(device);
    this.select.focus();
  }

  private lookAt(device: number): void {
    const cell = Math.floor(device / this.store.devicesPerCell);
    this.cell = this.place = cell;
    this.isPinned = true;
    this.offerGroup(cell, device);
    this.wishes.look({ cell, device, isSpoken: true });
  }

  private leave(): void {
    this.cell = undefined;
    this.isPinned = false;
    this.wishes.look(undefined);
  }

  /** The devices of a cell that has several, to pick from. */
  private offerGroup(cell: number, device: number): void {
    const { devicesPerCell, run } = this.store;
    this.group.hidden = devicesPerCell === 1;
    if (devicesPerCell === 1 || run === undefined) return;
    const first = cell * devicesPerCell;
    const last = Math.min(run.devices, first + devicesPerCell) - 1;
    setText(block('picker-group-text'), `of ${groupText(first, last)}`);
    if (this.select.options[0]?.value !== String(first))
      this.select.replaceChildren(
        ...Array.from({ length: last - first + 1 }, (_, i) =>
          element('option', { attributes: { value: String(first + i) } }, `#${first + i}`),
        ),
      );
    this.select.value = String(device);
  }

  private typedDevice(): number | undefined {
    const most = (this.store.run?.devices ?? 0) - 1;
    const device = this.number.valueAsNumber;
    return Number.isInteger(device) && device >= 0 && device <= most ? device : undefined;
  }

  private cellUnder({ clientX, clientY }: MouseEvent): number | undefined {
    const { left, top } = block('map-cells').getBoundingClientRect();
    const { grid, scale } = this.map;
    return cellAt(grid, (clientX - left) * scale, (clientY - top) * scale);
  }
}
