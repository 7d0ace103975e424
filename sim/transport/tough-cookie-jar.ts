/** The browser's cookie jar on Node: tough-cookie with the bounds that RFC 6265 (6.1) suggests. */
import { CookieJar as ToughCookieJar, type Cookie } from 'tough-cookie';
import { type CookieJar } from '../browser/cookie-jar.ts';

/** Set-Cookie headers taken from one response, and longest of them in characters; browsers drop more than that, too. */
const MAX_COOKIES_PER_RESPONSE = 50;
const MAX_COOKIE_LENGTH = 4_096;
/** Kept in one jar, as many as Chrome keeps for a domain. */
const MAX_COOKIES = 180;

/** A new, empty jar: one for each UI Session, or for each DM Session. */
export function createCookieJar(): CookieJar {
  // Most sessions see no cookie at all, and tough-cookie's store is not free.
  let jar: ToughCookieJar | undefined;
  const kept = new Set<string>();
  return {
    cookieHeader(uri) {
      if (jar === undefined) return '';
      try {
        return jar.getCookieStringSync(uri);
      } catch {
        return '';
      }
    },
    store(uri, setCookies) {
      const taken = Math.min(setCookies.length, MAX_COOKIES_PER_RESPONSE);
      for (let i = 0; i < taken; i++) {
        const setCookie = setCookies[i] ?? '';
        if (setCookie.length > MAX_COOKIE_LENGTH) continue;
        jar ??= new ToughCookieJar();
        try {
          const cookie = jar.setCookieSync(setCookie, uri, { ignoreError: true });
          if (cookie === undefined) continue;
          kept.add(`${cookie.domain ?? ''} ${cookie.path ?? ''} ${cookie.key}`);
          if (kept.size > MAX_COOKIES) removeCookie(jar, cookie, kept);
        } catch {
          // Not a cookie for this place: browsers say nothing either.
        }
      }
    },
  };
}

/** The newest goes: the older ones are what the session has been using. */
function removeCookie(jar: ToughCookieJar, { domain, path, key }: Cookie, kept: Set<string>): void {
  kept.delete(`${domain ?? ''} ${path ?? ''} ${key}`);
  jar.store.removeCookie(domain, path, key, () => undefined);
}
