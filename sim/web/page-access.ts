/**
 * Who may see the live page. On loopback everybody on this machine, but no web page of somebody else: a foreign name that
 * resolves to 127.0.0.1 (DNS rebinding) is refused by the Host header, a foreign page's script by the Origin header.
 * Anywhere else, or when a token is set, only who has the token.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type IncomingHttpHeaders } from 'node:http';

export interface PageAccessOptions {
  /** The page is bound to an address of this machine alone. */
  readonly loopback: boolean;
  readonly token: string | undefined;
}

export interface Refusal {
  readonly status: 401 | 403;
  readonly reason: string;
}

/** With the port that the browser asked at: cookies are a host's, and there may be a swarm at another port of it. */
function cookieName({ host = '' }: IncomingHttpHeaders): string {
  return `dm_swarm_page_${/:(\d{1,5})$/.exec(host)?.[1] ?? 'default'}`;
}

/** Names and addresses that mean this machine, as in a Host header without its port. */
export function isLoopbackName(name: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|localhost|\[?::1\]?)$/i.test(name);
}

export class PageAccess {
  private readonly loopback: boolean;
  private readonly token: string | undefined;
  /** What the cookie holds: it opens this page and does not tell the token. */
  private readonly ticket: string;

  constructor({ loopback, token }: PageAccessOptions) {
    this.loopback = loopback;
    this.token = token;
    this.ticket = createHmac('sha256', token ?? '')
      .update('dm-swarm live page')
      .digest('base64url');
  }

  /** Why the sender of this request sees nothing; `undefined`: it is admitted. `url`: path and query. */
  refusalOf(headers: IncomingHttpHeaders, url: string): Refusal | undefined {
    return this.refusalOfPlace(headers) ?? this.refusalOfSecret(headers, url);
  }

  /** The `Set-Cookie` for who has come with the token in its URL, so that the URL need not be kept. */
  cookieFor(headers: IncomingHttpHeaders, url: string): string | undefined {
    const given = tokenIn(url);
    if (this.token === undefined || given === undefined || !sameText(given, this.token)) return undefined;
    return `${cookieName(headers)}=${this.ticket}; HttpOnly; SameSite=Strict; Path=/`;
  }

  private refusalOfPlace({ host = '', origin }: IncomingHttpHeaders): Refusal | undefined {
    if (this.loopback && !isLoopbackName(host.replace(/:\d+$/, '')))
      return { status: 403, reason: 'this page is for localhost alone: open it by 127.0.0.1 or localhost' };
    if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== host)
      return { status: 403, reason: 'this page is not for scripts of other pages' };
    return undefined;
  }

  private refusalOfSecret(headers: IncomingHttpHeaders, url: string): Refusal | undefined {
    if (this.token === undefined) return undefined;
    const given = tokenIn(url);
    if (given !== undefined && sameText(given, this.token)) return undefined;
    for (const pair of (headers.cookie ?? '').split(';')) {
      const [name = '', value = ''] = pair.trim().split('=', 2);
      if (name === cookieName(headers) && sameText(value, this.ticket)) return undefined;
    }
    return { status: 401, reason: 'this page needs its token: open /?token=…' };
  }
}

function tokenIn(url: string): string | undefined {
  const query = url.indexOf('?');
  return query < 0 ? undefined : (new URLSearchParams(url.slice(query)).get('token') ?? undefined);
}

/** Takes as long for a wrong text as for a right one. */
function sameText(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
