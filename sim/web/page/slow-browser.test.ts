import { describe, expect, it } from 'vitest';
import { type FeedMessage } from '../feed-message.ts';
import { MOST_BUFFERED } from '../page-connection.ts';
import { type FeedFixture, feedFixture } from '../testing/feed-fixture.ts';
import { madeUpResult } from '../testing/made-up-feed.ts';
import { RunStore } from './run-store.ts';

/** A page on the real feed, whose browser takes nothing as long as it is slow. */
function slowPage(fixture: FeedFixture) {
  const { socket } = fixture.page();
  const store = new RunStore(() => 0);
  let taken = 0;
  const takeAll = (): void => {
    for (const message of socket.messages.slice(taken)) store.take(message);
    taken = socket.messages.length;
  };
  takeAll();
  return {
    socket,
    store,
    takeAll,
    slow: () => void (socket.bufferedAmount = MOST_BUFFERED + 1),
    quick: async () => {
      socket.bufferedAmount = 0;
      await fixture.clock.advance(250);
      takeAll();
    },
  };
}

async function seconds(fixture: FeedFixture, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await fixture.second();
}

describe('the page in a slow browser', () => {
  it.each([5, 59, 60, 61, 300])(
    'after %i missed seconds has every sample and says what was left out',
    async (count) => {
      const fixture = feedFixture();
      const page = slowPage(fixture);
      page.store.take({ kind: 'refused', reason: 'told before' });
      page.slow();
      await seconds(fixture, count);
      await page.quick();
      expect(page.store.samples).toHaveLength(count);
      expect(page.store.dropped).toBe(count);
      expect(page.store.refusal).toBe('told before');
    },
  );

  it('on a new connection begins to count anew', async () => {
    const fixture = feedFixture();
    const page = slowPage(fixture);
    page.slow();
    await seconds(fixture, 3);
    await page.quick();
    expect(page.store.dropped).toBe(3);
    page.store.setConnection('lost');
    for (const message of fixture.page().socket.messages) page.store.take(message);
    expect(page.store.dropped).toBe(0);
  });

  it.each([3, 90])(
    'keeps the result of the run when it catches up after the end, %i samples late',
    async (count) => {
      const fixture = feedFixture();
      const page = slowPage(fixture);
      page.slow();
      await seconds(fixture, count);
      const result = madeUpResult(4, 90);
      fixture.feed.finish(result, fixture.run.totals());
      page.takeAll();
      fixture.recorder.deviceState(1, 'finished');
      await page.quick();
      const kinds = page.socket.messages.map(({ kind }: FeedMessage) => kind);
      expect(kinds).toEqual(['hello', 'finished', 'dropped']);
      expect(page.store.checks).toEqual(result.checks);
      expect(page.store.samples).toEqual(result.samples);
      expect(page.socket.states).toEqual([0, 7, 0, 0]);
    },
  );
});
