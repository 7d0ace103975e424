/** The browser's cookie jar on Node: tough-cookie with the bounds that RFC 6265 (6.1) suggests. */
import { CookieJar as ToughCookieJar } from 'tough-cookie';
import { type CookieJar } from '../browser/cookie-jar.ts';

/** Set-Cookie headers taken from one response, and longest of them in characters; browsers drop more than that, too. */
const MAX_COOKIES_PER_RESPONSE = 50;
const MAX_COOKIE_LENGTH = 4_096;
/** Stored in one jar's life: a session that sets more is not worth its memory. */
const MAX_COOKIES = 1_000;

/** A new, empty jar: one for each UI Session, or for each DM Session. */
export function createCookieJar(): CookieJar {
  // Most sessions see no cookie at all, and tough-cookie's store is not free.
  let jar: ToughCookieJar | undefined;
  let stored = 0;
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
      for (let i = 0; i < taken && stored < MAX_COOKIES; i++) {
        const setCookie = setCookies[i] ?? '';
        if (setCookie.length > MAX_COOKIE_LENGTH) continue;
        jar ??= new ToughCookieJar(undefined, { rejectPublicSuffixes: true });
        try {
          if (jar.setCookieSync(setCookie, uri, { ignoreError: true }) !== undefined) stored++;
        } catch {
          // Not a cookie for this place: browsers say nothing either.
        }
      }
    },
  };
}
