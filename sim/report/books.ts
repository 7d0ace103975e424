/** Do the books balance? The identities that a run's counts must keep, within themselves and with the ledger. */
import { COUNTED_COMMANDS } from '../metrics/slab-layout.ts';
import { type Totals } from '../metrics/totals.ts';
import { formatCount, formatCounted } from './format.ts';
import { type AnySummary } from './k6-summary-schema.ts';
import { type Ledger, type Summary } from './summary-schema.ts';

/**
 * What does not balance, as plain sentences; empty when all does. With the ledger a run without faults agrees exactly.
 * After faults – a session that did not complete, a repository or page that could not be reached – what one side had
 * handed over need not have arrived at the other, and only that is asked: nobody received more than was sent.
 */
export function checkBooks(summary: Summary, totals: Totals): readonly string[] {
  return [...ownBooks(summary, totals), ...checkLedger(summary)];
}

/** A session ended otherwise than by END, or a command found its peer unreachable. */
export function hasFaults({ totals }: AnySummary): boolean {
  return (
    totals.sessions.started !== totals.sessions.completed ||
    totals.uiSessions.failed > 0 ||
    Object.values(totals.commands).some((outcomes) => 'none' in outcomes || '503' in outcomes)
  );
}

function ownBooks({ totals }: Summary, { delivered, startedBy, latency, shards }: Totals): readonly string[] {
  const { sessions, endings, iterations, packages } = totals;
  const ended = sessions.completed + sessions.aborted + sessions.timedOut;
  const found = new Findings();
  found.equal(
    'sessions started',
    sessions.started,
    'completed + aborted + timed out + in flight',
    ended + sessions.inFlight,
  );
  found.equal('sessions started', sessions.started, 'their sum over triggers', sum(startedBy));
  const lags = shards.reduce((count, { startLag }) => count + startLag.count, 0);
  found.equal('sessions started by devices', startedBy.client, 'start lags measured', lags);
  found.atMost('sessions ended', ended, 'started', sessions.started);
  if (sessions.inFlight > 0)
    found.sentences.push(`in flight at the end: ${formatCounted(sessions.inFlight, 'session')}`);
  found.equal('sessions ended', ended, 'the sum of their endings', sum(endings));
  // A worker that died left no duration of the sessions it had open.
  found.equal(
    'sessions ended',
    ended - (endings['worker_died'] ?? 0),
    'session durations measured',
    latency.session.count,
  );
  found.equal('iterations', iterations, 'iteration device times measured', latency.iterationDevice.count);
  found.atMost('iterations', iterations, 'Package#2s received', packages['2']);
  found.atMost(
    'Package#2s received',
    packages['2'],
    'Package#1s and #3s sent',
    packages['1'] + packages['3'],
  );
  for (const command of COUNTED_COMMANDS) {
    const outcomes = sum(totals.commands[command] ?? {});
    found.equal(`outcomes of ${command}`, outcomes, 'those delivered', delivered[command]);
    found.atMost(
      `statuses sent of ${command}`,
      sum(totals.statuses[command] ?? {}),
      'its outcomes',
      outcomes,
    );
  }
  return found.sentences;
}

/** The part of {@link checkBooks} that needs the summary alone: what its totals and its ledger do not agree in. */
export function checkLedger(summary: AnySummary): readonly string[] {
  const { totals, ledger } = summary;
  const found = new Findings();
  const exact = !hasFaults(summary);
  /** `sent` ≥ `received`; the same where nothing went wrong on the way. */
  const passed = (what: string, [sender, sent]: Side, [receiver, received]: Side): void => {
    if (exact) found.equal(`${what} ${sender}`, sent, receiver, received);
    else found.atMost(`${what} ${receiver}`, received, sender, sent);
  };
  if (ledger.packages !== undefined) {
    for (const number of ['1', '3'] as const)
      passed(
        `Package#${number}s`,
        ['sent by devices', totals.packages[number]],
        ['in the ledger', ledger.packages[number] ?? 0],
      );
    passed(
      'Package#2s',
      ['in the ledger', ledger.packages['2'] ?? 0],
      ['received by devices', totals.packages['2']],
    );
  }
  if (ledger.commands !== undefined)
    for (const command of namesOf(totals.commands, ledger.commands))
      passed(
        `${command} delivered`,
        ['in the ledger', ledger.commands[command] ?? 0],
        ['by outcomes on the devices', sum(totals.commands[command] ?? {})],
      );
  if (ledger.statuses !== undefined)
    for (const command of namesOf(totals.statuses, ledger.statuses)) {
      const [sent, received] = [totals.statuses[command] ?? {}, ledger.statuses[command] ?? {}];
      for (const code of namesOf(sent, received))
        passed(
          `statuses ${code} of ${command}`,
          ['sent by devices', sent[code] ?? 0],
          ['in the ledger', received[code] ?? 0],
        );
    }
  for (const method of ['GET', 'PUT', 'POST'] as const) {
    const there = ledger.repository?.[method];
    if (there === undefined) continue;
    const here = totals.repository[method];
    passed(`transfers by ${method}`, ['in the ledger', there.count], ['on the devices', here.count]);
    passed(`body bytes by ${method}`, ['in the ledger', there.bytes], ['on the devices', here.bytes]);
  }
  if (ledger.uiSessions !== undefined && exact) uiSessionBooks(found, totals.uiSessions, ledger.uiSessions);
  if (ledger.sessions?.started !== undefined && exact)
    found.equal('sessions started', totals.sessions.started, 'in the ledger', ledger.sessions.started);
  if (exact) found.sentences.push(...violationsOf(ledger));
  return found.sentences;
}

/**
 * Where devices do not tell the end of their UI Sessions (show mode `launch`), the server sees those that reached a last
 * page and calls all others open.
 */
function uiSessionBooks(
  found: Findings,
  here: Summary['totals']['uiSessions'],
  there: Readonly<Record<string, number>>,
): void {
  const untold = there['open'] ?? 0;
  if (untold === 0) {
    for (const outcome of ['done', 'abandoned', 'timedOut', 'failed'] as const)
      found.equal(`UI Sessions ${outcome}`, here[outcome], 'in the ledger', there[outcome] ?? 0);
    return;
  }
  found.equal('UI Sessions done', here.done, 'in the ledger', there['done'] ?? 0);
  const ended = (there['abandoned'] ?? 0) + (there['timedOut'] ?? 0);
  found.equal(
    'UI Sessions left before their end',
    here.abandoned + here.timedOut,
    'in the ledger',
    ended + untold,
  );
}

type Side = readonly [name: string, count: number];

function violationsOf({ violations = {} }: Ledger): readonly string[] {
  return Object.entries(violations).map(
    ([rule, { count }]) => `the ledger has ${formatCounted(count, 'violation')} of ${rule} by devices`,
  );
}

class Findings {
  readonly sentences: string[] = [];

  equal(what: string, count: number, other: string, otherCount: number): void {
    if (count !== otherCount) this.differ(what, count, other, otherCount, 'not the same as');
  }

  atMost(what: string, count: number, other: string, otherCount: number): void {
    if (count > otherCount) this.differ(what, count, other, otherCount, 'more than');
  }

  private differ(what: string, count: number, other: string, otherCount: number, relation: string): void {
    this.sentences.push(`${what}: ${formatCount(count)}, ${relation} ${other}: ${formatCount(otherCount)}`);
  }
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function namesOf(...records: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return [...new Set(records.flatMap(Object.keys))];
}
