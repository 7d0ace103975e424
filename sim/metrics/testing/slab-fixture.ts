/** A slab with a small vocabulary and a recorder on it, for tests. */
import { type ViolationRule } from '../../protocol/violation.ts';
import { createSlab, type Slab } from '../slab.ts';
import { type SlabVocabulary } from '../slab-layout.ts';
import { SlabRecorder } from '../slab-recorder.ts';

export const VOCABULARY: SlabVocabulary = {
  endReasons: ['completed', 'connect_refused', 'session_timeout', 'worker_died'],
  timedOutReasons: ['session_timeout'],
};

export interface Fixture {
  readonly slab: Slab;
  readonly states: Uint8Array;
  readonly recorder: SlabRecorder;
  readonly examples: readonly (readonly [ViolationRule, string])[];
}

export function slabFixture(slab: Slab = createSlab(VOCABULARY), devices = 4): Fixture {
  const states = new Uint8Array(devices);
  const examples: (readonly [ViolationRule, string])[] = [];
  const recorder = new SlabRecorder({
    slab,
    states,
    onFirstViolation: (rule, example) => examples.push([rule, example]),
  });
  return { slab, states, recorder, examples };
}

/** One session that completes: two iterations, an inventory GET, an HGET, END. */
export function recordSession(recorder: SlabRecorder): void {
  recorder.sessionStarted('client');
  recorder.connected(1.5);
  recorder.packagePassed(1);
  recorder.serverTurnaround(1, 4);
  recorder.packagePassed(2);
  recorder.commandDelivered('GET');
  recorder.commandEnded('GET', 200, 0.25);
  recorder.iterationEnded(0.5);
  recorder.statusReported('GET', 200);
  recorder.packagePassed(3);
  recorder.serverTurnaround(3, 8);
  recorder.packagePassed(2);
  recorder.commandDelivered('HGET');
  recorder.commandDelivered('END');
  recorder.repositoryTransfer('GET', 1_000);
  recorder.commandEnded('HGET', 404, 6);
  recorder.commandEnded('END', 200, 0);
  recorder.iterationEnded(6.5);
  recorder.sessionEnded('completed', 'completed', 21);
}
