import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { startCommand } from '../../cli/testing/command.ts';
import { openPage } from '../testing/browser.ts';
import { describePage, follow, legend } from './testing/page-kit.ts';

const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=1</script>';

/** A DM server that shows every device a page and ends the session; all of its words are hostile. */
async function hostileServer(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      if (request.method === 'GET') {
        const escaped = HOSTILE.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
        response.setHeader('Content-Type', 'text/html');
        response.end(`<!doctype html><title>${escaped}</title><p>nothing to do here</p>`);
        return;
      }
      const page = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ui?${encodeURIComponent(HOSTILE)}`;
      response.setHeader('Content-Type', 'application/vnd.oma.dm.request+json');
      response.setHeader('X-Hostile', HOSTILE);
      response.end(JSON.stringify({ CMD: [['SHOW', page], [HOSTILE, HOSTILE], ['END']] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describePage('the live page of a real swarm', (kit) => {
  it('shows a real swarm: its devices, a session with bodies, and its result', async () => {
    const command = startCommand(
      'swarm',
      ...['--devices', '60', '--duration', '12s', '--ramp', '1s', '--drain', '5s'],
      ...['--think-time', '300ms', '--metrics-port', '0', '--ui-port', '0', '--ui-linger'],
    );
    kit.clean.push(async () => {
      command.process.kill('SIGINT');
      await command.finished;
    });
    const [, url = ''] = await command.printed(/live page: (http:\S+)/);
    const page = await kit.opened({ url });
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
    const { page: late, complaints } = await openPage(kit.browser);
    await late.goto(url);
    await late.locator('#result-title').waitFor();
    expect(await late.locator('#connection').textContent()).toBe('run has ended');
    expect(await legend(late)).toEqual(await legend(page));
    await late.context().close();
    expect(complaints).toEqual([]);
  });

  it('shows titles, commands and headers of a hostile server as the text they are', async () => {
    const server = await hostileServer();
    kit.clean.push(() => new Promise((resolve) => server.close(() => resolve())));
    const command = startCommand(
      'swarm',
      ...['--server', `http://127.0.0.1:${(server.address() as AddressInfo).port}/dm`],
      ...['--devices', '4', '--duration', '60s', '--ramp', '1s', '--drain', '1s', '--think-time', '300ms'],
      ...['--profile', 'smartphone', '--metrics-port', '0', '--ui-port', '0'],
    );
    kit.clean.push(async () => {
      command.process.kill('SIGINT');
      await command.finished;
    });
    const [, url = ''] = await command.printed(/live page: (http:\S+)/);
    const page = await kit.opened({ url });
    await follow(page, 1);
    await page
      .locator('.row', { hasText: `“${HOSTILE}”` })
      .first()
      .waitFor();
    await page.locator('.row summary').first().click();
    expect(await page.locator('main img, header img, #banner img, main script').count()).toBe(0);
    expect(await page.title()).toContain('dm-swarm');
  });
});
