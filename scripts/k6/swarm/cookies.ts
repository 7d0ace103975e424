/** Cookies in k6: its jar sends and keeps them by itself, below the browser. */
import http from 'k6/http';
import { type CookieJar } from '../../../sim/browser/cookie-jar.ts';

/** What the browser sees of a jar that k6 minds: requests carry that jar, so there is nothing for the browser to do. */
export const mindedByK6: CookieJar = { cookieHeader: () => '', store: () => undefined };

/** A new, empty jar for a DM Session or a UI Session. Only in a VU: k6 makes none while it initializes. */
export function newJar(): http.CookieJar {
  return new http.CookieJar();
}
