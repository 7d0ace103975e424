/** Loading one page: redirects, cookies, and the headers a browser sends (CR 6.2 step 3.a.1). */
import { originOf } from '../protocol/server-uri.ts';
import { type CookieJar } from './cookie-jar.ts';
import { type Navigation } from './form-submission.ts';
import { refererOf, resolveLink } from './reference.ts';
import { type BrowserEffect, type BrowserResult } from './ui-effect.ts';

export interface PageLoadOptions {
  readonly cookies: CookieJar;
  readonly userAgent: string;
  /** Redirects followed for one page. */
  readonly maxRedirects: number;
}

export type PageLoad =
  | {
      readonly ok: true;
      /** After all redirects, without fragment. */
      readonly uri: string;
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
    }
  /** No response, or redirects without end or to somewhere a browser cannot go. */
  | { readonly ok: false; readonly detail: string };

const ACCEPT = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8';
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Navigates and follows redirects: 303 makes a GET of everything, 301 and 302 of a POST, 307 and 308 send the same
 * again (Fetch standard, "HTTP-redirect fetch"). A redirect without Location is a page like any other.
 * `referrer` is the page that the user comes from.
 */
export function* loadPage(
  options: PageLoadOptions,
  start: Navigation,
  referrer?: string,
): Generator<BrowserEffect, PageLoad, BrowserResult> {
  let navigation = start;
  for (let redirects = 0; ; redirects++) {
    const { uri } = navigation;
    const response = yield {
      kind: 'fetch',
      method: navigation.method,
      uri,
      headers: headersOf(navigation, options, referrer),
      ...(navigation.body === undefined ? {} : { body: navigation.body }),
    };
    if (response === undefined) throw new TypeError('a fetch effect is resumed with its result');
    if (!response.ok) return response;
    options.cookies.store(uri, response.setCookies);
    const { status, location } = response;
    if (!REDIRECTS.has(status) || location === undefined)
      return { ok: true, uri, status, contentType: response.contentType, body: response.body };
    if (redirects === options.maxRedirects) return failed(`more than ${options.maxRedirects} redirects`);
    const target = resolveLink(uri, location);
    if (target === undefined) return failed(`redirect ${status} to something that is no http or https URI`);
    const keeps = status > 303 || (status < 303 && navigation.method === 'GET');
    navigation = keeps ? { ...navigation, uri: target } : { method: 'GET', uri: target };
  }
}

function failed(detail: string): PageLoad {
  return { ok: false, detail };
}

function headersOf(
  { method, uri, contentType }: Navigation,
  { cookies, userAgent }: PageLoadOptions,
  referrer: string | undefined,
): Record<string, string> {
  const headers: Record<string, string> = { Accept: ACCEPT, 'User-Agent': userAgent };
  const cookie = cookies.cookieHeader(uri);
  if (cookie !== '') headers['Cookie'] = cookie;
  if (contentType !== undefined) headers['Content-Type'] = contentType;
  if (referrer !== undefined) {
    const referer = refererOf(referrer, uri);
    if (referer !== undefined) headers['Referer'] = referer;
    if (method === 'POST') headers['Origin'] = originOf(referrer);
  }
  return headers;
}
