import { type Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describePage } from './testing/page-kit.ts';

/** Tabs on until the map has the focus. */
async function toMap(page: Page): Promise<void> {
  for (let i = 0; i < 30 && !(await page.locator('#map:focus').count()); i++)
    await page.keyboard.press('Tab');
  await page.locator('#map-tip', { hasText: '#' }).waitFor();
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

const tipOf = (page: Page, device: number): Promise<void> =>
  page.locator('#map-tip', { hasText: new RegExp(`#${device}\\b`) }).waitFor();

describePage('the live page by keyboard', (kit) => {
  it('keeps the place on the map when the focus goes to the form and comes back', async () => {
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
    await toMap(page);
    await press(page, 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter');
    await expect.poll(() => feed.said).toContainEqual({ kind: 'follow', device: 3 });
    await tipOf(page, 3);
    await press(page, 'Tab');
    expect(await page.locator('#picker-number:focus').inputValue()).toBe('3');
    await tipOf(page, 3);
    await press(page, 'Shift+Tab', 'ArrowRight');
    await tipOf(page, 4);
    await press(page, 'Shift+Tab');
    await page.locator('#map-tip').waitFor({ state: 'hidden' });
    await press(page, 'Tab');
    await tipOf(page, 4);
    await press(page, 'Escape');
    await page.locator('#map-tip').waitFor({ state: 'hidden' });
    await press(page, 'ArrowLeft');
    await tipOf(page, 3);
    // Past the form the map is left.
    await press(page, 'Tab', 'Tab');
    expect(await page.locator('button:focus').textContent()).toBe('Follow');
    await tipOf(page, 3);
    await press(page, 'Tab');
    await page.locator('#map-tip').waitFor({ state: 'hidden' });
  });

  it('follows a device of a group: Enter leads to its list, Enter there follows', async () => {
    const feed = await kit.feedOf({ devices: 100_000, devicesPerCell: 10 });
    const page = await kit.opened(feed);
    expect(await page.locator('#map-help').textContent()).toContain('Enter there follows');
    await toMap(page);
    await press(page, 'ArrowRight', 'ArrowRight');
    await page.keyboard.down('Enter');
    // Held down: it repeats, on the list by now.
    await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    await page.locator('#picker-select:focus').waitFor();
    await tipOf(page, 20);
    await press(page, 'ArrowDown', 'ArrowDown', 'ArrowDown');
    await tipOf(page, 23);
    await expect.poll(() => feed.said.at(-1)).toEqual({ kind: 'inspect', device: 23 });
    expect(feed.said.map(({ kind }) => kind)).not.toContain('follow');
    await press(page, 'Enter');
    await expect
      .poll(() => feed.said.filter(({ kind }) => kind === 'follow'))
      .toEqual([{ kind: 'follow', device: 23 }]);
    await page.locator('#followed').waitFor();
    await press(page, 'Shift+Tab', 'Shift+Tab', 'ArrowRight');
    await tipOf(page, 30);
  });

  it('says of a map of single devices that Enter follows', async () => {
    const page = await kit.opened(await kit.feedOf());
    expect(await page.locator('#map-help').textContent()).toBe(
      'Click a cell, or focus the map: arrow keys move, Enter follows, Escape leaves.',
    );
  });
});
