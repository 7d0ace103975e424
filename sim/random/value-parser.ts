/** Readers of single values as people write them: whole numbers, shares, durations, words, lists, headers. */
import { fail, ok, type Result } from '../protocol/fault.ts';
import { type Distribution, parseDistribution } from './distribution.ts';
import { parseDuration } from './duration.ts';

/** Reads the text of one value; `path` names the flag, the variable or the file's key for the fault. */
export type ValueParser<T> = (text: string, path: string) => Result<T>;

/** A whole number between the bounds; `1e3` and `0x10` are refused like any other slip. */
export function integer(least: number, most: number): ValueParser<number> {
  return (text, path) => {
    const value = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return ok(value);
    return fail('integer_invalid', path, text, `a whole number from ${least} to ${most}`);
  };
}

/** `10%` or `0.1` → 0.1. */
export const share: ValueParser<number> = (text, path) => {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim());
  const value = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (value >= 0 && value <= 1) return ok(value);
  return fail('share_invalid', path, text, 'a share from 0% to 100%, such as 10%');
};

export const text: ValueParser<string> = (value, path) =>
  value.trim() === '' ? fail('text_empty', path, value, 'some text') : ok(value);

/** A run's name: it becomes a label of every metric, a word in file names and a heading. */
export const runName: ValueParser<string> = (value, path) =>
  /^[A-Za-z0-9._-]{1,64}$/.test(value)
    ? ok(value)
    : fail('run_name_invalid', path, value, '1 to 64 letters, digits, dots, underscores or hyphens');

/** What a run is called when nobody has named it: its start in UTC, such as `20261122T204443Z`. */
export function runNameAt(startedAt: Date): string {
  return `${startedAt.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

export function oneOf<const T extends string>(...words: readonly T[]): ValueParser<T> {
  return (value, path) => {
    const word = words.find((candidate) => candidate === value);
    return word === undefined ? fail('word_unknown', path, value, `one of ${words.join(', ')}`) : ok(word);
  };
}

/** A duration in ms, not below `leastMs`. */
export function duration(leastMs = 0): ValueParser<number> {
  return (value, path) => {
    const result = parseDuration(value, path);
    if (!result.ok || result.value >= leastMs) return result;
    return fail('duration_too_short', path, value, `a duration of at least ${leastMs}ms`);
  };
}

export const distribution: ValueParser<Distribution> = parseDistribution;

/** Reads a list separated by commas. */
export function listOf<T>(item: ValueParser<T>): ValueParser<readonly T[]> {
  return (value, path) => {
    const items: T[] = [];
    for (const part of value.split(',')) {
      const parsed = item(part.trim(), path);
      if (!parsed.ok) return parsed;
      items.push(parsed.value);
    }
    return ok(items);
  };
}

/** `Name: value`, a header sent with every package. */
export const header: ValueParser<readonly [name: string, value: string]> = (value, path) => {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(value);
  const name = match?.[1]?.toLowerCase() ?? '';
  // What is no header may be a secret all the same.
  if (match === null)
    return {
      ok: false,
      fault: {
        code: 'header_invalid',
        path,
        found: 'a text that is none',
        expected: "a header as 'Name: value'",
      },
    };
  if (RESERVED_HEADERS.has(name))
    return fail('header_reserved', path, name, 'a header the DM protocol does not set itself');
  return ok([match[1] ?? '', (match[2] ?? '').trim()]);
};

const RESERVED_HEADERS = new Set([
  'content-type',
  'content-length',
  'accept',
  'omadm-devid',
  'host',
  'connection',
  'transfer-encoding',
  'upgrade',
  'expect',
]);
