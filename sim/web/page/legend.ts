/** The legend of the fleet map: what each colour means, and how many devices are at it now. */
import { DEVICE_STATES, type DeviceState } from '../../metrics/recorder.ts';
import { formatCount } from '../../report/format.ts';
import { block, element, setText } from './element.ts';
import { type View } from './frame-loop.ts';
import { type RunStore } from './run-store.ts';
import { STATE_MEANINGS, STATE_NAMES } from './state-name.ts';

export class Legend implements View {
  readonly parts = ['cells', 'samples'] as const;
  private readonly store: RunStore;

  constructor(store: RunStore) {
    this.store = store;
  }

  render(): void {
    const list = block('legend');
    if (list.childElementCount === 0) list.replaceChildren(...DEVICE_STATES.map(itemOf));
    const counts = countsOf(this.store);
    const all = Math.max(1, this.store.run?.devices ?? 1);
    DEVICE_STATES.forEach((state, i) => {
      const item = list.children[i];
      if (!(item instanceof HTMLElement)) return;
      const count = counts[state];
      item.style.setProperty('--share', `${((100 * count) / all).toFixed(2)}%`);
      const value = item.querySelector('.count');
      if (value !== null) setText(value, formatCount(count));
    });
  }
}

function itemOf(state: DeviceState): HTMLElement {
  return element(
    'li',
    { attributes: { 'data-state': state, title: STATE_MEANINGS[state] } },
    element('span', { class: 'swatch', attributes: { 'aria-hidden': 'true' } }),
    element('span', 'state-name', STATE_NAMES[state]),
    // A title alone is for those with a mouse.
    element('span', 'unseen', `: ${STATE_MEANINGS[state]}; devices: `),
    element('span', 'count'),
  );
}

/** From the map where a cell is a device, four times a second; from the last sample otherwise. */
export function countsOf(
  store: Pick<RunStore, 'cells' | 'hasCells' | 'devicesPerCell' | 'samples'>,
): Readonly<Record<DeviceState, number>> {
  const counts = Object.fromEntries(DEVICE_STATES.map((state) => [state, 0])) as Record<DeviceState, number>;
  if (!store.hasCells || store.devicesPerCell > 1) return store.samples.at(-1)?.devices ?? counts;
  const byIndex = new Uint32Array(256);
  for (const state of store.cells.states) byIndex[state] = (byIndex[state] ?? 0) + 1;
  DEVICE_STATES.forEach((state, i) => (counts[state] = byIndex[i] ?? 0));
  return counts;
}
