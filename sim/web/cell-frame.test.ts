import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCellFrame, type Cells, createCells, encodeAllCells, encodeChangedCells } from './cell-frame.ts';

const SIZE = 400;
const cellList = fc.array(fc.tuple(fc.nat(7), fc.integer({ min: 1, max: 255 })), {
  minLength: SIZE,
  maxLength: SIZE,
});

function cells(list: readonly (readonly [number, number])[]): Cells {
  return {
    states: Uint8Array.from(list, ([state]) => state),
    shares: Uint8Array.from(list, ([, share]) => share),
  };
}

function copyOf({ states, shares }: Cells): Cells {
  return { states: states.slice(), shares: shares.slice() };
}

describe('a frame with all cells', () => {
  it('gives any map what the sender has', () => {
    fc.assert(
      fc.property(cellList, cellList, (here, there) => {
        const applied = applyCellFrame(cells(there), encodeAllCells(cells(here)));
        expect(applied).toEqual({ ok: true, value: cells(here) });
      }),
    );
  });

  it('is written like this: kind 1, the number of cells, states, shares', () => {
    const frame = encodeAllCells({ states: Uint8Array.of(2, 6), shares: Uint8Array.of(255, 1) });
    expect([...frame]).toEqual([1, 2, 0, 0, 0, 2, 6, 255, 1]);
  });
});

describe('a frame with changes', () => {
  it('brings a map from before to now, and the memory of before as well', () => {
    fc.assert(
      fc.property(cellList, cellList, (earlier, later) => {
        const [before, page] = [cells(earlier), cells(earlier)];
        const frame = encodeChangedCells(before, cells(later));
        if (frame !== undefined) expect(applyCellFrame(page, frame).ok).toBe(true);
        expect(page).toEqual(cells(later));
        expect(before).toEqual(cells(later));
        expect(encodeChangedCells(before, cells(later))).toBeUndefined();
      }),
    );
  });

  it('is written like this: kind 2, the number of changes, gaps from the cell before, state, share', () => {
    const now = createCells(400);
    now.states[0] = 3;
    now.states[1] = 4;
    now.shares[300] = 9;
    const frame = encodeChangedCells(createCells(400), now);
    expect([...(frame ?? [])]).toEqual([2, 3, 0, 0, 0, 1, 3, 255, 1, 4, 255, 171, 2, 0, 9]);
  });

  it('reaches the last of a million cells', () => {
    const now = createCells(1_000_000);
    now.states[999_999] = 7;
    const page = createCells(1_000_000);
    const frame = encodeChangedCells(createCells(1_000_000), now)!;
    expect(applyCellFrame(page, frame).ok).toBe(true);
    expect(page.states[999_999]).toBe(7);
    expect(frame.length).toBe(10);
  });
});

describe('a frame that does not fit', () => {
  it.each([
    ['nothing', []],
    ['a head cut off', [1, 4, 0]],
    ['an unknown kind', [3, 0, 0, 0, 0]],
    ['all cells of another map', [1, 1, 0, 0, 0, 2, 255]],
    ['all cells, cut off', [1, 4, 0, 0, 0, 1, 1, 1, 1, 255]],
    ['a change behind the last cell', [2, 1, 0, 0, 0, 5, 1, 255]],
    ['a change that stays where it is', [2, 2, 0, 0, 0, 1, 1, 255, 0, 1, 255]],
    ['a change cut off', [2, 1, 0, 0, 0, 1, 1]],
    ['fewer changes than told', [2, 9, 0, 0, 0, 1, 1, 255]],
    ['a gap without end', [2, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 1]],
  ])('is a fault: %s', (_what, bytes) => {
    const applied = applyCellFrame(createCells(4), Uint8Array.from(bytes));
    expect(applied).toMatchObject({ ok: false, fault: { code: 'malformed' } });
  });

  it('is never more than a fault, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), cellList, (bytes, list) => {
        const page = cells(list);
        expect(typeof applyCellFrame(page, bytes).ok).toBe('boolean');
        expect(page.states.length).toBe(SIZE);
        expect(applyCellFrame(copyOf(page), encodeAllCells(page))).toEqual({ ok: true, value: page });
      }),
    );
  });
});
