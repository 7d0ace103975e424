/** Ledgers for tests: zeros, but for what the test is about. */
import { LedgerBook } from '../ledger-book.ts';
import { type Ledger } from '../ledger.ts';
import { Moments } from '../moments.ts';

/** What a server that nobody has asked for anything says, with some members replaced. */
export function ledgerWith(members: Partial<Ledger>): Ledger {
  const none = new Moments().summary();
  const untouched = new LedgerBook().ledger({
    service: () => ({ serviceMs: none, realisedMs: none, waitMs: none, busy: 0, queued: 0, rejected: 0 }),
    notifications: () => ({ queued: 0, dropped: 0, channels: 0 }),
  });
  return { ...untouched, ...members };
}
