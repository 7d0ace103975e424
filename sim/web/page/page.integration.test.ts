import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startCommand } from '../../cli/testing/command.ts';
import { DEVICE_STATES, type DeviceState } from '../../metrics/recorder.ts';
import { bundledPage, hasChromium, launchBrowser, openPage, withRunData } from '../testing/browser.ts';
import { FakeFeed, type FakeFeedOptions } from '../testing/fake-feed.ts';
import { madeUpResult, madeUpSession } from '../testing/made-up-feed.ts';
import { complaintsAboutAccess } from '../testing/page-access-check.ts';

// Where every tool is to be had, a missing one is a failure and no reason to look away.
const required = (process.env['CI'] ?? '') !== '';
const why = hasChromium ? '' : ' (chromium is not installed: Debian has it in the package chromium)';
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true } as const;

let browser: Browser;
let html: string;
const clean: (() => Promise<void>)[] = [];

async function feedOf(options: Partial<FakeFeedOptions> = {}): Promise<FakeFeed> {
  const feed = await FakeFeed.start({ html, devices: 5_000, seconds: 30, ...options });
  clean.push(() => feed.close());
  return feed;
}

/** Opened and live; at the end of the test nothing may have been complained of. */
async function opened(feed: { readonly url: string }, options: BrowserContextOptions = {}): Promise<Page> {
  const { page, complaints } = await openPage(browser, options);
  clean.push(async () => {
    await page.context().close();
    expect(complaints).toEqual([]);
  });
  await page.goto(feed.url);
  await connection(page, 'live');
  await page.waitForFunction(() => document.querySelector('#legend .count')?.textContent !== '');
  return page;
}

const connection = (page: Page, text: string): Promise<void> =>
  page.locator('#connection', { hasText: text }).waitFor();

/** What the legend says of each state. */
async function legend(page: Page): Promise<Record<string, number>> {
  const counts = await page.locator('#legend .count').allTextContents();
  return Object.fromEntries(DEVICE_STATES.map((state, i) => [state, Number(counts[i]?.replaceAll(',', ''))]));
}

function countsOf(feed: FakeFeed): Record<string, number> {
  const count = (state: number): number => feed.cells.states.filter((other) => other === state).length;
  return Object.fromEntries(DEVICE_STATES.map((name, i) => [name, count(i)]));
}

/** Colours of the first cell of the map and of a state, as `r,g,b`. */
async function colours(page: Page, state: DeviceState): Promise<{ cell: string; state: string }> {
  return page.evaluate((name) => {
    const cells = document.querySelector('canvas');
    const copy = new OffscreenCanvas(1, 1).getContext('2d');
    if (cells !== null) copy?.drawImage(cells, 0, 0, 1, 1, 0, 0, 1, 1);
    const pixel = copy?.getImageData(0, 0, 1, 1).data ?? [];
    const hex = getComputedStyle(document.documentElement).getPropertyValue(`--state-${name}`).trim();
    const channels = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
    return { cell: [...pixel].slice(0, 3).join(','), state: channels.join(',') };
  }, state);
}

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

async function follow(page: Page, device: number): Promise<void> {
  await page.getByRole('spinbutton', { name: 'Device' }).fill(String(device));
  await page.getByRole('button', { name: 'Follow', exact: true }).click();
  await page.locator('#followed').waitFor();
}

describe.skipIf(!hasChromium && !required)(`the live page${why}`, () => {
  beforeAll(async () => {
    [browser, html] = await Promise.all([launchBrowser(), bundledPage()]);
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const step of clean.splice(0).reverse()) await step();
  });

  it('shows the run, every device, the verdict and the charts', async () => {
    const feed = await feedOf();
    const page = await opened(feed);
    expect(await page.title()).toBe('nightly · dm-swarm');
    expect(await page.locator('#run-facts').textContent()).toContain('campaign mixed · 5,000 devices');
    expect(await legend(page)).toEqual(countsOf(feed));
    expect(await page.locator('.check[data-state=broken]').textContent()).toContain('protocol violations');
    expect(await page.locator('.chart canvas').count()).toBe(8);
    expect(await page.locator('#progress').textContent()).toContain('load, 0:30 left · 0:30 since the start');
  });

  it('draws what changes, in the colour of the legend', async () => {
    const feed = await feedOf();
    const page = await opened(feed);
    for (const state of ['failed', 'executing', 'finished'] as const) {
      feed.set(0, state);
      await expect.poll(() => legend(page)).toEqual(countsOf(feed));
      const { cell, state: wanted } = await colours(page, state);
      expect(cell).toBe(wanted);
    }
    feed.second();
    await page.locator('#progress', { hasText: '0:31 since' }).waitFor();
  });

  it('tells the facts of the device under the pointer, and asks for no other', async () => {
    const feed = await feedOf();
    const page = await opened(feed);
    const box = await page.locator('#map-cells').boundingBox();
    await page.mouse.move(box!.x + 2, box!.y + 2);
    await expect.poll(() => feed.said.at(-1)).toEqual({ kind: 'inspect', device: 0 });
    feed.set(0, 'executing');
    feed.tick();
    await page.locator('#map-tip', { hasText: 'IMEI:350000000000000' }).waitFor();
    expect(await page.locator('#map-tip').textContent()).toContain('last error: exchange_timeout');
    await page.mouse.move(5, 5);
    await page.locator('#map-tip').waitFor({ state: 'hidden' });
    await expect.poll(() => feed.said.at(-1)).toEqual({ kind: 'inspect', device: null });
  });

  it('follows a device that is clicked: steps, statuses, times and bodies of its session', async () => {
    const feed = await feedOf();
    const page = await opened(feed);
    await page.locator('#map-cells').click({ position: { x: 2, y: 2 } });
    await expect.poll(() => feed.said).toContainEqual({ kind: 'follow', device: 0 });
    feed.steps(0, madeUpSession(0, 41).slice(0, 7));
    await page.locator('.row[data-state=good]', { hasText: 'HGET' }).waitFor();
    feed.steps(0, madeUpSession(0, 41).slice(7));
    await page.locator('.ending', { hasText: 'Session completed.' }).waitFor();
    const steps = (await page.locator('.row .step').allTextContents()).filter((step) => step !== '');
    expect(steps).toEqual(['0', '1', '2', '3c', '3a', '4', '2', '3']);
    const first = page.locator('.row', { hasText: 'Package#1' });
    await first.locator('summary').click();
    await first.locator('pre', { hasText: '"NOTIFICATION-ID": 41' }).waitFor();
    // Whoever reads is left in peace: the next session is to be had by its button.
    feed.steps(0, madeUpSession(0, 42));
    await expect.poll(() => page.locator('.session-tabs button').count()).toBe(2);
    expect(await first.locator('details').getAttribute('open')).toBe('');
    await page.locator('.session-tabs button').last().click();
    await page.locator('.row', { hasText: 'Package#1' }).locator('summary').click();
    await page.locator('pre', { hasText: '"NOTIFICATION-ID": 42' }).waitFor();
  });

  it('pauses, clears and stops following', async () => {
    const feed = await feedOf();
    const page = await opened(feed);
    await follow(page, 7);
    await page.getByRole('button', { name: 'Pause' }).click();
    feed.steps(7, madeUpSession(7, 1), 3);
    feed.second();
    await page.locator('#progress', { hasText: '0:31 since' }).waitFor();
    expect(await page.locator('.row').count()).toBe(0);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.locator('.ending', { hasText: 'completed' }).waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => page.locator('.row').count()).toBe(0);
    await page.getByRole('button', { name: 'Stop following' }).click();
    await page.locator('#followed').waitFor({ state: 'hidden' });
    await expect.poll(() => feed.said).toContainEqual({ kind: 'follow', device: null });
  });

  it('is used by keyboard alone', async () => {
    const feed = await feedOf();
    const page = await opened(feed);
    for (let i = 0; i < 30 && !(await page.locator('#map:focus').count()); i++)
      await page.keyboard.press('Tab');
    await page.locator('#map-tip', { hasText: '#0' }).waitFor();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    const columns = Number(
      /, (\d+) a row/.exec((await page.locator('#fleet-note').textContent()) ?? '')?.[1],
    );
    const device = columns + 2;
    await page.locator('#map-tip', { hasText: `#${device}` }).waitFor();
    await expect.poll(() => feed.said.at(-1)).toEqual({ kind: 'inspect', device });
    feed.tick();
    await page.locator('#map-speech', { hasText: `Device ${device},` }).waitFor({ state: 'attached' });
    await page.keyboard.press('Enter');
    await expect.poll(() => feed.said).toContainEqual({ kind: 'follow', device });
    await page.keyboard.press('Escape');
    await page.locator('#map-tip').waitFor({ state: 'hidden' });
    feed.steps(device, madeUpSession(device, 5));
    await page.locator('.row summary').first().waitFor();
    for (let i = 0; i < 30 && !(await page.locator('.row summary:focus').count()); i++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('pre', { hasText: '"NOTIFICATION-ID": 5' }).waitFor();
  });

  it('says that the connection is lost, retries, and shows the right picture again', async () => {
    const feed = await feedOf();
    const page = await opened(feed);
    await follow(page, 7);
    const { port } = feed;
    await feed.close();
    await connection(page, 'connection lost – retrying');
    expect(await page.locator('#announcer').textContent()).toContain('Connection lost');
    const again = await feedOf({ port, seconds: 44 });
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

  it.each([
    ['a text that is no message', '{"kind":"sample"}'],
    ['a frame that fits no map', new Uint8Array([2, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255])],
    ['an empty frame', new Uint8Array()],
  ])('begins anew after %s', async (_, garbage) => {
    const feed = await feedOf();
    const page = await opened(feed);
    feed.send(garbage);
    await connection(page, 'connection lost');
    await connection(page, 'live');
    feed.set(0, 'failed');
    await expect.poll(() => legend(page)).toEqual(countsOf(feed));
  });

  it('says what it was too slow for, and what the swarm refuses', async () => {
    const feed = await feedOf();
    const page = await opened(feed);
    await follow(page, 7);
    feed.steps(7, madeUpSession(7, 1).slice(0, 4));
    feed.steps(7, madeUpSession(7, 1).slice(9), 5);
    await page.locator('.row', { hasText: '5 steps lost' }).waitFor();
    feed.tell({ kind: 'dropped', frames: 12 });
    feed.tell({ kind: 'refused', reason: 'four devices are followed already' });
    await page.locator('#banner', { hasText: 'too slow for 12 frames' }).waitFor();
    expect(await page.locator('#banner').textContent()).toContain('four devices are followed already');
  });

  it('shows 100,000 devices in groups, of which one is picked', async () => {
    const feed = await feedOf({ devices: 100_000, devicesPerCell: 10 });
    const page = await opened(feed);
    expect(await page.locator('#fleet-note').textContent()).toContain('10 devices a cell');
    await page.locator('#map-cells').click({ position: { x: 1, y: 1 } });
    await page.getByLabel('Device of the chosen cell').selectOption('3');
    await expect.poll(() => feed.said.at(-1)).toEqual({ kind: 'inspect', device: 3 });
    await page.getByRole('button', { name: 'Follow', exact: true }).click();
    await expect.poll(() => feed.said).toContainEqual({ kind: 'follow', device: 3 });
  });

  it('becomes the report when the run ends, and tries nothing again', async () => {
    const feed = await feedOf();
    const page = await opened(feed);
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

  it('shows a finished run from the data within it, from a file, without any connection', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dm-swarm-report-'));
    clean.push(async () => rmSync(folder, { recursive: true }));
    const file = join(folder, 'report.html');
    const result = madeUpResult();
    writeFileSync(file, withRunData(html, { ...result, run: { ...result.run, name: '</script><b>&' } }));
    for (const options of [{}, PHONE]) {
      const { page, complaints } = await openPage(browser, options);
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('websocket', (socket) => requests.push(socket.url()));
      await page.goto(pathToFileURL(file).href);
      await connection(page, 'finished run');
      expect(await page.locator('#run-name').textContent()).toBe('</script><b>&');
      expect(await page.locator('#result-body').textContent()).toContain('400 of 400 sessions completed');
      expect(await page.getByRole('table', { name: 'Violations' }).textContent()).toContain(
        '$.CMD: an empty list',
      );
      expect(await page.locator('.settings').textContent()).toContain('npm run swarm -- --devices 5000');
      expect(await page.locator('#fleet').isVisible()).toBe(false);
      expect(await page.locator('.chart canvas').count()).toBe(8);
      expect(await overflow(page)).toBe(0);
      expect(await complaintsAboutAccess(page)).toEqual([]);
      expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });

  it.each([
    ['on a phone', PHONE],
    ['on a phone, dark', { ...PHONE, colorScheme: 'dark' }],
    ['at 1280 pixels, dark', { colorScheme: 'dark' }],
    ['at 1280 pixels, light, without motion', { reducedMotion: 'reduce' }],
  ] as const)('fits, is readable and has names for everything %s', async (_, options) => {
    const feed = await feedOf({ devices: 100_000, devicesPerCell: 10 });
    const page = await opened(feed, options);
    await follow(page, 7);
    feed.steps(7, madeUpSession(7, 1));
    feed.tell({ kind: 'refused', reason: 'no' });
    await page.locator('.row summary').first().click();
    await page.locator('.row pre').first().waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await complaintsAboutAccess(page)).toEqual([]);
    const dark = 'colorScheme' in options;
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground).toBe(dark ? 'rgb(15, 19, 23)' : 'rgb(252, 252, 251)');
    feed.set(0, 'waiting');
    await expect
      .poll(async () => (await colours(page, 'waiting')).cell)
      .toBe((await colours(page, 'waiting')).state);
    feed.finish();
    await page.locator('#result-title').waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await complaintsAboutAccess(page)).toEqual([]);
  });

  it('is right at once after minutes in the background, where nothing was drawn', async () => {
    const feed = await feedOf();
    const { page, complaints } = await openPage(browser);
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
    await page.waitForFunction(() => document.querySelector('#legend .count')?.textContent !== '');
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

  it('turns dark with the system while it runs', async () => {
    const feed = await feedOf();
    const page = await opened(feed);
    feed.set(0, 'failed');
    await page.emulateMedia({ colorScheme: 'dark' });
    const isDark = async (): Promise<boolean> => {
      const { cell, state } = await colours(page, 'failed');
      return cell === state && state === '240,56,61';
    };
    await expect.poll(isDark).toBe(true);
  });

  it('shows a real swarm: its devices, a session with bodies, and its result', async () => {
    const command = startCommand(
      'swarm',
      ...['--devices', '60', '--duration', '12s', '--ramp', '1s', '--drain', '5s'],
      ...['--think-time', '300ms', '--metrics-port', '0', '--ui-port', '0', '--ui-linger'],
    );
    clean.push(async () => {
      command.process.kill('SIGINT');
      await command.finished;
    });
    const [, url = ''] = await command.printed(/live page: (http:\S+)/);
    const page = await opened({ url });
    await follow(page, 3);
    // Following may have begun in the middle of the first session.
    await page.locator('.session-tabs [data-state=good]').nth(1).click();
    const steps = (await page.locator('.row .step').allTextContents()).filter((step) => /^[124]$/.test(step));
    expect(steps.slice(0, 3)).toEqual(['1', '2', '4']);
    expect(steps.at(-1)).toBe('2');
    const package2 = page.locator('.row', { hasText: 'Package#2' }).first();
    await package2.locator('summary').click();
    await package2.locator('pre', { hasText: '"CMD": [' }).waitFor();
    await expect
      .poll(async () => Object.values(await legend(page)).reduce((sum, count) => sum + count, 0))
      .toBe(60);
    await page.locator('#result-title').waitFor({ timeout: 60_000 });
    await expect.poll(() => legend(page)).toMatchObject({ waiting: 0, executing: 0 });
    expect(await page.locator('.check', { hasText: 'books' }).textContent()).toContain('passed');
    // The report stays for whoever comes later.
    const { page: late, complaints } = await openPage(browser);
    await late.goto(url);
    await late.locator('#result-title').waitFor();
    expect(await late.locator('#connection').textContent()).toBe('run has ended');
    expect(await legend(late)).toEqual(await legend(page));
    await late.context().close();
    expect(complaints).toEqual([]);
  });
});
