/** Tables of totals: commands by outcome, failed sessions by reason, packages. */
import { formatCount } from '../../report/format.ts';
import { COMMAND_NAMES } from '../../protocol/command.ts';
import { type TotalsView } from '../feed-message.ts';
import { block, element, table } from './element.ts';
import { type View } from './frame-loop.ts';
import { type RunStore } from './run-store.ts';

export class TotalsTables implements View {
  readonly parts = ['totals'] as const;
  private readonly store: RunStore;
  private shown = '';

  constructor(store: RunStore) {
    this.store = store;
  }

  render(): void {
    const { totals } = this.store;
    if (totals === undefined) return;
    const key = JSON.stringify(totals);
    // Whoever has marked something here would lose it.
    const isMarked = getSelection()?.isCollapsed === false && holdsSelection(block('tables'));
    if (key === this.shown || isMarked) return;
    this.shown = key;
    block('tables').replaceChildren(
      commandTable(totals),
      element('div', 'table-pair', failureTable(totals), packageTable(totals)),
    );
  }
}

function holdsSelection(node: HTMLElement): boolean {
  return node.contains(getSelection()?.anchorNode ?? null);
}

/** A row a command; a column a status, as they come up. */
function commandTable({ commands }: TotalsView): HTMLElement {
  const names = Object.keys(commands).sort((a, b) => orderOf(a) - orderOf(b));
  const outcomes = [...new Set(names.flatMap((name) => Object.keys(commands[name] ?? {})))].sort();
  const rows = names.map((name) => {
    const counts = commands[name] ?? {};
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return [
      name,
      formatCount(all),
      ...outcomes.map((outcome) => {
        const count = counts[outcome] ?? 0;
        const isBad = count > 0 && /^[45]/.test(outcome);
        return element(
          'span',
          isBad ? 'bad' : count === 0 ? 'zero' : '',
          count === 0 ? '·' : formatCount(count),
        );
      }),
    ];
  });
  const head = ['command', 'delivered', ...outcomes.map((outcome) => OUTCOME_NAMES[outcome] ?? outcome)];
  return scrolling(table('DM Commands by status', head, rows));
}

const OUTCOME_NAMES: Readonly<Record<string, string>> = { none: 'cut', other: 'other' };

function failureTable({ failures }: TotalsView): HTMLElement {
  const reasons = Object.entries(failures).sort((a, b) => b[1] - a[1]);
  if (reasons.length === 0)
    return scrolling(table('Failed sessions by reason', ['reason', 'sessions'], [['none', '0']]));
  return scrolling(
    table(
      'Failed sessions by reason',
      ['reason', 'sessions'],
      reasons.map(([reason, count]) => [reason, formatCount(count)]),
    ),
  );
}

const PACKAGES = [
  ['0', '#0 DM Notification'],
  ['1', '#1 session begins'],
  ['2', '#2 commands'],
  ['3', '#3 statuses'],
] as const;

function packageTable({ packages, sessions }: TotalsView): HTMLElement {
  return scrolling(
    table(
      'DM packages',
      ['package', 'passed'],
      [
        ...PACKAGES.map(([number, name]) => [name, formatCount(packages[number])]),
        ['sessions started', formatCount(sessions.started)],
      ],
    ),
  );
}

/** A wide table scrolls within itself, by keyboard too. */
export function scrolling(content: HTMLTableElement): HTMLElement {
  const label = content.caption?.textContent ?? 'table';
  return element(
    'div',
    { class: 'scrolling', attributes: { role: 'region', tabindex: '0', 'aria-label': label } },
    content,
  );
}

/** In the order the specification lists them; what it does not know comes last. */
function orderOf(name: string): number {
  const at = (COMMAND_NAMES as readonly string[]).indexOf(name);
  return at < 0 ? COMMAND_NAMES.length : at;
}
