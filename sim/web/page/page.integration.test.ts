import { expect, it } from 'vitest';
import { madeUpSession } from '../testing/made-up-feed.ts';
import { colours, countsOf, describePage, follow, legend } from './testing/page-kit.ts';

describePage('the live page', (kit) => {
  it('shows the run, every device, the verdict and the charts', async () => {
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
    expect(await page.title()).toBe('nightly · dm-swarm');
    expect(await page.locator('#run-facts').textContent()).toContain('campaign mixed · 5,000 devices');
    expect(await legend(page)).toEqual(countsOf(feed));
    const failed = page.locator('#legend [data-state=failed]');
    expect(await failed.getAttribute('title')).toContain('dormant until its next session');
    expect(await failed.textContent()).toContain('dormant until its next session');
    const busy = page.locator('.check', { hasText: 'event-loop utilization' });
    expect(await busy.getAttribute('title')).toContain('waiting for a CPU included');
    expect(await page.locator('.check[data-state=broken]').textContent()).toContain('protocol violations');
    expect(await page.locator('.chart canvas').count()).toBe(8);
    expect(await page.locator('#progress').textContent()).toContain('load, 0:30 left · 0:30 since the start');
  });

  it('draws what changes, in the colour of the legend', async () => {
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
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
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
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
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
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

  it('keeps the button of a session that of this session while others come and go', async () => {
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
    await follow(page, 7);
    for (let number = 0; number < 5; number++) feed.steps(7, madeUpSession(7, number));
    const tabs = page.locator('.session-tabs button');
    await expect.poll(() => tabs.count()).toBe(5);
    await tabs.nth(3).evaluate((button) => (button.id = 'wanted'));
    await tabs.nth(0).focus();
    feed.steps(7, madeUpSession(7, 5));
    feed.steps(7, madeUpSession(7, 6));
    await expect.poll(() => tabs.nth(1).getAttribute('id')).toBe('wanted');
    // The one that had the focus is gone; the focus is still in the list.
    expect(await tabs.nth(0).evaluate((button) => button === document.activeElement)).toBe(true);
    await page.locator('#wanted').click();
    await page.locator('.row', { hasText: 'Package#1' }).locator('summary').click();
    await page.locator('pre', { hasText: '"NOTIFICATION-ID": 3' }).waitFor();
  });

  it('takes what servers send for text, whatever it looks like', async () => {
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
    await follow(page, 7);
    const hostile = '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>';
    const show = { name: 'SHOW', serverUri: `http://127.0.0.1/${hostile}` } as const;
    feed.steps(7, [
      { atMs: 0, kind: 'session_started', device: 7, trigger: 'client' },
      {
        atMs: 1,
        kind: 'package_sent',
        package: 1,
        uri: hostile,
        headers: [[hostile, hostile]],
        body: hostile,
      },
      {
        atMs: 2,
        kind: 'package_answered',
        status: 200,
        headers: [[hostile, hostile]],
        body: `{"CMD":[["${hostile}"]]}`,
        turnaroundMs: 1,
      },
      { atMs: 3, kind: 'command_started', command: show },
      { atMs: 4, kind: 'page_shown', uri: hostile, status: 200, title: hostile },
      { atMs: 5, kind: 'violation', violation: { rule: 'package2.invalid_json', example: hostile } },
      { atMs: 6, kind: 'session_ended', outcome: 'aborted', reason: hostile, detail: hostile },
    ]);
    feed.tell({ kind: 'refused', reason: hostile });
    await page.locator('.row', { hasText: `“${hostile}”` }).waitFor();
    for (const body of await page.locator('.row summary').all()) await body.click();
    await page.locator('#banner', { hasText: hostile }).waitFor();
    expect(await page.locator('main img, #banner img, main script').count()).toBe(0);
    expect(await page.title()).toBe('nightly · dm-swarm');
  });

  it('pauses, clears and stops following', async () => {
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
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
    const feed = await kit.feedOf();
    const page = await kit.opened(feed);
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

  it('shows 100,000 devices in groups, of which one is picked', async () => {
    const feed = await kit.feedOf({ devices: 100_000, devicesPerCell: 10 });
    const page = await kit.opened(feed);
    expect(await page.locator('#fleet-note').textContent()).toContain('10 devices a cell');
    await page.locator('#map-cells').click({ position: { x: 1, y: 1 } });
    await page.getByLabel('Device of the chosen cell').selectOption('3');
    await expect.poll(() => feed.said.at(-1)).toEqual({ kind: 'inspect', device: 3 });
    await page.getByRole('button', { name: 'Follow', exact: true }).click();
    await expect.poll(() => feed.said).toContainEqual({ kind: 'follow', device: 3 });
  });
});
