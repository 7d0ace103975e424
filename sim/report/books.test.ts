import { describe, expect, it } from 'vitest';
import { settleAfterCrash } from '../metrics/slab.ts';
import { checkBooks } from './books.ts';
import { buildSummary } from './summary.ts';
import { type Ledger } from './summary-schema.ts';
import { ledgerOf, type MadeUpRun, madeUpRun, partsOf, recordSessions } from './testing/made-up-run.ts';

function booksOf(run: MadeUpRun, ledger?: Ledger): readonly string[] {
  const totals = run.totals();
  return checkBooks(buildSummary(partsOf(totals, ledger === undefined ? {} : { ledger })), totals);
}

function runOf(sessions: number): MadeUpRun {
  const run = madeUpRun();
  recordSessions(run.recorder, sessions);
  return run;
}

describe('the books of a run without faults', () => {
  it('balance, and agree with the ledger', () => {
    expect(booksOf(runOf(20))).toEqual([]);
    expect(booksOf(runOf(20), ledgerOf(20))).toEqual([]);
    expect(booksOf(madeUpRun(), ledgerOf(0))).toEqual([]);
  });

  it('do not balance while a session is in flight', () => {
    const run = runOf(1);
    run.recorder.sessionStarted('client');
    run.recorder.startLag(0);
    expect(booksOf(run)).toEqual(['in flight at the end: 1 session']);
  });

  it('do not balance when a command was delivered and has no outcome', () => {
    const run = runOf(2);
    run.recorder.commandDelivered('SUB');
    expect(booksOf(run)).toEqual(['outcomes of SUB: 0, not the same as those delivered: 1']);
  });

  it('do not balance when a status was sent of a command that was not executed', () => {
    const run = runOf(2);
    run.recorder.statusReported('EXEC', 202);
    expect(booksOf(run)).toEqual(['statuses sent of EXEC: 1, more than its outcomes: 0']);
  });

  it('do not balance when a session ended twice', () => {
    const run = runOf(2);
    run.recorder.sessionEnded('completed', 'completed', 1);
    expect(booksOf(run)).toEqual(['sessions ended: 3, more than started: 2']);
  });

  const whole = ledgerOf(20);
  it.each<readonly [Ledger, string]>([
    [
      { ...whole, packages: { '1': 20, '2': 40, '3': 19 } },
      'Package#3s sent by devices: 20, not the same as in the ledger: 19',
    ],
    [
      { ...whole, packages: { '1': 20, '2': 41, '3': 20 } },
      'Package#2s in the ledger: 41, not the same as received by devices: 40',
    ],
    [
      { ...whole, commands: { ...whole.commands, DELETE: 1 } },
      'DELETE delivered in the ledger: 1, not the same as by outcomes on the devices: 0',
    ],
    [
      { ...whole, statuses: { GET: { '200': 19, '404': 1 }, HPUT: { '200': 20 } } },
      'statuses 200 of GET sent by devices: 20, not the same as in the ledger: 19',
    ],
    [
      { ...whole, repository: { PUT: { count: 20, bytes: 13_999 } } },
      'body bytes by PUT in the ledger: 13,999, not the same as on the devices: 14,000',
    ],
    [
      { ...whole, uiSessions: { ...whole.uiSessions, done: 14, timedOut: 1 } },
      'UI Sessions done: 15, not the same as in the ledger: 14',
    ],
    [
      { ...whole, violations: { 'package3.status_missing': { count: 2 } } },
      'the ledger has 2 violations of package3.status_missing by devices',
    ],
    [{ ...whole, sessions: { started: 19 } }, 'sessions started: 20, not the same as in the ledger: 19'],
  ])('do not agree with another ledger (%#)', (ledger, sentence) => {
    expect(booksOf(runOf(20), ledger)[0]).toBe(sentence);
  });
});

it('the books do not balance when a session of a device has no start lag', () => {
  const run = runOf(2);
  run.recorder.sessionStarted('client');
  run.recorder.sessionEnded('completed', 'completed', 1);
  expect(booksOf(run)[0]).toBe('sessions started by devices: 3, not the same as start lags measured: 2');
});

describe('the books of a run with faults', () => {
  function runWithFault(): MadeUpRun {
    const run = runOf(20);
    run.recorder.sessionStarted('client');
    run.recorder.startLag(0);
    run.recorder.packagePassed(1);
    run.recorder.sessionEnded('aborted', 'connection_closed', 1);
    return run;
  }

  it('balance when less arrived than was sent', () => {
    expect(booksOf(runWithFault(), ledgerOf(20))).toEqual([]);
    const more: Ledger = {
      ...ledgerOf(20),
      packages: { '1': 21, '2': 41, '3': 20 },
      commands: { ...ledgerOf(20).commands, SUB: 1 },
    };
    expect(booksOf(runWithFault(), more)).toEqual([]);
  });

  it('do not balance when more arrived than was sent', () => {
    expect(booksOf(runWithFault(), { ...ledgerOf(20), packages: { '1': 22, '2': 40, '3': 20 } })).toEqual([
      'Package#1s in the ledger: 22, more than sent by devices: 21',
    ]);
    expect(booksOf(runWithFault(), { ...ledgerOf(20), commands: {} })[0]).toBe(
      'HGET delivered by outcomes on the devices: 20, more than in the ledger: 0',
    );
  });

  it('balance after a worker died and was settled', () => {
    const run = runOf(3);
    run.recorder.sessionStarted('client');
    run.recorder.startLag(0);
    run.recorder.packagePassed(1);
    run.recorder.packagePassed(2);
    run.recorder.commandDelivered('EXEC');
    expect(booksOf(run)).not.toEqual([]);
    settleAfterCrash(run.slab);
    expect(booksOf(run)).toEqual([]);
  });
});
