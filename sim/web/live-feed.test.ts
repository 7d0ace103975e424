import { describe, expect, it } from 'vitest';
import { type TraceEvent } from '../transport/trace.ts';
import { MOST_FOLLOWED } from './followed-devices.ts';
import { MOST_PAGES } from './live-feed.ts';
import { MOST_BUFFERED } from './page-connection.ts';
import { feedFixture } from './testing/feed-fixture.ts';

const started = (device: number): TraceEvent => ({
  atMs: 0,
  kind: 'session_started',
  device,
  trigger: 'client',
});
const ended: TraceEvent = { atMs: 5, kind: 'session_ended', outcome: 'completed', reason: 'completed' };

describe('a page that comes', () => {
  it('gets the run so far and the whole map, then only differences and samples', async () => {
    const { recorder, clock, page, second } = feedFixture();
    await second();
    recorder.deviceState(2, 'executing');
    const { socket } = page();
    expect(socket.messages.map(({ kind }) => kind)).toEqual(['hello']);
    expect(socket.of('hello')[0]?.samples).toHaveLength(1);
    expect(socket.states).toEqual([0, 0, 3, 0]);
    await clock.advance(1_000);
    expect(socket.frames).toBe(1);
    recorder.deviceState(0, 'failed');
    await clock.advance(250);
    expect(socket.frames).toBe(2);
    expect(socket.states).toEqual([6, 0, 3, 0]);
    await second();
    expect(socket.of('sample')).toHaveLength(1);
  });

  it('does not make those that are there miss what changed just before', async () => {
    const { recorder, clock, page } = feedFixture();
    const first = page();
    recorder.deviceState(1, 'ui');
    const other = page();
    await clock.advance(250);
    expect(first.socket.states).toEqual(other.socket.states);
    expect(first.socket.states).toEqual([0, 4, 0, 0]);
  });

  it('after the end is told the result as well', async () => {
    const { feed, run, page } = feedFixture();
    const totals = run.totals();
    feed.finish({ run: run.view(), samples: [], checks: [], summary: {} as never }, totals);
    expect(page().socket.messages.map(({ kind }) => kind)).toEqual(['hello', 'finished']);
  });
});

describe('a run that nobody looks at', () => {
  it('is not asked for anything, and no timer is armed', async () => {
    const { asked, clock, page, second } = feedFixture();
    await second();
    await second();
    expect([asked.totals, asked.devices, clock.timers]).toEqual([0, 0, 0]);
    page().leave();
    expect(clock.timers).toBe(0);
  });
});

describe('a browser that does not keep up', () => {
  it('gets no more until it has, is told how many frames it missed, and then has the right picture', async () => {
    const { recorder, clock, page, second } = feedFixture();
    const { socket } = page();
    const quick = page();
    socket.bufferedAmount = MOST_BUFFERED + 1;
    const before = socket.messages.length;
    recorder.deviceState(0, 'waiting');
    await clock.advance(250);
    recorder.deviceState(0, 'dormant');
    recorder.deviceState(1, 'waiting');
    await clock.advance(250);
    recorder.iterationEnded(1);
    await second();
    expect([socket.messages.length, socket.frames]).toEqual([before, 1]);
    socket.bufferedAmount = 0;
    await clock.advance(250);
    expect(socket.of('dropped')).toEqual([{ kind: 'dropped', frames: 3 }]);
    expect(socket.states).toEqual([1, 2, 0, 0]);
    expect(socket.of('sample').map(({ sample }) => sample.atMs)).toEqual(
      quick.socket.of('sample').map(({ sample }) => sample.atMs),
    );
    expect(quick.socket.of('dropped')).toEqual([]);
  });

  it('is told the whole run again after a long time, not a minute of missed samples one by one', async () => {
    const { clock, page, second } = feedFixture();
    const { socket } = page();
    socket.bufferedAmount = MOST_BUFFERED + 1;
    for (let i = 0; i < 90; i++) await second();
    socket.bufferedAmount = 0;
    await clock.advance(250);
    expect(socket.of('sample')).toEqual([]);
    expect(socket.of('hello')).toHaveLength(2);
    expect(socket.of('hello')[1]?.samples).toHaveLength(90);
  });

  it('is told how many steps of its device it will never see', async () => {
    const { clock, listeners, page } = feedFixture();
    const { socket, say } = page();
    say({ kind: 'follow', device: 3 });
    socket.bufferedAmount = MOST_BUFFERED + 1;
    listeners.get(3)?.([started(3), ended], 0);
    expect(socket.of('steps')).toEqual([]);
    socket.bufferedAmount = 0;
    await clock.advance(250);
    expect(socket.of('dropped')).toEqual([{ kind: 'dropped', frames: 1 }]);
    expect(socket.of('steps')).toEqual([{ kind: 'steps', device: 3, steps: [], lost: 2 }]);
    listeners.get(3)?.([started(3)], 0);
    expect(socket.of('steps')[1]).toMatchObject({ lost: 0 });
  });

  it('is told of the end all the same', () => {
    const { feed, run, page } = feedFixture();
    const { socket } = page();
    socket.bufferedAmount = MOST_BUFFERED + 1;
    feed.finish({ run: run.view(), samples: [], checks: [], summary: {} as never }, run.totals());
    expect(socket.of('finished')).toHaveLength(1);
  });

  it('and one that is not there any more is cut off', async () => {
    const { clock, page } = feedFixture();
    const [gone, alive] = [page(), page()];
    for (let i = 0; i < 5; i++) {
      await clock.advance(10_000);
      alive.pong();
    }
    expect(gone.socket.terminated).toBe(true);
    expect(alive.socket.terminated).toBe(false);
    expect(alive.socket.pings).toBe(5);
  });
});

describe('a device that is looked at', () => {
  it('is answered at once, and again only when it has changed', async () => {
    const { arrays, clock, page } = feedFixture();
    const { socket, say } = page();
    say({ kind: 'inspect', device: 1 });
    await clock.advance(1_000);
    expect(socket.of('device')).toHaveLength(1);
    arrays.sessionsDone[1] = 7;
    await clock.advance(250);
    expect(socket.of('device')[1]?.device).toMatchObject({ device: 1, sessionsDone: 7 });
    say({ kind: 'inspect', device: null });
    arrays.sessionsDone[1] = 8;
    await clock.advance(1_000);
    expect(socket.of('device')).toHaveLength(2);
  });
});

describe('a device that is followed', () => {
  it('is traced once for two pages, and no more when both have gone', () => {
    const { listeners, page } = feedFixture();
    const [one, two] = [page(), page()];
    one.say({ kind: 'follow', device: 2 });
    listeners.get(2)?.([started(2)], 0);
    two.say({ kind: 'follow', device: 2 });
    listeners.get(2)?.([ended], 0);
    expect([...listeners.keys()]).toEqual([2]);
    for (const { socket } of [one, two])
      expect(socket.of('steps').flatMap(({ steps }) => steps)).toEqual([started(2), ended]);
    one.leave();
    expect(listeners.size).toBe(1);
    two.say({ kind: 'follow', device: null });
    expect(listeners.size).toBe(0);
  });

  it('takes the place of the one before', () => {
    const { listeners, page } = feedFixture();
    const { say, socket } = page();
    say({ kind: 'follow', device: 2 });
    const old = listeners.get(2);
    say({ kind: 'follow', device: 3 });
    expect([...listeners.keys()]).toEqual([3]);
    old?.([started(2)], 0);
    expect(socket.of('steps')).toEqual([]);
  });

  it('is refused beyond the bound, and admitted again when another is let go', () => {
    const { listeners, page } = feedFixture(100);
    const pages = Array.from({ length: MOST_FOLLOWED + 1 }, () => page());
    pages.forEach(({ say }, i) => say({ kind: 'follow', device: i }));
    expect(listeners.size).toBe(MOST_FOLLOWED);
    const last = pages.at(-1)!;
    expect(last.socket.of('refused')[0]?.reason).toContain(`at most ${MOST_FOLLOWED}`);
    pages[0]?.say({ kind: 'follow', device: 99 });
    expect(listeners.has(99)).toBe(true);
    pages[1]?.leave();
    last.say({ kind: 'follow', device: MOST_FOLLOWED });
    expect(listeners.size).toBe(MOST_FOLLOWED);
    expect(listeners.has(MOST_FOLLOWED)).toBe(true);
  });

  it('shows of a very long session the end to who comes late, and how much is missing', () => {
    const { listeners, page } = feedFixture();
    page().say({ kind: 'follow', device: 0 });
    listeners.get(0)?.([started(0), ...Array<TraceEvent>(999).fill(ended)], 3);
    const late = page();
    late.say({ kind: 'follow', device: 0 });
    const [shown] = late.socket.of('steps');
    expect([shown?.steps.length, shown?.lost]).toEqual([400, 600]);
  });
});

describe('what a page says', () => {
  it.each([
    ['garbage', 'JSON'],
    ['"text"', 'inspect'],
    ['{"kind":"steer"}', 'inspect'],
    ['{"kind":"inspect","device":4}', 'from 0 to 3'],
    ['{"kind":"follow","device":-1}', 'inspect'],
    ['{"kind":"follow","device":1.5}', 'inspect'],
    ['{"kind":"follow","device":1e99}', 'inspect'],
    ['{"kind":"follow","device":1,"more":1}', 'inspect'],
    ['x'.repeat(5_000), 'at most 4096'],
    ['', 'JSON'],
  ])('is refused with the reason when it is wrong: %.30s', (text, reason) => {
    const { listeners, page } = feedFixture();
    const { say, socket } = page();
    say(text);
    expect(socket.of('refused')[0]?.reason).toContain(reason);
    expect(listeners.size).toBe(0);
  });

  it('ends its connection when it is far too much', async () => {
    const { clock, page } = feedFixture();
    const { say, socket } = page();
    for (let i = 0; i < 100; i++) say({ kind: 'inspect', device: 0 });
    await clock.advance(250);
    expect(socket.closed).toBeUndefined();
    for (let i = 0; i < 200; i++) say('x');
    expect(socket.closed).toBe(1_008);
    expect(socket.of('refused')).toHaveLength(100);
    expect(clock.timers).toBe(0);
  });
});

it('there is room for a number of pages and no more', () => {
  const { feed, page } = feedFixture();
  const pages = Array.from({ length: MOST_PAGES }, () => page());
  expect(feed.hasRoom).toBe(false);
  pages[0]?.leave();
  expect(feed.hasRoom).toBe(true);
  feed.close(1_000, 'over');
  expect(pages[1]?.socket.closed).toBe(1_000);
});
