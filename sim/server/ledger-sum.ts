/** One ledger out of several: what the processes of one reference DM Server saw together. */
import { COMMAND_NAMES, type CommandName } from '../protocol/command.ts';
import { MOST_ALERT_TYPES, OTHER_ALERTS } from './ledger-book.ts';
import { type Ledger, type LedgerTransfers } from './ledger.ts';
import { sumMoments } from './moments.ts';

type Counts = Readonly<Record<string, number>>;

/** Counts are added; of a violation's examples the first one stays. No ledger at all gives one of zeros. */
export function sumLedgers(ledgers: readonly Ledger[]): Ledger {
  const all = <T>(of: (ledger: Ledger) => T): readonly T[] => ledgers.map(of);
  const total = (of: (ledger: Ledger) => number): number =>
    ledgers.reduce((sum, ledger) => sum + of(ledger), 0);
  return {
    sessions: {
      started: total(({ sessions }) => sessions.started),
      completed: total(({ sessions }) => sessions.completed),
      replaced: total(({ sessions }) => sessions.replaced),
      aborted: total(({ sessions }) => sessions.aborted),
      open: total(({ sessions }) => sessions.open),
      reports: total(({ sessions }) => sessions.reports),
    },
    packages: {
      '0': total(({ packages }) => packages[0]),
      '1': total(({ packages }) => packages[1]),
      '2': total(({ packages }) => packages[2]),
      '3': total(({ packages }) => packages[3]),
    },
    commands: sumCounts(all(({ commands }) => commands)),
    statuses: sumStatuses(all(({ statuses }) => statuses)),
    alerts: atMost(MOST_ALERT_TYPES, sumCounts(all(({ alerts }) => alerts))),
    uiSessions: {
      started: total(({ uiSessions }) => uiSessions.started),
      done: total(({ uiSessions }) => uiSessions.done),
      abandoned: total(({ uiSessions }) => uiSessions.abandoned),
      timedOut: total(({ uiSessions }) => uiSessions.timedOut),
      failed: total(({ uiSessions }) => uiSessions.failed),
      open: total(({ uiSessions }) => uiSessions.open),
    },
    repository: {
      GET: sumTransfers(all(({ repository }) => repository.GET)),
      PUT: sumTransfers(all(({ repository }) => repository.PUT)),
      POST: sumTransfers(all(({ repository }) => repository.POST)),
    },
    notifications: {
      sent: total(({ notifications }) => notifications.sent),
      queued: total(({ notifications }) => notifications.queued),
      dropped: total(({ notifications }) => notifications.dropped),
      channels: total(({ notifications }) => notifications.channels),
    },
    violations: sumViolations(all(({ violations }) => violations)),
    refused: sumCounts(all(({ refused }) => refused)),
    service: {
      serviceMs: sumMoments(all(({ service }) => service.serviceMs)),
      realisedMs: sumMoments(all(({ service }) => service.realisedMs)),
      waitMs: sumMoments(all(({ service }) => service.waitMs)),
      busy: total(({ service }) => service.busy),
      queued: total(({ service }) => service.queued),
      rejected: total(({ service }) => service.rejected),
    },
  };
}

function sumCounts(parts: readonly Counts[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const part of parts)
    for (const [name, count] of Object.entries(part)) sums.set(name, (sums.get(name) ?? 0) + count);
  // Names come from peers: as own members, whatever they are called.
  return Object.fromEntries(sums);
}

/** The members beyond the first ones count as `other`, as they do in every single ledger. */
function atMost(most: number, counts: Counts): Counts {
  const entries = Object.entries(counts).filter(([type]) => type !== OTHER_ALERTS);
  const others = entries.slice(most).reduce((sum, [, count]) => sum + count, counts[OTHER_ALERTS] ?? 0);
  const kept = Object.fromEntries(entries.slice(0, most));
  return others === 0 ? kept : { ...kept, [OTHER_ALERTS]: others };
}

function sumStatuses(parts: readonly Ledger['statuses'][]): Ledger['statuses'] {
  const sums: Partial<Record<CommandName, Counts>> = {};
  for (const name of COMMAND_NAMES) {
    const codes = sumCounts(parts.map((part) => part[name] ?? {}));
    if (Object.keys(codes).length > 0) sums[name] = codes;
  }
  return sums;
}

function sumTransfers(parts: readonly LedgerTransfers[]): LedgerTransfers {
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function sumViolations(parts: readonly Ledger['violations'][]): Ledger['violations'] {
  const sums = new Map<string, { readonly count: number; readonly example: string }>();
  for (const part of parts)
    for (const [rule, { count, example }] of Object.entries(part)) {
      const known = sums.get(rule);
      sums.set(rule, { count: (known?.count ?? 0) + count, example: known?.example ?? example });
    }
  return Object.fromEntries(sums);
}
