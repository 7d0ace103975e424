/** The cookies of one UI Session; a runtime brings the jar. */

/** Never throws, whatever a server sends; what is no cookie, or too much of it, is not kept. */
export interface CookieJar {
  /** The value of the `Cookie` header for a request to `uri`; `''`: none. */
  cookieHeader(uri: string): string;
  /** Takes the values of the `Set-Cookie` headers of a response from `uri`. */
  store(uri: string, setCookies: readonly string[]): void;
}
