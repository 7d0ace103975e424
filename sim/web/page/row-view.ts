/** One row of a session's sequence: an arrow between the lanes, or what the device does on its own. */
import { formatBytes, formatMs } from '../../report/format.ts';
import { bodyView } from './body-view.ts';
import { element } from './element.ts';
import { type StoryRow } from './story.ts';

type Look = 'to-server' | 'to-device' | 'own' | 'detail' | 'note';

/** The row's element; `data-state` is `good`, `bad` or `running` where that can be said. */
export function rowView(row: StoryRow): HTMLLIElement {
  switch (row.kind) {
    case 'notification':
      return line(row, 'to-device', '0', ['Package#0', 'DM Notification: a session is wanted']);
    case 'sent':
      return line(
        row,
        'to-server',
        row.package === 1 ? '1' : '4',
        [`Package#${row.package}`, `POST ${row.uri}`],
        bodyView(row.body, row.headers),
      );
    case 'answered': {
      const connected = row.connectMs === undefined ? '' : `, connected in ${formatMs(row.connectMs)}`;
      const name = row.status === 200 ? 'Package#2' : `HTTP ${row.status}`;
      const text = `${row.status === 200 ? '200 ' : ''}after ${formatMs(row.turnaroundMs)}${connected}`;
      return line(
        row,
        'to-device',
        '2',
        [name, text],
        bodyView(row.body, row.headers),
        row.status === 200 ? undefined : 'bad',
      );
    }
    case 'unanswered':
      return line(row, 'to-device', '2', [`no answer: ${row.failure}`, row.detail], undefined, 'bad');
    case 'command':
      return commandView(row);
    case 'transfer': {
      const text = `${row.answer} · ${formatBytes(row.bytes)} in ${formatMs(row.ms)} · ${row.uri}`;
      const isBad = typeof row.answer === 'string' || row.answer >= 400;
      return line(row, 'detail', '', [`${row.method} →`, text], undefined, isBad ? 'bad' : undefined);
    }
    case 'page': {
      const text = `${row.status} · ${row.title === '' ? 'without a title' : `“${row.title}”`} · ${row.uri}`;
      return line(row, 'detail', '', ['page', text], undefined, row.status >= 400 ? 'bad' : undefined);
    }
    case 'ui_ended':
      return line(row, 'detail', '', ['UI Session', `${row.outcome} after ${formatMs(row.ms)}`]);
    case 'waited':
      return line(row, 'detail', '', [
        row.reason === 'exec' ? 'worked' : 'simulated latency',
        formatMs(row.ms),
      ]);
    case 'violation':
      return line(row, 'note', '!', [`violation: ${row.rule}`, row.example], undefined, 'bad');
    case 'lost':
      return line(
        row,
        'note',
        '…',
        [`${row.steps} steps lost`, 'this browser was too slow for them'],
        undefined,
        'bad',
      );
    default:
      return row satisfies never;
  }
}

function commandView(row: StoryRow & { kind: 'command' }): HTMLLIElement {
  const result =
    row.state === 'running'
      ? 'running'
      : row.state === 'cut'
        ? 'cut'
        : `${row.sc ?? ''} in ${formatMs(row.ms ?? 0)}`;
  const state =
    row.state === 'running' ? 'running' : row.state === 'cut' || (row.sc ?? 0) >= 400 ? 'bad' : 'good';
  const item = line(row, 'own', row.step, [row.name, row.text], undefined, state);
  item.querySelector('.what')?.append(element('span', 'outcome', result));
  return item;
}

function line(
  row: StoryRow,
  look: Look,
  step: string,
  [head, text]: readonly [string, string],
  more?: HTMLElement,
  state?: 'good' | 'bad' | 'running',
): HTMLLIElement {
  return element(
    'li',
    { class: `row ${look}`, attributes: { 'data-state': state, 'data-step': step } },
    element('span', 'time', `${timeText(row.atMs)} ms`),
    element('span', 'step', step),
    element(
      'div',
      'lane',
      element('p', 'what', element('b', {}, head), ' ', element('span', 'text', text)),
      ...(more === undefined ? [] : [more]),
    ),
  );
}

/** `7,913.1`: always in the same unit, so that times can be compared down the column. */
function timeText(ms: number): string {
  return ms.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
