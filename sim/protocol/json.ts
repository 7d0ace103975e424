/** JSON as a peer sends it: bounded in depth, told apart by shape. */
import { fail, ok, type Result } from './fault.ts';
import { withoutUserInformation } from './server-uri.ts';

/** An object of unknown members. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Nesting that readers take unless told otherwise. */
export const DEFAULT_MAX_DEPTH = 64;
/** What our own recursion over parsed data stands in every engine, whatever a caller asks for. */
const DEEPEST = 1_000;

/**
 * Parses a text of at most `maxDepth` nested arrays and objects (never more than 1,000); a byte order mark is skipped.
 * Faults: `<prefix>.too_deep`, `<prefix>.invalid_json`.
 */
export function parseJson(text: string, prefix: string, maxDepth: number): Result<unknown> {
  const bound = Math.min(maxDepth, DEEPEST);
  if (exceedsDepth(text, bound))
    return fail(`${prefix}.too_deep`, '$', `more than ${bound} levels`, `at most ${bound} nested levels`);
  try {
    return ok(JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text));
  } catch (error) {
    // Engines word the position differently or not at all; without it the beginning is shown.
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const at = position === undefined ? 0 : Number(position);
    const found = withoutUserInformation(text.slice(Math.max(0, at - 20), at + 60));
    return fail(`${prefix}.invalid_json`, position === undefined ? '$' : `@${position}`, found, 'JSON');
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

export function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

/**
 * Reads an optional member that must be a string; `null` counts as absent.
 * Fault: `code` at `<path>.<member>`.
 */
export function optionalString(
  object: JsonObject,
  member: string,
  path: string,
  code: string,
): Result<string | undefined> {
  const value = object[member];
  if (value === undefined || value === null) return ABSENT;
  return typeof value === 'string' ? ok(value) : fail(code, `${path}.${member}`, value, 'a string');
}

const ABSENT: Result<undefined> = ok(undefined);

/** One scan before parsing, so that deep input is never built. */
function exceedsDepth(text: string, maxDepth: number): boolean {
  // Every level needs two characters.
  if (text.length <= 2 * maxDepth) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) i = endOfString(text, i);
    else if (code === OPENING_BRACKET || code === OPENING_BRACE) {
      if (++depth > maxDepth) return true;
    } else if (code === CLOSING_BRACKET || code === CLOSING_BRACE) depth--;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Index of the quote that closes the string begun at `start`, or the text's length. */
function endOfString(text: string, start: number): number {
  // Most of a package is strings, and indexOf is many times faster than a look at each character.
  for (let end = start; ;) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
    let first = end;
    while (text.charCodeAt(first - 1) === BACKSLASH) first--;
    if ((end - first) % 2 === 0) return end;
  }
}
