import { describe, expect, it } from 'vitest';
import { createCells, encodeAllCells, encodeChangedCells } from '../cell-frame.ts';
import { type FeedMessage } from '../feed-message.ts';
import {
  madeUpChecks,
  madeUpDevice,
  madeUpHello,
  madeUpResult,
  madeUpSample,
  madeUpSession,
  madeUpTotals,
} from '../testing/made-up-feed.ts';
import { countsOf } from './legend.ts';
import { type Part, RunStore } from './run-store.ts';

function storeWithRun(devices = 40, devicesPerCell = 1): { store: RunStore; changes: Part[] } {
  const store = new RunStore(() => 1_000);
  store.take(madeUpHello(devices, devicesPerCell, 3));
  const changes: Part[] = [];
  store.onChange((part) => changes.push(part));
  return { store, changes };
}

const sampleMessage = (i: number): FeedMessage => ({
  kind: 'sample',
  sample: madeUpSample(i),
  totals: madeUpTotals(i),
  checks: madeUpChecks(i),
});

describe('the store of a run', () => {
  it('has the run, its samples and no picture of the cells after the greeting', () => {
    const { store } = storeWithRun();
    expect(store.connection).toBe('open');
    expect(store.run?.devices).toBe(40);
    expect(store.samples.map(({ atMs }) => atMs)).toEqual([1_000, 2_000, 3_000]);
    expect(store.hasCells).toBe(false);
  });

  it('follows frames of all cells and of changes, and names only the part that changed', () => {
    const { store, changes } = storeWithRun();
    const cells = createCells(40);
    cells.states.fill(1);
    const before = { states: cells.states.slice(), shares: cells.shares.slice() };
    expect(store.takeFrame(encodeAllCells(cells))).toBe(true);
    cells.states[7] = 3;
    expect(store.takeFrame(encodeChangedCells(before, cells) ?? new Uint8Array())).toBe(true);
    expect([...store.cells.states]).toEqual([...cells.states]);
    expect(changes).toEqual(['cells', 'cells']);
    expect(countsOf(store)).toMatchObject({ dormant: 39, executing: 1 });
  });

  it('refuses a frame of another size', () => {
    const { store, changes } = storeWithRun();
    expect(store.takeFrame(encodeAllCells(createCells(41)))).toBe(false);
    expect(store.takeFrame(new Uint8Array([9, 1]))).toBe(false);
    expect(changes).toEqual([]);
  });

  it('has as many cells as groups of devices, the last one what is left', () => {
    const { store } = storeWithRun(95, 10);
    expect(store.cells.states).toHaveLength(10);
    // Of groups the map knows only the most frequent state: counts are those of the last sample.
    store.takeFrame(encodeAllCells(createCells(10)));
    expect(countsOf(store)).toBe(store.samples.at(-1)?.devices);
  });

  it('takes a sample that comes again in place of the first', () => {
    const { store } = storeWithRun();
    store.take(sampleMessage(4));
    store.take(sampleMessage(4));
    expect(store.samples.map(({ atMs }) => atMs)).toEqual([1_000, 2_000, 3_000, 4_000]);
    expect(store.totals).toEqual(madeUpTotals(4));
  });

  it('keeps a bounded number of samples, the newer half of them whole', () => {
    const { store } = storeWithRun();
    for (let i = 4; i < 9_000; i++) store.take(sampleMessage(i));
    expect(store.samples.length).toBeLessThanOrEqual(7_202);
    expect(store.samples.slice(-1_000).map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 1_000 }, (_, i) => (8_000 + i) * 1_000),
    );
    expect(store.samples[0]?.atMs).toBeLessThan(10_000);
  });

  it('keeps the picture of the same run when it is greeted again, and drops that of another', () => {
    const { store } = storeWithRun();
    const cells = createCells(40);
    cells.states.fill(2);
    store.takeFrame(encodeAllCells(cells));
    store.follow(3);
    store.take({ kind: 'device', device: madeUpDevice(3, 'dormant') });
    store.setConnection('lost');
    store.take(madeUpHello(40, 1, 5));
    expect([store.connection, store.hasCells, store.story?.device]).toEqual(['open', true, 3]);
    const hello = madeUpHello(40, 1, 1);
    store.take({ ...hello, run: { ...hello.run, startedAtMs: hello.run.startedAtMs + 1 } });
    expect([store.hasCells, store.story, store.device]).toEqual([false, undefined, undefined]);
    expect(store.hasChangedRun).toBe(true);
    store.forgetChange();
    expect(store.hasChangedRun).toBe(false);
  });

  it('takes nothing from a feed of another version', () => {
    const store = new RunStore(() => 0);
    const hello = madeUpHello(5, 1, 1);
    expect(store.take({ ...hello, version: hello.version + 1 })).toBe(false);
    expect([store.connection, store.run]).toEqual(['outdated', undefined]);
  });

  it('adds steps to the story of the device that is followed and of no other', () => {
    const { store } = storeWithRun();
    store.follow(3);
    store.take({ kind: 'steps', device: 4, steps: madeUpSession(4, 1), lost: 0 });
    expect(store.story?.sessions).toHaveLength(0);
    store.take({ kind: 'steps', device: 3, steps: madeUpSession(3, 1), lost: 0 });
    expect(store.story?.sessions.map(({ end }) => end?.reason)).toEqual(['completed']);
  });

  it('ends a running session unseen when the connection is lost', () => {
    const { store } = storeWithRun();
    store.follow(3);
    store.take({ kind: 'steps', device: 3, steps: madeUpSession(3, 1).slice(0, 5), lost: 0 });
    store.setConnection('lost');
    expect(store.story?.sessions.at(-1)?.end?.outcome).toBe('unseen');
  });

  it('lets no late sample take back what the result has said', () => {
    const { store } = storeWithRun();
    const result = madeUpResult(40);
    store.take({ kind: 'finished', result });
    store.take(sampleMessage(4));
    expect(store.checks.find(({ name }) => name === 'books')?.state).toBe('passed');
    expect([store.checks, store.samples]).toEqual([result.checks, result.samples]);
    expect(store.totals?.sessions.completed).toBe(result.summary.totals.sessions.completed);
  });

  it('shows the summary of a finished run as its totals', () => {
    const { store } = storeWithRun();
    const result = madeUpResult();
    store.take({ kind: 'finished', result });
    expect(store.totals?.sessions.completed).toBe(result.summary.totals.sessions.completed);
    expect(store.totals?.violations).toBe(1);
    expect(store.totals?.failures).toEqual({});
    expect(store.checks.find(({ name }) => name === 'books')?.state).toBe('passed');
  });
});
