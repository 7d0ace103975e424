/** A headless Chromium for tests of the page, and the page bundled as users get it. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Nothing of what it does by itself: no first run, no updates, no traffic. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);
/** Where every tool is to be had, a missing one is a failure and no reason to look away. */
export const isBrowserRequired = (process.env['CI'] ?? '') !== '';

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}

/** The page as the launcher bundles it. */
export async function bundledPage(): Promise<string> {
  const { bundlePage } = (await import(join(ROOT, 'scripts/page-bundle.mjs'))) as {
    readonly bundlePage: (root: string, file: string) => Promise<void>;
  };
  const folder = mkdtempSync(join(tmpdir(), 'dm-swarm-page-'));
  try {
    await bundlePage(ROOT, join(folder, 'page.html'));
    return readFileSync(join(folder, 'page.html'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The page with a finished run in it, as a report is written. */
export function withRunData(html: string, run: unknown): string {
  const data = JSON.stringify(run).replaceAll('<', '\\u003c');
  const [before = '', after = ''] = html.split('<!--data-->');
  return `${before}<script type="application/json" id="run-data">${data}</script>${after}`;
}

export interface WatchedPage {
  readonly page: Page;
  /** What the console said as error or warning, and what was thrown. */
  readonly complaints: readonly string[];
}

/** A page in a profile of its own. Failing to reach a swarm that is not there is no complaint. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    const isRefused = /WebSocket connection to .* failed/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isRefused) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, complaints };
}
