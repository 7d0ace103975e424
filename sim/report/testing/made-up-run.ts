/** A made-up run whose books balance, and the ledger a reference server would have of it. */
import { END_REASONS, TIMED_OUT_REASONS } from '../../device/effect.ts';
import { type LoadRecorder, type Recorder } from '../../metrics/recorder.ts';
import { createSlab, type Slab } from '../../metrics/slab.ts';
import { SlabRecorder } from '../../metrics/slab-recorder.ts';
import { readTotals, type Totals } from '../../metrics/totals.ts';
import { randomStream } from '../../random/random.ts';
import { type SummaryParts } from '../summary.ts';
import { type Ledger } from '../summary-schema.ts';

const VOCABULARY = { endReasons: END_REASONS, timedOutReasons: TIMED_OUT_REASONS };

export interface MadeUpRun {
  readonly slab: Slab;
  readonly recorder: Recorder & LoadRecorder;
  readonly states: Uint8Array;
  totals(): Totals;
}

export function madeUpRun(devices = 5_000): MadeUpRun {
  const slab = createSlab(VOCABULARY);
  const states = new Uint8Array(devices);
  const recorder = new SlabRecorder({ slab, states, onFirstViolation: () => undefined });
  return { slab, recorder, states, totals: () => readTotals([slab], states) };
}

/** Sessions of two iterations: GET and HPUT, then HGET, SHOW and END; all complete. */
export function recordSessions(recorder: Recorder & LoadRecorder, sessions: number): void {
  const random = randomStream(7, 'made-up');
  const around = (ms: number): number => ms * Math.exp(random.next() * 2 - 1);
  for (let i = 0; i < sessions; i++) {
    recorder.sessionStarted('client');
    recorder.startLag(0.5);
    recorder.connected(around(0.6));
    recorder.packagePassed(1);
    recorder.serverTurnaround(1, around(3));
    recorder.packagePassed(2);
    recorder.commandDelivered('GET');
    recorder.commandDelivered('HPUT');
    recorder.commandEnded('GET', 200, around(0.08));
    recorder.repositoryTransfer('PUT', 700);
    recorder.commandEnded('HPUT', 200, around(5));
    recorder.simulatedDelay('command', 30);
    recorder.iterationEnded(around(40));
    recorder.statusReported('GET', 200);
    recorder.statusReported('HPUT', 200);
    recorder.packagePassed(3);
    recorder.serverTurnaround(3, around(4));
    recorder.packagePassed(2);
    recorder.commandDelivered('HGET');
    recorder.commandDelivered('SHOW');
    recorder.commandDelivered('END');
    recorder.repositoryTransfer('GET', 1_000);
    recorder.commandEnded('HGET', i % 10 === 0 ? 404 : 200, around(6));
    recorder.uiSessionEnded(i % 4 === 0 ? 'abandoned' : 'done', around(900));
    recorder.commandEnded('SHOW', 200, around(900));
    recorder.commandEnded('END', 200, 0);
    recorder.iterationEnded(around(950));
    recorder.sessionEnded('completed', 'completed', around(1_000));
  }
}

/** What the server has after {@link recordSessions}. */
export function ledgerOf(sessions: number): Ledger {
  const abandoned = Math.ceil(sessions / 4);
  return {
    sessions: { started: sessions, completed: sessions },
    packages: { '0': 0, '1': sessions, '2': 2 * sessions, '3': sessions },
    commands: { GET: sessions, HPUT: sessions, HGET: sessions, SHOW: sessions, END: sessions },
    statuses: { GET: { '200': sessions }, HPUT: { '200': sessions } },
    uiSessions: { started: sessions, done: sessions - abandoned, abandoned, timedOut: 0, failed: 0, open: 0 },
    repository: {
      GET: { count: sessions, bytes: 1_000 * sessions },
      PUT: { count: sessions, bytes: 700 * sessions },
      POST: { count: 0, bytes: 0 },
    },
    violations: {},
  };
}

export function partsOf(totals: Totals, more: Partial<SummaryParts> = {}): SummaryParts {
  return {
    run: {
      name: 'made-up',
      seed: 7,
      devices: 5_000,
      workers: 1,
      campaign: 'mixed',
      target: 'http://127.0.0.1:41234/dm',
      embeddedServer: true,
      durationMs: 30_012.4,
    },
    totals,
    violationExamples: {},
    digest: 'ab'.repeat(32),
    usage: { cpuCores: 0.8234, peakRssBytes: 312 * 1_048_576 },
    ...more,
  };
}
