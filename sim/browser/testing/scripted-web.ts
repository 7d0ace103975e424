/** A web server of a script's making, and a driver that runs UI Sessions against it in virtual time. */
import { type CookieJar } from '../cookie-jar.ts';
import { type HtmlParser } from '../html.ts';
import { type FetchEffect, type FetchResult, type UiEnd } from '../ui-effect.ts';
import { type UiDecision } from '../ui-user.ts';
import { uiSession, type PageVisit, type UiLimits } from '../ui-session.ts';
import { parse5Html } from '../../transport/parse5-html.ts';

export type Answer = (request: FetchEffect) => FetchResult;

export interface SessionRun {
  readonly end: UiEnd | 'timedOut';
  readonly fetches: readonly FetchEffect[];
  readonly visits: readonly PageVisit[];
  /** Kinds of all effects, in order. */
  readonly effects: readonly string[];
  readonly virtualMs: number;
}

export function page(body: string, extra: Partial<FetchResult & { ok: true }> = {}): FetchResult {
  return { ok: true, status: 200, contentType: 'text/html; charset=utf-8', setCookies: [], body, ...extra };
}

export function redirect(status: number, location: string, setCookies: readonly string[] = []): FetchResult {
  return { ok: true, status, contentType: '', location, setCookies, body: '' };
}

/** Answers by path and query; anything else is 404. */
export function site(pages: Readonly<Record<string, FetchResult | string>>): Answer {
  return ({ uri }) => {
    const found = pages[uri.replace(/^https?:\/\/[^/]+/, '')];
    if (found === undefined) return page('<h1>not here</h1>', { status: 404 });
    return typeof found === 'string' ? page(found) : found;
  };
}

/** Runs a UI Session to its end or to the bound, whichever comes first. */
export function run(
  answer: Answer,
  options: {
    readonly uri?: string;
    readonly decision?: UiDecision;
    readonly thinkMs?: number;
    readonly boundMs?: number;
    readonly limits?: UiLimits;
    readonly cookies?: CookieJar;
    readonly html?: HtmlParser;
  } = {},
): SessionRun {
  const fetches: FetchEffect[] = [];
  const visits: PageVisit[] = [];
  const effects: string[] = [];
  const boundMs = options.boundMs ?? 600_000;
  const thinkMs = options.thinkMs ?? 100;
  let virtualMs = 0;
  const session = uiSession({
    uri: options.uri ?? 'http://ui.example/start',
    user: { decision: options.decision ?? 'accept', thinkMs: () => thinkMs },
    html: options.html ?? parse5Html,
    cookies: options.cookies ?? { cookieHeader: () => '', store: () => undefined },
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    onPage: (visit) => visits.push(visit),
  });
  let result: FetchResult | undefined;
  for (;;) {
    const step = result === undefined ? session.next() : session.next(result);
    result = undefined;
    if (step.done === true) return { end: step.value, fetches, visits, effects, virtualMs };
    const effect = step.value;
    effects.push(effect.kind);
    if (effects.length > 10_000) throw new Error('the UI Session has no end');
    switch (effect.kind) {
      case 'fetch':
        fetches.push(effect);
        result = answer(effect);
        break;
      case 'opened':
        break;
      case 'think':
        virtualMs += effect.ms;
        break;
      case 'idle':
        virtualMs = boundMs;
        break;
      default:
        effect satisfies never;
    }
    if (virtualMs >= boundMs) {
      session.return({ opened: true, outcome: 'timedOut' });
      return { end: 'timedOut', fetches, visits, effects, virtualMs };
    }
  }
}
