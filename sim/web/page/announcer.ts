/** Tells screen readers what matters and nothing else: the connection, and checks that break or recover. */
import { block, setText } from './element.ts';
import { type View } from './frame-loop.ts';
import { anotherRun } from './masthead.ts';
import { type Connection, type RunStore } from './run-store.ts';
import { verdictSentence } from './verdict.ts';

const TROUBLES: Readonly<Partial<Record<Connection, string>>> = {
  lost: 'Connection lost, retrying.',
  unreachable: 'Cannot reach the swarm, retrying.',
  full: 'The swarm has no room for another page, retrying.',
  locked: 'The swarm needs its token again.',
};

export class Announcer implements View {
  readonly parts = ['connection', 'run', 'checks', 'result'] as const;
  private readonly store: RunStore;
  private connection: Connection = 'connecting';
  private startedAtMs: number | undefined;
  private verdict = '';

  constructor(store: RunStore) {
    this.store = store;
  }

  render(): void {
    const { connection, checks, result, run, hasChangedRun } = this.store;
    const sentences: string[] = [];
    const state = result === undefined ? connection : 'over';
    if (state !== this.connection) {
      const trouble = TROUBLES[state];
      if (trouble !== undefined) sentences.push(trouble);
      if (state === 'open' && TROUBLES[this.connection] !== undefined) sentences.push('Connected again.');
      if (state === 'over') sentences.push('The run has ended.');
      this.connection = state;
    }
    if (run !== undefined && run.startedAtMs !== this.startedAtMs) {
      if (hasChangedRun) sentences.push(anotherRun(run));
      this.startedAtMs = run.startedAtMs;
    }
    const verdict = verdictSentence(checks);
    if (verdict !== this.verdict) {
      if (this.verdict !== '' && checks.length > 0) sentences.push(`Verdict: ${verdict}.`);
      this.verdict = verdict;
    }
    if (sentences.length > 0) setText(block('announcer'), sentences.join(' '));
  }
}
