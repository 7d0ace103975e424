import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { openPage, withRunData } from '../testing/browser.ts';
import { madeUpResult, madeUpSession } from '../testing/made-up-feed.ts';
import { complaintsAboutAccess } from '../testing/page-access-check.ts';
import { colours, connection, describePage, follow, overflow, PHONE } from './testing/page-kit.ts';

describePage('the look of the live page', (kit) => {
  it('shows a finished run from the data within it, from a file, without any connection', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dm-swarm-report-'));
    kit.clean.push(async () => rmSync(folder, { recursive: true }));
    const file = join(folder, 'report.html');
    const result = madeUpResult();
    writeFileSync(file, withRunData(kit.html, { ...result, run: { ...result.run, name: '</script><b>&' } }));
    for (const options of [{}, PHONE]) {
      const { page, complaints } = await openPage(kit.browser, options);
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
    const feed = await kit.feedOf({ devices: 100_000, devicesPerCell: 10 });
    const page = await kit.opened(feed, options);
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

  it.each([
    [390, 320],
    [844, 390],
    [1_280, 900],
    [1_280, 660],
    [1_640, 320],
  ])(
    'fits when its window goes from %i to %i pixels, and draws its charts as wide as they may be',
    async (wide, narrow) => {
      const feed = await kit.feedOf();
      const page = await kit.opened(feed, { viewport: { width: wide, height: 844 } });
      const drawn = (): Promise<readonly (readonly [number, number])[]> =>
        page
          .locator('.chart-stage')
          .evaluateAll((stages) =>
            stages.map(
              (stage) => [stage.clientWidth, stage.querySelector('canvas')?.clientWidth ?? 0] as const,
            ),
          );
      await expect.poll(async () => (await drawn()).every(([space, width]) => space === width)).toBe(true);
      const before = await drawn();
      for (const width of [narrow, wide]) {
        await page.setViewportSize({ width, height: 844 });
        await expect.poll(() => overflow(page)).toBe(0);
        await expect.poll(async () => (await drawn()).every(([space, chart]) => space === chart)).toBe(true);
      }
      expect(await drawn()).toEqual(before);
    },
  );

  it('writes the names of phases and limits beside the plots, where they hide nothing', async () => {
    const feed = await kit.feedOf();
    const { page, complaints } = await openPage(kit.browser);
    kit.clean.push(() => page.context().close());
    await page.addInitScript(() => {
      const written: { text: string; y: number; plot: string }[] = [];
      Object.assign(globalThis, { written });
      const canvas = CanvasRenderingContext2D.prototype;
      const write: (text: string, x: number, y: number) => void = Reflect.get(canvas, 'fillText');
      canvas.fillText = function (text: string, x: number, y: number): void {
        const over = this.canvas.parentElement?.querySelector<HTMLElement>('.u-over');
        written.push({ text, y, plot: over?.style.top ?? '' });
        Reflect.apply(write, this, [text, x, y]);
      };
    });
    await page.goto(feed.url);
    await connection(page, 'live');
    const written = (): Promise<readonly { text: string; y: number; plot: string }[]> =>
      page.evaluate('written');
    await expect
      .poll(async () => (await written()).filter(({ text }) => text === 'ramp').length)
      .toBeGreaterThan(7);
    for (const { text, y, plot } of await written()) {
      expect(text).not.toContain('limit');
      if (/^[a-z]/.test(text)) expect(y).toBeLessThan(parseFloat(plot));
    }
    const keys = page.locator('.chart', { hasText: 'event-loop delay' }).locator('.chart-keys li');
    expect(await keys.allTextContents()).toContain('limit 5 ms');
    expect(complaints).toEqual([]);
  });

  it('says of which moment the values in the legends of its charts are', async () => {
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
    const moments = page.locator('.chart-moment');
    expect(new Set(await moments.allTextContents())).toEqual(new Set(['']));
    await page.locator('.u-over').first().scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await page.locator('.u-over').first().boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await expect.poll(async () => [...new Set(await moments.allTextContents())]).toEqual(['at 0:15']);
    await page.mouse.move(1, 1);
    feed.finish();
    await expect.poll(async () => [...new Set(await moments.allTextContents())]).toEqual(['last']);
  });

  it('would be found out if text were faint or a control had no name', async () => {
    const page = await kit.opened(await kit.feedOf());
    await page.evaluate(() => {
      document.documentElement.style.setProperty('--text-faint', '#9aa5b0');
      document.getElementById('picker')?.append(document.createElement('button'));
    });
    const findings = (await complaintsAboutAccess(page)).join('\n');
    expect(findings).toContain('button. has no name');
    expect(findings).toMatch(/p#fleet-note has contrast 2\.\d\d/);
  });

  it('turns dark with the system while it runs', async () => {
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
    feed.set(0, 'failed');
    await page.emulateMedia({ colorScheme: 'dark' });
    const isDark = async (): Promise<boolean> => {
      const { cell, state } = await colours(page, 'failed');
      return cell === state && state === '240,56,61';
    };
    await expect.poll(isDark).toBe(true);
  });
});
