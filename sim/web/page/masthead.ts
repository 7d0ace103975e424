/** The head of the page: which run this is, how far it has come, and whether the feed is alive. */
import { formatCount, formatCounted, formatMs } from '../../report/format.ts';
import { type RunView } from '../feed-message.ts';
import { block, element, setText } from './element.ts';
import { type View } from './frame-loop.ts';
import { type Connection, type RunStore } from './run-store.ts';

const CONNECTIONS: Readonly<Record<Connection, string>> = {
  connecting: 'connecting',
  open: 'live',
  lost: 'connection lost – retrying',
  unreachable: 'cannot reach the swarm – retrying',
  full: 'no room for another page – retrying',
  locked: 'token needed',
  over: 'run has ended',
  embedded: 'finished run',
  outdated: 'another version of the swarm – reload',
};

export class Masthead implements View {
  readonly parts = ['connection', 'run', 'samples', 'result', 'notice'] as const;
  private readonly store: RunStore;

  constructor(store: RunStore) {
    this.store = store;
  }

  render(): void {
    const { run, result } = this.store;
    const connection =
      this.store.connection === 'open' && result !== undefined ? 'over' : this.store.connection;
    document.body.dataset['connection'] = connection;
    document.body.dataset['mode'] = result === undefined ? 'live' : 'report';
    const mark = block('connection');
    mark.dataset['state'] = connection;
    setText(mark, CONNECTIONS[connection]);
    this.renderBanner(connection);
    if (run === undefined) return;
    setText(block('run-name'), run.name);
    document.title = `${result === undefined ? '' : 'Report · '}${run.name} · dm-swarm`;
    setText(block('run-facts'), factsOf(run));
    setText(
      block('colophon'),
      `dm-swarm ${run.version} · began ${new Date(run.startedAtMs).toLocaleString()}`,
    );
    this.renderProgress(run);
  }

  /** What is wrong with the connection; `undefined`: nothing. */
  private trouble(connection: Connection): string | undefined {
    const isOld = this.store.run === undefined ? '' : ' What you see is the last picture that came.';
    switch (connection) {
      case 'lost':
        return `Connection lost – retrying.${isOld}`;
      case 'unreachable':
        return 'Cannot reach the swarm – retrying.';
      case 'full':
        return `As many pages as the swarm allows look at this run already – retrying: close one of them.${isOld}`;
      case 'locked':
        return `The swarm needs its token again: open the address that it has printed, with /?token=… behind it.${isOld}`;
      case 'outdated':
        return 'The swarm speaks another version of this page: reload it.';
      case 'connecting':
      case 'open':
      case 'over':
      case 'embedded':
        return undefined;
      default:
        return connection satisfies never;
    }
  }

  private renderBanner(connection: Connection): void {
    const { dropped, refusal, hasChangedRun, run } = this.store;
    const trouble = this.trouble(connection);
    const lines = trouble === undefined ? [] : [trouble];
    if (hasChangedRun && run !== undefined) lines.push(anotherRun(run));
    if (refusal !== undefined) lines.push(`The swarm says: ${refusal}`);
    if (dropped > 0 && connection === 'open')
      lines.push(
        `This browser was too slow for ${formatCounted(dropped, 'frame')}; they were left out, the picture is complete.`,
      );
    const banner = block('banner');
    banner.hidden = lines.length === 0;
    banner.dataset['state'] = trouble === undefined ? 'note' : 'bad';
    setText(banner, lines.join(' '));
  }

  private renderProgress(run: RunView): void {
    const progress = block('progress');
    const last = this.store.samples.at(-1);
    const live = this.store.result === undefined;
    progress.hidden = !live;
    if (!live) return;
    if (progress.childElementCount === 0) progress.replaceChildren(...progressParts());
    const atMs = last?.atMs ?? 0;
    const phase = last?.phase ?? 'ramp';
    const wholeMs = Math.max(1, run.durationMs + run.drainMs);
    const [bar, text] = [progress.firstElementChild, progress.lastElementChild];
    if (!(bar instanceof HTMLElement) || text === null) return;
    const share = (ms: number): string => `${Math.min(100, (100 * ms) / wholeMs).toFixed(2)}%`;
    bar.style.setProperty('--done', share(atMs));
    bar.style.setProperty('--ramp', share(run.rampMs));
    bar.style.setProperty('--load', share(run.durationMs));
    const endMs = phase === 'drain' ? wholeMs : run.durationMs;
    const left =
      phase === 'ended' || run.durationMs === 0 ? '' : `, ${clock(Math.max(0, endMs - atMs))} left`;
    setText(text, `${phase}${left} · ${clock(atMs)} since the start`);
  }
}

/** Said by banner and announcer alike. */
export function anotherRun({ name, devices }: RunView): string {
  return `This is another run than before: ${name}, ${formatCounted(devices, 'device')}.`;
}

function progressParts(): readonly HTMLElement[] {
  const bar = element('div', { class: 'progress-bar', attributes: { 'aria-hidden': 'true' } });
  return [bar, element('p', 'progress-text')];
}

function factsOf(run: RunView): string {
  return [
    run.target,
    ...(run.campaign === undefined ? [] : [`reference server, campaign ${run.campaign}`]),
    formatCounted(run.devices, 'device'),
    formatCounted(run.workers, 'worker'),
    `seed ${run.seed}`,
    ...(run.durationMs > 0 ? [`${formatMs(run.durationMs)} of load`] : []),
  ].join(' · ');
}

/** `0:39`, `1:02:05` */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${formatCount(h)}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
