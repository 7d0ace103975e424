/** Tells screen readers what matters and nothing else: the connection, and checks that break or recover. */
import { block, setText } from './element.ts';
import { type View } from './frame-loop.ts';
import { type RunStore } from './run-store.ts';
import { verdictSentence } from './verdict.ts';

export class Announcer implements View {
  readonly parts = ['connection', 'checks', 'result'] as const;
  private readonly store: RunStore;
  private connection = '';
  private verdict = '';

  constructor(store: RunStore) {
    this.store = store;
  }

  render(): void {
    const { connection, checks, result } = this.store;
    const sentences: string[] = [];
    const state = result === undefined ? connection : 'over';
    if (state !== this.connection) {
      if (state === 'lost') sentences.push('Connection lost, retrying.');
      if (state === 'open' && this.connection === 'lost') sentences.push('Connected again.');
      if (state === 'over') sentences.push('The run has ended.');
      this.connection = state;
    }
    const verdict = verdictSentence(checks);
    if (verdict !== this.verdict) {
      if (this.verdict !== '' && checks.length > 0) sentences.push(`Verdict: ${verdict}.`);
      this.verdict = verdict;
    }
    if (sentences.length > 0) setText(block('announcer'), sentences.join(' '));
  }
}
