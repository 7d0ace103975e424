/** ServerURI: an absolute `http` or `https` URI, and references to it (RFC 3986). */
import { fail, ok, type Result } from './fault.ts';

export interface ServerUriParts {
  readonly scheme: 'http' | 'https';
  /** Host and port as written, user information included. */
  readonly authority: string;
  /** As written, without port and user information; an IPv6 address stands in brackets. */
  readonly host: string;
  /** As written, or the scheme's. */
  readonly port: number;
  /** As written; may be empty. */
  readonly path: string;
  /** Without the question mark. */
  readonly query?: string;
}

/**
 * Printable ASCII alone, a non-empty host of plain characters or an IP literal. The character classes exclude one
 * another's delimiters, so that a match takes linear time whatever is sent.
 */
const SERVER_URI =
  /^(https?):\/\/((?:[!-"$-.0->A-~]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=]+)(?::(\d{0,5}))?)(\/[!-"$->@-~]*)?(?:\?([!-"$-~]*))?(?:#[!-~]*)?$/i;
/** RFC 3986, appendix B: splits anything into scheme, authority, path, query, fragment. */
const REFERENCE = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#[\s\S]*)?$/;
/** What may not stand in a URI as it is; people and HTML write it nevertheless. */
const UNESCAPED = /[^!-~]|["<>\\^`{|}]|%(?![0-9A-Fa-f]{2})/gu;
/** A percent sign in a path that escapes nothing: not every HTTP client would send it. */
const STRAY_PERCENT = /%(?![0-9A-Fa-f]{2})/;
const DEFAULT_PORT = { http: 80, https: 443 } as const;

/**
 * Reads an absolute `http` or `https` URI of printable ASCII characters.
 * Fault: `server_uri_invalid`; what was found is shown without user information.
 */
export function parseServerUri(text: string, path = 'ServerURI'): Result<ServerUriParts> {
  const match = SERVER_URI.exec(text);
  // By index: taking an array apart by pattern costs more than the match.
  const authority = match?.[2];
  const host = match?.[3];
  const digits = match?.[4];
  const query = match?.[6];
  const secure = match?.[1]?.length === 5;
  const port =
    digits === undefined || digits === '' ? DEFAULT_PORT[secure ? 'https' : 'http'] : Number(digits);
  const uriPath = match?.[5] ?? '';
  const stray = uriPath.includes('%') && STRAY_PERCENT.test(uriPath);
  if (authority === undefined || host === undefined || port > 65_535 || stray)
    return fail('server_uri_invalid', path, withoutUserInformation(text), 'an absolute http or https URI');
  const scheme = secure ? 'https' : 'http';
  return query === undefined
    ? ok({ scheme, authority, host, port, path: uriPath })
    : ok({ scheme, authority, host, port, path: uriPath, query });
}

/**
 * The absolute URI that a reference means, seen from a base URI (RFC 3986, 5.2, strict); characters that may not stand
 * in a URI are percent-encoded first. `undefined` where the base or the result is no `http` or `https` URI, so for
 * `mailto:` and `javascript:` too. A fragment is kept.
 */
export function resolveReference(base: string, reference: string): string | undefined {
  const from = REFERENCE.exec(base);
  const to = REFERENCE.exec(reference.replace(UNESCAPED, percentEncode));
  if (from === null || to === null || !parseServerUri(base).ok) return undefined;
  const [, baseScheme = '', baseAuthority = '', basePath = '', baseQuery = ''] = from;
  const [, scheme, authority, path = '', query, fragment = ''] = to;
  let target: string;
  if (scheme !== undefined) {
    if (authority === undefined) return undefined;
    target = `${scheme}://${authority}${withoutDotSegments(path)}${query ?? ''}`;
  } else if (authority !== undefined) {
    target = `${baseScheme}://${authority}${withoutDotSegments(path)}${query ?? ''}`;
  } else {
    const start = `${baseScheme}://${baseAuthority}`;
    if (path === '') target = `${start}${basePath}${query ?? baseQuery}`;
    else if (path.startsWith('/')) target = `${start}${withoutDotSegments(path)}${query ?? ''}`;
    else {
      const merged = basePath === '' ? `/${path}` : basePath.slice(0, basePath.lastIndexOf('/') + 1) + path;
      target = `${start}${withoutDotSegments(merged)}${query ?? ''}`;
    }
  }
  target += fragment;
  return parseServerUri(target).ok ? target : undefined;
}

/**
 * `scheme://host:port` in lower case, the scheme's own port left out: equal for URIs that share connections.
 * @throws TypeError for a text that is no ServerURI.
 */
export function originOf(uri: string): string {
  const { scheme, host, port } = checked(uri);
  const origin = `${scheme}://${host.toLowerCase()}`;
  return port === DEFAULT_PORT[scheme] ? origin : `${origin}:${port}`;
}

/**
 * What stands in an HTTP request line: at least `/`, with the query, without the fragment.
 * @throws TypeError for a text that is no ServerURI.
 */
export function pathAndQueryOf(uri: string): string {
  const { path, query } = checked(uri);
  const start = path === '' ? '/' : path;
  return query === undefined ? start : `${start}?${query}`;
}

/** The same text without the user information of any URI in it: that may be a password. */
export function withoutUserInformation(text: string): string {
  return text.replace(/\/\/[^/?#@\s]*@/g, '//…@');
}

function checked(uri: string): ServerUriParts {
  const parts = parseServerUri(uri);
  if (!parts.ok) throw new TypeError(`not a ServerURI: ${parts.fault.found}`);
  return parts.value;
}

/** RFC 3986, 5.2.4. */
function withoutDotSegments(path: string): string {
  if (!path.includes('.')) return path;
  const absolute = path.startsWith('/');
  const segments = (absolute ? path.slice(1) : path).split('/');
  const kept: string[] = [];
  for (const [i, segment] of segments.entries()) {
    const dots = segment === '.' || segment === '..';
    if (segment === '..') kept.pop();
    if (!dots) kept.push(segment);
    else if (i === segments.length - 1) kept.push('');
  }
  return (absolute ? '/' : '') + kept.join('/');
}

function percentEncode(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code >= 0xd800 && code <= 0xdfff ? '%EF%BF%BD' : encodeURIComponent(character);
}
