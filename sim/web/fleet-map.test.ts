import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEVICE_STATES, type DeviceState } from '../metrics/recorder.ts';
import { applyCellFrame, type Cells, createCells } from './cell-frame.ts';
import { devicesPerCellOf, FleetMap, MOST_SINGLE_DEVICES } from './fleet-map.ts';

const index = (state: DeviceState): number => DEVICE_STATES.indexOf(state);

/** The cells of a map as a page has them that came now. */
function shown(map: FleetMap, cells: number): Cells {
  const page = createCells(cells);
  expect(applyCellFrame(page, map.all()).ok).toBe(true);
  return page;
}

describe('a fleet map', () => {
  it('has a cell a device up to 20,000 devices, and at most 10,000 cells above', () => {
    expect(devicesPerCellOf(1)).toBe(1);
    expect(devicesPerCellOf(MOST_SINGLE_DEVICES)).toBe(1);
    for (const devices of [20_001, 99_999, 100_000, 1_000_000, 10_000_000]) {
      const perCell = devicesPerCellOf(devices);
      expect(Math.ceil(devices / perCell)).toBeLessThanOrEqual(10_000);
      expect(Math.ceil(devices / perCell)).toBeGreaterThan(5_000);
    }
  });

  it('is the states themselves where each device has its cell', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(7), { minLength: 1, maxLength: 50 }), (states) => {
        const map = new FleetMap(Uint8Array.from(states));
        map.changes();
        const { states: cells, shares } = shown(map, states.length);
        expect([...cells]).toEqual(states);
        expect(new Set(shares)).toEqual(new Set([255]));
      }),
    );
  });

  it('says nothing when nothing changed', () => {
    const states = new Uint8Array(3);
    const map = new FleetMap(states);
    expect(map.changes()).toBeUndefined();
    states[1] = 2;
    expect(map.changes()).toBeDefined();
    expect(map.changes()).toBeUndefined();
  });

  it('shows of a group the state most of those are in that do something, and their share', () => {
    const states = new Uint8Array(100_000).fill(index('dormant'));
    states.set([index('waiting'), index('waiting'), index('executing')], 0);
    states.fill(index('finished'), 12, 24);
    states.set([index('pending'), index('failed')], 24);
    const map = new FleetMap(states);
    map.changes();
    const cells = shown(map, 8_334);
    expect(map.devicesPerCell).toBe(12);
    expect([cells.states[0], cells.shares[0]]).toEqual([index('waiting'), 43]);
    expect([cells.states[1], cells.shares[1]]).toEqual([index('finished'), 255]);
    expect([cells.states[2], cells.shares[2]]).toEqual([index('failed'), 21]);
    expect([cells.states[3], cells.shares[3]]).toEqual([index('dormant'), 255]);
  });

  it('takes for the share of the last, smaller group what it has', () => {
    const states = new Uint8Array(20_003).fill(index('dormant'));
    states[20_001] = index('ui');
    const map = new FleetMap(states);
    map.changes();
    const cells = shown(map, 5_001);
    expect(map.devicesPerCell).toBe(4);
    expect([cells.states[5_000], cells.shares[5_000]]).toEqual([index('ui'), 85]);
  });

  it('of groups follows every single change, at every place', () => {
    const devices = 20_003;
    const states = new Uint8Array(devices);
    const map = new FleetMap(states);
    const page = createCells(5_001);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(devices - 1), fc.nat(7)), { minLength: 1, maxLength: 30 }),
        (writes) => {
          for (const [device, state] of writes) states[device] = state;
          const frame = map.changes();
          if (frame !== undefined) expect(applyCellFrame(page, frame).ok).toBe(true);
          const fresh = new FleetMap(states);
          fresh.changes();
          expect(page).toEqual(shown(fresh, 5_001));
        },
      ),
    );
  });

  it('of one device in a very large group still shows that there is one', () => {
    const states = new Uint8Array(10_000_000);
    states[5] = index('executing');
    const map = new FleetMap(states);
    map.changes();
    const cells = shown(map, 10_000);
    expect([cells.states[0], cells.shares[0]]).toEqual([index('executing'), 1]);
  });
});
