/** One session of a followed device as a sequence between two lanes; grows as the session goes on. */
import { type TriggerName } from '../../metrics/recorder.ts';
import { element, setText } from './element.ts';
import { rowView } from './row-view.ts';
import { type StoryRow, type StorySession } from './story.ts';

export class SessionView {
  readonly root: HTMLElement;
  readonly id: number;
  private readonly rows = element('ol', 'rows');
  private readonly ending = element('p', 'ending');
  private readonly beginning = element('p', 'beginning');
  private readonly shown: StoryRow[] = [];

  constructor(session: StorySession) {
    this.id = session.id;
    this.root = element(
      'article',
      { class: 'session', attributes: { 'aria-label': sessionName(session) } },
      element(
        'div',
        { class: 'lanes', attributes: { 'aria-hidden': 'true' } },
        element('span', {}, session.kind === 'work' ? 'Device, between two sessions' : 'DM Client'),
        element('span', {}, session.kind === 'work' ? 'Data Repository' : 'DM Server'),
      ),
      this.beginning,
      this.rows,
      this.ending,
    );
    this.update(session);
  }

  /** Whether the reader has opened a body or marked text here, and would lose the place. */
  get isBeingRead(): boolean {
    if (this.root.querySelector('details[open]') !== null) return true;
    const selection = getSelection();
    return selection !== null && !selection.isCollapsed && this.root.contains(selection.anchorNode);
  }

  update(session: StorySession): void {
    setText(this.beginning, beginningOf(session));
    this.beginning.hidden = this.beginning.textContent === '';
    const { rows } = session;
    // Rows forgotten at the front are taken out there; what remains is compared row by row.
    const first = rows[0];
    while (this.shown.length > 0 && first !== undefined && !rows.includes(this.shown[0] ?? first)) {
      if (this.isReplaced(rows)) break;
      this.shown.shift();
      this.rows.firstElementChild?.remove();
    }
    rows.forEach((row, i) => {
      if (this.shown[i] === row) return;
      const view = rowView(row);
      const before = this.rows.children[i];
      if (before === undefined) this.rows.append(view);
      else before.replaceWith(view);
      this.shown[i] = row;
    });
    setText(this.ending, endingOf(session));
    this.root.dataset['state'] = stateOf(session);
  }

  /** The first row shown is not gone but has a new form: as many rows as before, or more. */
  private isReplaced(rows: readonly StoryRow[]): boolean {
    return rows.length >= this.shown.length && rows[0]?.atMs === this.shown[0]?.atMs;
  }
}

const TRIGGER_NAMES: Readonly<Record<TriggerName, string>> = {
  client: 'client-initiated',
  server: 'server-initiated',
  bootstrap: 'after bootstrap',
  report: 'report of EXEC work',
};

/** `client-initiated`, `work between sessions` */
export function sessionName({ kind, trigger }: StorySession): string {
  if (kind === 'work') return 'work between sessions';
  return trigger === undefined ? 'session' : TRIGGER_NAMES[trigger];
}

/** `completed`, `http_503`, or that it goes on. */
export function endText({ end, kind }: StorySession): string {
  if (end === undefined) return 'going on';
  if (end.outcome === 'unseen') return 'end not seen';
  return kind === 'work' ? 'over' : end.reason;
}

export function stateOf({ end }: StorySession): 'running' | 'good' | 'bad' | 'unknown' {
  if (end === undefined) return 'running';
  if (end.outcome === 'unseen') return 'unknown';
  return end.outcome === 'completed' || end.outcome === 'over' ? 'good' : 'bad';
}

function beginningOf({ joinedLate, forgotten }: StorySession): string {
  const parts: string[] = [];
  if (joinedLate) parts.push('Following began in the middle of this session.');
  if (forgotten > 0) parts.push(`Its first ${forgotten} steps are shown no more.`);
  return parts.join(' ');
}

function endingOf({ end, kind }: StorySession): string {
  if (end === undefined) return '…';
  if (end.outcome === 'unseen') return `Its end was not seen: ${end.reason}.`;
  if (kind === 'work') return 'Work done.';
  const detail = end.detail === undefined ? '' : `: ${end.detail}`;
  return end.outcome === 'completed'
    ? 'Session completed.'
    : `Session ${end.outcome === 'timedOut' ? 'timed out' : 'aborted'}, ${end.reason}${detail}`;
}
