import { expect, it } from 'vitest';
import { DEVICE_STATES } from '../../metrics/recorder.ts';
import { FEED_FULL, FEED_LOCKED } from '../feed-message.ts';
import { openPage } from '../testing/browser.ts';
import { madeUpSession } from '../testing/made-up-feed.ts';
import { connection, countsOf, describePage, follow, hasLegend, legend } from './testing/page-kit.ts';

describePage('the live page and its feed', (kit) => {
  it('says that the connection is lost, retries, and shows the right picture again', async () => {
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
    await follow(page, 7);
    const { port } = feed;
    await feed.close();
    await connection(page, 'connection lost – retrying');
    expect(await page.locator('#announcer').textContent()).toContain('Connection lost');
    const again = await kit.feedOf({ port, seconds: 44 });
    again.cells.states.fill(DEVICE_STATES.indexOf('waiting'));
    await connection(page, 'live');
    again.set(0, 'failed');
    await expect.poll(() => legend(page)).toMatchObject({ waiting: 4_999, failed: 1, dormant: 0 });
    await page.locator('#progress', { hasText: '0:44 since' }).waitFor();
    await expect.poll(() => again.said).toContainEqual({ kind: 'follow', device: 7 });
    again.steps(7, madeUpSession(7, 1));
    await page.locator('.ending', { hasText: 'completed' }).waitFor();
    expect(await page.locator('#banner').isVisible()).toBe(false);
  });

  it('says it once when another run answers after a reconnect, and keeps nothing of the one before', async () => {
    const feed = await kit.feedOf({ devices: 300 });
    const page = await kit.opened(feed);
    await follow(page, 250);
    const { port } = feed;
    await feed.close();
    await connection(page, 'connection lost');
    const other = await kit.feedOf({ port, devices: 120, startedAtMs: 1_790_000_900_000, name: 'evening' });
    await connection(page, 'live');
    const sentence = 'This is another run than before: evening, 120 devices.';
    await page.locator('#banner', { hasText: sentence }).waitFor();
    expect(await page.locator('#announcer').textContent()).toContain(sentence);
    expect(await page.locator('#picker-number').inputValue()).toBe('');
    expect(await page.locator('#picker-number').getAttribute('max')).toBe('119');
    expect(await page.locator('#followed').isVisible()).toBe(false);
    await expect.poll(() => legend(page)).toEqual(countsOf(other));
    await follow(page, 119);
    await expect.poll(() => other.said).toContainEqual({ kind: 'follow', device: 119 });
  });

  it.each([
    [FEED_FULL, 'no room for another page – retrying', 'close one of them'],
    [FEED_LOCKED, 'token needed', 'The swarm needs its token again'],
  ])(
    'says why it is turned away with code %i, and shows the run as soon as it may',
    async (code, short, long) => {
      const feed = await kit.feedOf();
      feed.turnAway = code;
      const { page, complaints } = await openPage(kit.browser);
      await page.goto(feed.url);
      await connection(page, short);
      expect(await page.locator('#banner').textContent()).toContain(long);
      expect(await page.locator('#banner').textContent()).not.toContain('last picture');
      expect(await page.locator('#announcer').textContent()).not.toBe('');
      feed.turnAway = undefined;
      // What the browser does when the network or the tab comes back.
      await page.evaluate(() => dispatchEvent(new Event('online')));
      await connection(page, 'live');
      expect(await page.locator('#banner').isVisible()).toBe(false);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  it('says that it cannot reach the swarm as long as it never did', async () => {
    const { page } = await openPage(kit.browser);
    kit.clean.push(() => page.context().close());
    await page.route('http://127.0.0.1:9/', (route) =>
      route.fulfill({ contentType: 'text/html', body: kit.html }),
    );
    await page.goto('http://127.0.0.1:9/');
    await connection(page, 'cannot reach the swarm – retrying');
    expect(await page.locator('#banner').textContent()).toBe('Cannot reach the swarm – retrying.');
  });

  it.each([
    ['a text that is no message', '{"kind":"sample"}'],
    ['a frame that fits no map', new Uint8Array([2, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255])],
    ['an empty frame', new Uint8Array()],
  ])('begins anew after %s', async (_, garbage) => {
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
    feed.send(garbage);
    await connection(page, 'connection lost');
    await connection(page, 'live');
    feed.set(0, 'failed');
    await expect.poll(() => legend(page)).toEqual(countsOf(feed));
  });

  it('says what it was too slow for, and what the swarm refuses', async () => {
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
    await follow(page, 7);
    feed.steps(7, madeUpSession(7, 1).slice(0, 4));
    feed.steps(7, madeUpSession(7, 1).slice(9), 5);
    await page.locator('.row', { hasText: '5 steps lost' }).waitFor();
    feed.tell({ kind: 'dropped', frames: 12 });
    feed.tell({ kind: 'refused', reason: 'four devices are followed already' });
    await page.locator('#banner', { hasText: 'too slow for 12 frames' }).waitFor();
    expect(await page.locator('#banner').textContent()).toContain('four devices are followed already');
  });

  it('becomes the report when the run ends, and tries nothing again', async () => {
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
    await page.clock.install();
    feed.finish();
    await page.locator('#result-title', { hasText: 'Valid; 1 of 5 checks broken' }).waitFor();
    await connection(page, 'run has ended');
    let attempts = 0;
    page.on('websocket', () => attempts++);
    await feed.close();
    await page.clock.runFor(30_000);
    expect(attempts).toBe(0);
    expect(await page.locator('#connection').textContent()).toBe('run has ended');
    await page.getByRole('table', { name: 'Latency' }).waitFor();
  });

  it('is right at once after minutes in the background, where nothing was drawn', async () => {
    const feed = await kit.feedOf();
    const { page, complaints } = await openPage(kit.browser);
    // A hidden page gets no animation frames: they are held back here, and counted.
    await page.addInitScript(() => {
      const held: FrameRequestCallback[] = [];
      const state = Object.assign(globalThis, { held, isHidden: false });
      const draw = requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (callback) => (state.isHidden ? held.push(callback) : draw(callback));
    });
    const arrived = new Promise<void>((resolve) => {
      page.on('websocket', (socket) =>
        socket.on('framereceived', ({ payload }) => {
          if (payload.includes('"finished"')) resolve();
        }),
      );
    });
    await page.goto(feed.url);
    await hasLegend(page);
    await page.evaluate('isHidden = true');
    const before = await legend(page);
    for (let i = 0; i < 240; i++) feed.tick();
    for (let i = 0; i < 60; i++) feed.second();
    feed.set(0, 'finished');
    feed.finish();
    await arrived;
    await expect.poll(() => page.evaluate('held.length')).toBe(1);
    expect(await legend(page)).toEqual(before);
    await page.evaluate('isHidden = false; held[0](performance.now())');
    await expect.poll(() => legend(page)).toEqual(countsOf(feed));
    await page.locator('#result-title').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
