/** ClientURI: `MOID "/" [MIID] "/" path ["?" query]` (TS 6.4, protocol.md section 5). */
import { fail, ok, type Result } from './fault.ts';
import { canonicalMoid } from './moid.ts';
import { withoutUserInformation } from './server-uri.ts';

/** A place in a ClientURI: a real name, every name (`*`), or an x-name `(x)` bound by `nv`. */
export type Segment =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'x'; readonly name: string };

/** `nv=(x)/<path>:<value>`: the node bound to x has a sub-node with that value. */
export interface NodeValue {
  readonly x: string;
  readonly path: readonly string[];
  readonly value: string;
}

export interface ClientUri {
  /** As delivered. */
  readonly text: string;
  /** With `urn:` in front, even where it was delivered without. */
  readonly moid: string;
  /** `undefined`: the MIID position is empty, the MO's only instance is meant. */
  readonly miid: Segment | undefined;
  /** Empty: the MO instance's root. */
  readonly path: readonly Segment[];
  readonly nodeValues: readonly NodeValue[];
  /** `cv=<validator>`. */
  readonly cacheValidator?: string;
}

/** What {@link formatClientUri} takes: a ClientUri itself, or parts in which a string is a real name. */
export interface ClientUriParts {
  readonly moid: string;
  readonly miid?: Segment | string | undefined;
  readonly path?: readonly (Segment | string)[];
  readonly nodeValues?: readonly NodeValue[];
  readonly cacheValidator?: string;
}

/** RFC 3986's characters of paths and queries; a ClientURI has no fragment. */
const CHARACTERS = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]*$/;
const ANY: Segment = { kind: 'any' };

/**
 * Reads a ClientURI in linear time; names and values are percent-decoded.
 * Liberal: the slash after the MIID may be missing, one slash at the end of the path is ignored, so are query
 * parameters other than `nv` and `cv`.
 * Faults, at `path`: `client_uri_characters`, `client_uri_moid`, `client_uri_path` (an empty segment, a broken
 * percent-encoding), `client_uri_query` (an `nv` that cannot be read or whose x-name stands nowhere).
 */
export function parseClientUri(text: string, path = 'ClientURI'): Result<ClientUri> {
  if (!CHARACTERS.test(text)) return refused('characters', path, text, 'a ClientURI of RFC 3986 characters');
  const question = text.indexOf('?');
  const end = question < 0 ? text.length : question;
  const firstSlash = text.indexOf('/');
  const moid = firstSlash < 0 || firstSlash > end ? undefined : canonicalMoid(text.slice(0, firstSlash));
  if (moid === undefined)
    return refused('moid', path, text, 'a ClientURI that begins with urn:oma:mo:<name>:<version>/');

  let at = text.indexOf('/', firstSlash + 1);
  if (at < 0 || at > end) at = end;
  const miid = readSegment(text.slice(firstSlash + 1, at));
  if (miid === undefined && (at === end || at > firstSlash + 1))
    return refused('path', path, text, 'a ClientURI with a MIID position: MOID/[MIID]/path');

  const segments: Segment[] = [];
  for (at++; at < end;) {
    const slash = text.indexOf('/', at);
    const segmentEnd = slash < 0 || slash > end ? end : slash;
    const segment = readSegment(text.slice(at, segmentEnd));
    if (segment === undefined)
      return refused('path', path, text, 'a ClientURI without empty segments or broken percent-encoding');
    segments.push(segment);
    at = segmentEnd + 1;
  }
  if (question < 0) return ok({ text, moid, miid, path: segments, nodeValues: [] });
  return withQuery({ text, moid, miid, path: segments, nodeValues: [] }, text.slice(question + 1), path);
}

/** Writes a ClientURI; a real name that looks like `*` or `(x)` is percent-encoded. */
export function formatClientUri(parts: ClientUriParts): string {
  let text = `${parts.moid}/${parts.miid === undefined ? '' : formatSegment(parts.miid)}/`;
  let separator = '';
  for (const segment of parts.path ?? []) {
    text += separator + formatSegment(segment);
    separator = '/';
  }
  separator = '?';
  for (const { x, path, value } of parts.nodeValues ?? []) {
    text += `${separator}nv=(${escape(x)})/${path.map(escapeName).join('/')}:${escape(value)}`;
    separator = '&';
  }
  if (parts.cacheValidator !== undefined) text += `${separator}cv=${escape(parts.cacheValidator)}`;
  return text;
}

function withQuery(uri: ClientUri, query: string, path: string): Result<ClientUri> {
  const nodeValues: NodeValue[] = [];
  let cacheValidator: string | undefined;
  const names = new Set<string>();
  if (uri.miid?.kind === 'x') names.add(uri.miid.name);
  for (const segment of uri.path) if (segment.kind === 'x') names.add(segment.name);
  for (const parameter of query.split('&')) {
    if (parameter.startsWith('cv=')) {
      cacheValidator = unescape(parameter.slice(3));
      if (cacheValidator === undefined) return refused('query', path, uri.text, 'cv=<validator>');
    } else if (parameter.startsWith('nv=')) {
      const nodeValue = readNodeValue(parameter.slice(3));
      if (nodeValue === undefined) return refused('query', path, uri.text, 'nv=(x)/<path>:<value>');
      if (!names.has(nodeValue.x))
        return refused('query', path, uri.text, 'an nv whose x-name stands in the ClientURI');
      nodeValues.push(nodeValue);
    }
  }
  return ok({ ...uri, nodeValues, ...(cacheValidator === undefined ? {} : { cacheValidator }) });
}

/** `(x)/<path>:<value>`; the first colon ends the path, so a name's own colon has to be percent-encoded. */
function readNodeValue(text: string): NodeValue | undefined {
  const closing = text.indexOf(')/');
  const colon = text.indexOf(':', closing);
  if (!text.startsWith('(') || closing < 2 || colon < 0) return undefined;
  const x = unescape(text.slice(1, closing));
  const value = unescape(text.slice(colon + 1));
  const path: string[] = [];
  for (const raw of text.slice(closing + 2, colon).split('/')) {
    const segment = readSegment(raw);
    if (segment?.kind !== 'name') return undefined;
    path.push(segment.name);
  }
  return x === undefined || value === undefined ? undefined : { x, path, value };
}

function readSegment(raw: string): Segment | undefined {
  if (raw === '') return undefined;
  if (raw === '*') return ANY;
  if (raw.length > 2 && raw.startsWith('(') && raw.endsWith(')')) {
    const name = unescape(raw.slice(1, -1));
    return name === undefined ? undefined : { kind: 'x', name };
  }
  const name = unescape(raw);
  return name === undefined ? undefined : { kind: 'name', name };
}

function formatSegment(segment: Segment | string): string {
  if (typeof segment === 'string') return escapeName(segment);
  switch (segment.kind) {
    case 'name':
      return escapeName(segment.name);
    case 'any':
      return '*';
    case 'x':
      return `(${escape(segment.name)})`;
    default:
      return segment satisfies never;
  }
}

function escapeName(name: string): string {
  if (name === '*') return '%2A';
  return name.startsWith('(') ? `%28${escape(name.slice(1))}` : escape(name);
}

function escape(text: string): string {
  // encodeURIComponent throws at lone surrogates; a name with one comes from data and must not end a session.
  return /^[\w.~-]*$/.test(text) ? text : encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'));
}

function unescape(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function refused(kind: string, path: string, text: string, expected: string): Result<ClientUri> {
  return fail(`client_uri_${kind}`, path, withoutUserInformation(text), expected);
}
