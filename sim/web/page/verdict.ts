/** The verdict strip: every check with what was observed and expected, told by sign and word, not by colour alone. */
import { type Check } from '../feed-message.ts';
import { block, element, setText } from './element.ts';
import { type View } from './frame-loop.ts';
import { type RunStore } from './run-store.ts';

const SIGNS = { passed: '✓', broken: '✕', pending: '·' } as const;
const GROUPS = [
  ['server', 'Server'],
  ['generator', 'Generator'],
] as const;

/** What a check's name does not say; by name. */
const MEANINGS: Readonly<Record<string, string>> = {
  'failed sessions': 'share of the ended sessions that were aborted or timed out',
  'event-loop delay p99':
    'how late the generator was in the worst shard; that is in the latencies it measured',
  'event-loop utilization':
    'share of its time that the busiest shard was busy, waiting for a CPU included: on a loaded machine it is high though little is done',
  books: 'whether what the swarm counted adds up, and agrees with the ledger of the reference server',
};

export class Verdict implements View {
  readonly parts = ['checks', 'result'] as const;
  private readonly store: RunStore;
  private shown = '';

  constructor(store: RunStore) {
    this.store = store;
  }

  render(): void {
    const { checks, result } = this.store;
    setText(block('verdict-title'), result === undefined ? 'Verdict so far' : 'Verdict');
    const key = JSON.stringify(checks);
    if (key === this.shown) return;
    this.shown = key;
    const groups = GROUPS.map(([about, name]) =>
      groupOf(
        name,
        checks.filter((check) => check.about === about),
      ),
    );
    block('checks').replaceChildren(...groups.flat());
  }
}

function groupOf(name: string, checks: readonly Check[]): readonly HTMLElement[] {
  if (checks.length === 0) return [];
  return [
    element('div', 'check-group', element('h3', {}, name), element('ul', {}, ...checks.map(checkItem))),
  ];
}

function checkItem({ name, state, observed, expected }: Check): HTMLElement {
  const meaning = MEANINGS[name];
  return element(
    'li',
    { class: 'check', attributes: { 'data-state': state, title: meaning } },
    element('span', { class: 'sign', attributes: { 'aria-hidden': 'true' } }, SIGNS[state]),
    element('span', 'check-name', name),
    element('span', 'check-state', state),
    element('span', 'check-observed', observed),
    element('span', 'check-expected', expected),
    ...(meaning === undefined ? [] : [element('span', 'unseen', `: ${meaning}`)]),
  );
}

/** One sentence about the checks as a whole: `2 of 5 checks broken: failed sessions, violations`. */
export function verdictSentence(checks: readonly Check[]): string {
  const broken = checks.filter(({ state }) => state === 'broken').map(({ name }) => name);
  if (broken.length > 0) return `${broken.length} of ${checks.length} checks broken: ${broken.join(', ')}`;
  const pending = checks.filter(({ state }) => state === 'pending').length;
  return pending === checks.length ? 'nothing measured yet' : `no check is broken`;
}
