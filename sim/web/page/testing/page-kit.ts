/** What tests of the page in a real browser begin with: a browser, the bundled page, feeds, and ways to read what is shown. */
import { type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { DEVICE_STATES, type DeviceState } from '../../../metrics/recorder.ts';
import {
  bundledPage,
  hasChromium,
  isBrowserRequired,
  launchBrowser,
  openPage,
} from '../../testing/browser.ts';
import { FakeFeed, type FakeFeedOptions } from '../../testing/fake-feed.ts';

export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true } as const;

export class PageKit {
  browser!: Browser;
  html!: string;
  /** Undone after each test, the last one first. */
  readonly clean: (() => Promise<void>)[] = [];

  async feedOf(options: Partial<FakeFeedOptions> = {}): Promise<FakeFeed> {
    const feed = await FakeFeed.start({ html: this.html, devices: 5_000, seconds: 30, ...options });
    this.clean.push(() => feed.close());
    return feed;
  }

  /** Opened and live; at the end of the test nothing may have been complained of. */
  async opened(feed: { readonly url: string }, options: BrowserContextOptions = {}): Promise<Page> {
    const { page, complaints } = await openPage(this.browser, options);
    this.clean.push(async () => {
      await page.context().close();
      expect(complaints).toEqual([]);
    });
    await page.goto(feed.url);
    await connection(page, 'live');
    await hasLegend(page);
    return page;
  }
}

/** Tests that need a browser: skipped by name where there is none, failing where there must be one. */
export function describePage(name: string, tests: (kit: PageKit) => void): void {
  const why = hasChromium ? '' : ' (chromium is not installed: Debian has it in the package chromium)';
  describe.skipIf(!hasChromium && !isBrowserRequired)(`${name}${why}`, () => {
    const kit = new PageKit();
    beforeAll(async () => {
      [kit.browser, kit.html] = await Promise.all([launchBrowser(), bundledPage()]);
    });
    afterAll(() => kit.browser.close());
    afterEach(async () => {
      for (const step of kit.clean.splice(0).reverse()) await step();
    });
    tests(kit);
  });
}

/** Waits for what the page says of its connection. */
export const connection = (page: Page, text: string): Promise<void> =>
  page.locator('#connection', { hasText: text }).waitFor();

export async function hasLegend(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('#legend .count')?.textContent !== '');
}

/** What the legend says of each state. */
export async function legend(page: Page): Promise<Record<string, number>> {
  const counts = await page.locator('#legend .count').allTextContents();
  return Object.fromEntries(DEVICE_STATES.map((state, i) => [state, Number(counts[i]?.replaceAll(',', ''))]));
}

/** What it should say. */
export function countsOf(feed: FakeFeed): Record<string, number> {
  const count = (state: number): number => feed.cells.states.filter((other) => other === state).length;
  return Object.fromEntries(DEVICE_STATES.map((name, i) => [name, count(i)]));
}

/** Colours of the first cell of the map and of a state, as `r,g,b`. */
export async function colours(page: Page, state: DeviceState): Promise<{ cell: string; state: string }> {
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

/** Pixels that the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** By the form under the map. */
export async function follow(page: Page, device: number): Promise<void> {
  await page.getByRole('spinbutton', { name: 'Device' }).fill(String(device));
  await page.getByRole('button', { name: 'Follow', exact: true }).click();
  await page.locator('#followed').waitFor();
}
