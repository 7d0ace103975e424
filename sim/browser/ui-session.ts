/** The UI Session behind SHOW: a headless Web Browser Component and the user in front of it (CR 6.2 step 3a). */
import { essenceOf } from '../protocol/media-type.ts';
import { type CookieJar } from './cookie-jar.ts';
import { type Navigation } from './form-submission.ts';
import { type HtmlParser } from './html.ts';
import { parseMetaRefresh } from './meta-refresh.ts';
import { loadPage, type PageLoad } from './page-load.ts';
import { resolveLink, withoutFragment } from './reference.ts';
import { type BrowserEffect, type BrowserResult, type UiEnd } from './ui-effect.ts';
import { type UiUser } from './ui-user.ts';
import { intentionOn, type ShownPage } from './way.ts';

export interface UiSessionOptions {
  /** SHOW's ServerURI. */
  readonly uri: string;
  readonly user: UiUser;
  readonly html: HtmlParser;
  /** A fresh one for each UI Session. */
  readonly cookies: CookieJar;
  readonly limits?: UiLimits;
  readonly userAgent?: string;
  /** Told of every page that was opened, for a trace. */
  readonly onPage?: (visit: PageVisit) => void;
}

export interface UiLimits {
  /** Pages of one UI Session; a session that wants more is abandoned. */
  readonly maxPages: number;
  /** Redirects on the way to one page; one more and the page cannot be opened. */
  readonly maxRedirects: number;
  /** A page that refreshes itself later than this is taken to stand still. */
  readonly maxRefreshMs: number;
}

export interface PageVisit {
  readonly uri: string;
  readonly status: number;
  /** `''` for what is not HTML. */
  readonly title: string;
}

export const DEFAULT_UI_LIMITS: UiLimits = { maxPages: 50, maxRedirects: 10, maxRefreshMs: 30_000 };
const USER_AGENT = 'Mozilla/5.0 (compatible; dm-swarm) OMA-DM/2.0 WebBrowserComponent';

/**
 * Opens the page and goes on as the user decides, until
 * - `done`: a page offers nothing to go on with – no way on, no refresh; content that is not HTML, and 204, too;
 * - `abandoned`: the user leaves; a later page cannot be opened or is an error (status ≥ 400); the pages have no end;
 * - `timedOut`: an `idle` was resumed.
 * The bound is the driver's: it ends the generator with `return()`. The first page cannot be opened when it is an error,
 * gives no response, or redirects without end.
 */
export function* uiSession(options: UiSessionOptions): Generator<BrowserEffect, UiEnd, BrowserResult> {
  const limits = options.limits ?? DEFAULT_UI_LIMITS;
  const loading = {
    cookies: options.cookies,
    userAgent: options.userAgent ?? USER_AGENT,
    maxRedirects: limits.maxRedirects,
  };
  let load: PageLoad = yield* loadPage(loading, { method: 'GET', uri: withoutFragment(options.uri) });
  if (!load.ok) return { opened: false, status: 503, detail: load.detail };
  if (load.status >= 400)
    return { opened: false, status: load.status, detail: `the page's status is ${load.status}` };
  yield { kind: 'opened' };

  for (let pages = 1; ; pages++) {
    const shown = showPage(load, options.html);
    options.onPage?.({ uri: load.uri, status: load.status, title: shown?.page.title ?? '' });
    if (shown === undefined) return ended('done');
    const step = yield* userStep(shown, options.user, limits.maxRefreshMs);
    if (typeof step === 'string') return ended(step);
    if (pages === limits.maxPages) return ended('abandoned');
    if (step.leaves) {
      // The browser is closed on the submission's heels: it goes out, nobody sees what comes of it.
      yield* loadPage({ ...loading, maxRedirects: 0 }, step.navigation, shown.uri);
      return ended('abandoned');
    }
    load = yield* loadPage(loading, step.navigation, shown.uri);
    if (!load.ok || load.status >= 400) return ended('abandoned');
  }
}

function ended(outcome: 'done' | 'abandoned' | 'timedOut'): UiEnd {
  return { opened: true, outcome };
}

/** `undefined`: nothing that a user could act on. */
function showPage(load: PageLoad & { ok: true }, html: HtmlParser): ShownPage | undefined {
  const type = essenceOf(load.contentType);
  const isHtml =
    type === 'text/html' ||
    type === 'application/xhtml+xml' ||
    // Browsers sniff what has no type; a document begins like this.
    (type === '' && /^[\s\uFEFF]*</.test(load.body));
  if (!isHtml || load.body === '') return undefined;
  const page = html.parse(load.body);
  const base = page.base === undefined ? undefined : resolveLink(load.uri, page.base);
  return { page, uri: load.uri, baseUri: base ?? load.uri };
}

/** One page, one act of the user – or the page's own refresh, whichever comes first. */
function* userStep(
  shown: ShownPage,
  user: UiUser,
  maxRefreshMs: number,
): Generator<BrowserEffect, Step, BrowserResult> {
  const refresh = refreshOf(shown, maxRefreshMs);
  const intention = intentionOn(shown, user.decision);
  if (intention.kind === 'nothing' && refresh === undefined) return 'done';
  const acts = intention.kind !== 'nothing' && user.decision !== 'ignore';
  const thinkMs = acts ? user.thinkMs() : Number.POSITIVE_INFINITY;
  if (refresh !== undefined && refresh.delayMs < thinkMs) {
    yield* pause(refresh.delayMs);
    return { navigation: { method: 'GET', uri: refresh.uri }, leaves: false };
  }
  if (intention.kind === 'nothing' || !acts) {
    yield { kind: 'idle' };
    return 'timedOut';
  }
  yield* pause(thinkMs);
  if (intention.kind === 'leave') return 'abandoned';
  const leaves = user.decision === 'leave';
  if (leaves && intention.kind === 'follow') return 'abandoned';
  return { navigation: intention.navigation, leaves };
}

type Step = 'done' | 'abandoned' | 'timedOut' | { readonly navigation: Navigation; readonly leaves: boolean };

function* pause(ms: number): Generator<BrowserEffect, void, BrowserResult> {
  if (ms > 0) yield { kind: 'think', ms };
}

function refreshOf(
  { page, uri, baseUri }: ShownPage,
  maxRefreshMs: number,
): { uri: string; delayMs: number } | undefined {
  const refresh = page.refresh === undefined ? undefined : parseMetaRefresh(page.refresh);
  if (refresh === undefined || refresh.delayMs > maxRefreshMs) return undefined;
  const target = refresh.reference === undefined ? uri : resolveLink(baseUri, refresh.reference);
  return target === undefined ? undefined : { uri: target, delayMs: refresh.delayMs };
}
