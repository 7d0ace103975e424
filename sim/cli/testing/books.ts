/** The identities that every run has to keep, worked out anew from the summary alone. */
import { expect } from 'vitest';
import { type Summary } from '../../report/summary-schema.ts';

type Counts = Readonly<Record<string, number>>;

export function sum(counts: Counts | undefined): number {
  return Object.values(counts ?? {}).reduce((total, count) => total + count, 0);
}

/** Holds for every run, whatever happened in it. */
export function expectBalanced({ totals }: Summary): void {
  const { sessions, endings } = totals;
  expect(sessions.inFlight).toBe(0);
  expect(sessions.started).toBe(sessions.completed + sessions.aborted + sessions.timedOut);
  expect(sum(endings)).toBe(sessions.started);
  expect(endings['completed']).toBe(sessions.completed);
}

/** Holds for a run without faults: both sides have seen the same. */
export function expectLedgerAgrees({ totals, ledger }: Summary): void {
  expect(totals.packages['1']).toBe(ledger.packages?.['1']);
  expect(totals.packages['2']).toBe(ledger.packages?.['2']);
  expect(totals.packages['3']).toBe(ledger.packages?.['3']);
  const delivered = Object.fromEntries(
    Object.entries(totals.commands).map(([name, outcomes]) => [name, sum(outcomes)]),
  );
  const sent = Object.fromEntries(Object.entries(ledger.commands ?? {}).filter(([, count]) => count > 0));
  expect(delivered).toEqual(sent);
  const received = Object.fromEntries(
    Object.entries(ledger.statuses ?? {}).filter(([, codes]) => sum(codes) > 0),
  );
  expect(totals.statuses).toEqual(received);
  expect(totals.repository).toEqual(ledger.repository);
  expect(ledger.uiSessions).toMatchObject(totals.uiSessions);
  expect(ledger.violations).toEqual({});
  expect(totals.violations).toEqual({});
}
