/** Takes the pictures of the live page that the README shows: a real swarm, a real browser, nothing retouched. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Page } from 'playwright-core';
import { launchBrowser, openPage } from '../sim/web/testing/browser.ts';

const FOLDER = 'docs/images';
/** As the README says it; a longer think time leaves room for the browser on the machine. */
const RUN = [
  ...['--run', 'five-thousand', '--devices', '5000', '--ramp', '10s', '--duration', '100s', '--drain', '5s'],
  ...['--think-time', 'exp(mean=12s)', '--push', '10%', '--metrics-port', '0', '--ui-port', '0'],
];
const LONGEST_MS = 180_000;
const WIDE = { viewport: { width: 1_280, height: 1_000 } };
/** Higher than a phone's screen: what one sees after a little scrolling. */
const PHONE = { viewport: { width: 390, height: 1_150 }, deviceScaleFactor: 1.5 };

/** `npm run screenshots [-- OPTIONS OF THE SWARM]`: options given win. */
export async function main(
  _command: string,
  argv: readonly string[],
  { root }: { root: string },
): Promise<void> {
  mkdirSync(join(root, FOLDER), { recursive: true });
  const swarm = spawn(process.execPath, [join(root, 'scripts/run.mjs'), 'swarm', ...RUN, ...argv], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const timeout = setTimeout(() => swarm.kill('SIGKILL'), LONGEST_MS);
  try {
    await takePictures(await pageUrl(swarm.stdout), (name) => join(root, FOLDER, name));
  } finally {
    clearTimeout(timeout);
    swarm.kill('SIGINT');
  }
}

async function takePictures(url: string, file: (name: string) => string): Promise<void> {
  const browser = await launchBrowser();
  try {
    const { page } = await openPage(browser, WIDE);
    await page.goto(url);
    // By then all devices have come and the charts have something to show.
    await page.locator('#progress', { hasText: /^load, 0:5\d left/ }).waitFor({ timeout: 120_000 });
    await lookAt(page, 0.42, 0.3);
    await page.screenshot({ path: file('live-page.png'), fullPage: true });
    await page.context().close();
    // One page at a time: a browser costs more than the swarm.
    const { page: dark } = await openPage(browser, { ...WIDE, colorScheme: 'dark' });
    await dark.goto(url);
    await lookAt(dark, 0.2, 0.45);
    await dark.screenshot({ path: file('live-page-dark.png'), fullPage: true });
    await dark.context().close();
    const { page: phone } = await openPage(browser, PHONE);
    await phone.goto(url);
    await phone.locator('#legend .count', { hasText: /\d/ }).first().waitFor();
    await phone.screenshot({ path: file('live-page-phone.png') });
    await phone.context().close();
    const { page: device } = await openPage(browser, WIDE);
    await device.goto(url);
    await followWholeSession(device);
    await device.locator('#followed').screenshot({ path: file('device.png') });
  } finally {
    await browser.close();
  }
}

/** Puts the pointer on the map, at shares of its width and height, and waits for the device's facts. */
async function lookAt(page: Page, across: number, down: number): Promise<void> {
  const box = await page.locator('#map-cells').boundingBox();
  if (box === null) throw new Error('the map is not to be seen');
  await page.mouse.move(box.x + box.width * across, box.y + box.height * down);
  await page.locator('.tip-state').waitFor();
}

/** Follows one device after the other until a session with a page or a transfer was seen from its beginning. */
async function followWholeSession(page: Page): Promise<void> {
  const session = page
    .locator('.session[data-state=good]', { has: page.locator('[data-step="1"]') })
    .filter({ has: page.locator('[data-step="3a"], [data-step="3b"], [data-step="3c"]') });
  for (let device = 40; device < 46; device++) {
    await page.getByRole('spinbutton', { name: 'Device' }).fill(String(device));
    await page.getByRole('button', { name: 'Follow', exact: true }).click();
    const isSeen = await session.waitFor({ timeout: 9_000 }).then(
      () => true,
      () => false,
    );
    if (!isSeen) continue;
    await page.locator('.row', { hasText: 'Package#2' }).first().locator('summary').click();
    return;
  }
  throw new Error('no whole session was to be seen');
}

/** Where the swarm says its page is. */
function pageUrl(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const [, url] = /live page: (http:\S+)/.exec(text) ?? [];
      if (url !== undefined) resolve(url);
    });
    output.once('end', () => reject(new Error(`the swarm ended without a page:\n${text}`)));
  });
}
