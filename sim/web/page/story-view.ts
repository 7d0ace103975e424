/** The panel of the followed device: its last sessions to choose from, and the chosen one step by step. */
import { formatMs } from '../../report/format.ts';
import { doing, past } from './device-text.ts';
import { block, byId, element, setText } from './element.ts';
import { type View } from './frame-loop.ts';
import { type RunStore } from './run-store.ts';
import { endText, sessionName, SessionView, stateOf } from './session-view.ts';
import { type Story, type StorySession } from './story.ts';

/** The button of a session, with what it says. */
interface Tab {
  readonly item: HTMLLIElement;
  readonly button: HTMLButtonElement;
  readonly when: HTMLElement;
  readonly what: HTMLElement;
}

export class StoryView implements View {
  readonly parts = ['story', 'device', 'connection', 'result'] as const;
  private readonly store: RunStore;
  private readonly refresh: () => void;
  private readonly pause = byId('story-pause', HTMLButtonElement);
  private readonly list = element('ul', { class: 'session-tabs', attributes: { 'aria-label': 'Sessions' } });
  /** By session. */
  private readonly tabs = new Map<number, Tab>();
  private readonly stage = element('div', 'session-stage');
  private readonly waiting = element('p', 'note');
  private readonly views = new Map<number, SessionView>();
  private story: Story | undefined;
  /** Chosen by the reader; otherwise the newest is shown. */
  private chosen: number | undefined;
  /** What there was when the reader paused. */
  private frozen: readonly StorySession[] | undefined;
  private shown: StorySession | undefined;

  /** `refresh` has the view drawn again; `leave` ends following. */
  constructor(store: RunStore, refresh: () => void, leave: () => void) {
    this.store = store;
    this.refresh = refresh;
    block('story').append(this.list, this.waiting, this.stage);
    this.pause.addEventListener('click', () => {
      this.setPaused(this.frozen === undefined);
      refresh();
    });
    block('story-clear').addEventListener('click', () => {
      this.chosen = this.shown = undefined;
      this.setPaused(false);
      this.views.clear();
      store.clearStory();
    });
    block('story-leave').addEventListener('click', leave);
  }

  render(): void {
    const { story } = this.store;
    block('followed').hidden = story === undefined;
    if (story !== this.story) this.begin(story);
    if (story === undefined) return;
    this.renderFacts(story);
    const sessions = this.frozen ?? story.sessions;
    const shown = this.shownOf(sessions);
    this.shown = shown;
    this.renderWaiting(shown);
    this.renderTabs(sessions, shown);
    for (const id of this.views.keys())
      if (id !== shown?.id && !sessions.some((session) => session.id === id)) this.views.delete(id);
    if (shown === undefined) {
      this.stage.replaceChildren();
      return;
    }
    const view = this.views.get(shown.id) ?? new SessionView(shown);
    this.views.set(shown.id, view);
    view.update(shown);
    if (this.stage.firstElementChild !== view.root) this.stage.replaceChildren(view.root);
  }

  private begin(story: Story | undefined): void {
    this.story = story;
    this.chosen = this.shown = undefined;
    this.setPaused(false);
    setText(block('followed-facts'), '');
    this.views.clear();
    this.stage.replaceChildren();
    this.list.replaceChildren();
    this.tabs.clear();
  }

  private setPaused(isPaused: boolean): void {
    const sessions = this.store.story?.sessions ?? [];
    this.frozen = isPaused ? sessions.map((session) => ({ ...session, rows: [...session.rows] })) : undefined;
    this.pause.setAttribute('aria-pressed', String(isPaused));
    setText(this.pause, isPaused ? 'Go on' : 'Pause');
  }

  /** The newest, unless the reader has chosen another or is reading one, which stays even when it is kept no more. */
  private shownOf(sessions: readonly StorySession[]): StorySession | undefined {
    const reading = [...this.views.values()].find(
      (view) => view.root.parentElement === this.stage && view.isBeingRead,
    );
    const wanted = this.chosen ?? reading?.id;
    if (this.shown !== undefined && this.shown.id === wanted)
      return sessions.find(({ id }) => id === wanted) ?? this.shown;
    return sessions.find(({ id }) => id === wanted) ?? sessions.at(-1);
  }

  private renderFacts({ device }: Story): void {
    setText(block('followed-title'), `Device #${device}`);
    const view = this.store.device;
    // While another device is looked at, the facts last known stay.
    if (view?.device === device)
      setText(block('followed-facts'), [view.devId, view.profile, doing(view), past(view)].join(' · '));
  }

  private renderWaiting(shown: StorySession | undefined): void {
    this.waiting.hidden = shown !== undefined;
    setText(
      this.waiting,
      this.store.result === undefined
        ? 'Waiting for its next session. Devices that sleep between sessions are silent meanwhile.'
        : 'The run has ended.',
    );
  }

  /** A tab belongs to one session as long as it is there: who clicks while another session comes gets what was clicked. */
  private renderTabs(sessions: readonly StorySession[], shown: StorySession | undefined): void {
    this.removeTabs(sessions);
    const newest = sessions.at(-1);
    for (const session of sessions) {
      const tab = this.tabs.get(session.id) ?? this.addTab(session.id);
      tab.button.dataset['state'] = stateOf(session);
      tab.button.setAttribute('aria-current', String(session === shown));
      const [when, what] = tabText(session, session === newest);
      setText(tab.when, when);
      setText(tab.what, what);
    }
  }

  private removeTabs(sessions: readonly StorySession[]): void {
    let isFocused = false;
    for (const [id, { item, button }] of this.tabs) {
      if (sessions.some((session) => session.id === id)) continue;
      isFocused ||= document.activeElement === button;
      item.remove();
      this.tabs.delete(id);
    }
    // Whoever moves by keys stays in the list although the oldest session is gone.
    if (isFocused) this.list.querySelector('button')?.focus();
  }

  private addTab(id: number): Tab {
    const when = element('span');
    const what = element('small');
    const button = element('button', { attributes: { type: 'button' } }, when, what);
    button.addEventListener('click', () => {
      this.chosen = id === this.store.story?.sessions.at(-1)?.id ? undefined : id;
      if (this.chosen === undefined) for (const view of this.views.values()) close(view);
      this.refresh();
    });
    const tab = { item: element('li', {}, button), button, when, what };
    this.list.append(tab.item);
    this.tabs.set(id, tab);
    return tab;
  }
}

/** Nothing is read any more: the newest session is shown as it comes. */
function close(view: SessionView): void {
  for (const details of view.root.querySelectorAll('details')) details.open = false;
}

function tabText(session: StorySession, isNewest: boolean): readonly [string, string] {
  const last = session.rows.at(-1);
  const took = session.end === undefined || last === undefined ? '' : ` · ${formatMs(last.atMs)}`;
  const time = new Date(session.seenAtMs).toLocaleTimeString('en-GB');
  return [`${time}${isNewest ? ' · newest' : ''}`, `${sessionName(session)}, ${endText(session)}${took}`];
}
