/** References as web authors write them – blanks around them, line breaks within, backslashes – and where they lead. */
import { originOf, resolveReference } from '../protocol/server-uri.ts';

/**
 * The http(s) URI, without fragment, that a page's reference leads to, cleaned as browsers do (URL standard, 4.4);
 * `undefined` for all that leads elsewhere (`javascript:`, `mailto:`, an app's scheme) or nowhere.
 */
export function resolveLink(base: string, reference: string): string | undefined {
  const text = withoutBlanksAround(reference).replace(/[\t\n\r]/g, '');
  const pathEnd = text.search(/[?#]/);
  const path = pathEnd < 0 ? text : text.slice(0, pathEnd);
  const resolved = resolveReference(base, path.replaceAll('\\', '/') + text.slice(path.length));
  return resolved === undefined ? undefined : withoutFragment(resolved);
}

export function withoutFragment(uri: string): string {
  const hash = uri.indexOf('#');
  return hash < 0 ? uri : uri.slice(0, hash);
}

/** A reference to a place in the very page (`#`, `#top`), which is no navigation. */
export function isFragmentOnly(reference: string): boolean {
  return reference.trimStart().startsWith('#');
}

/**
 * The `Referer` that a browser sends by default (Referrer Policy, `strict-origin-when-cross-origin`): the whole URI to
 * the same origin, the origin alone to others, nothing from https to http; never fragment or user information.
 */
export function refererOf(from: string, to: string): string | undefined {
  const origin = originOf(from);
  if (origin === originOf(to)) {
    const afterAuthority = from.slice(from.indexOf('//') + 2).search(/[/?#]/);
    const rest = afterAuthority < 0 ? '/' : from.slice(from.indexOf('//') + 2 + afterAuthority);
    return withoutFragment(origin + (rest.startsWith('/') ? rest : `/${rest}`));
  }
  const downgrade = origin.startsWith('https:') && !originOf(to).startsWith('https:');
  return downgrade ? undefined : `${origin}/`;
}

/** C0 controls and spaces; counted by hand, since `[\0-\x20]+$` is quadratic over a long run of blanks. */
function withoutBlanksAround(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(start, end);
}
