/** Values with per-device parts: `{{devId}}`, `{{pick:a|b|c}}`, `{{number:1000-9999}}` …, resolved when they are read. */
import { fail, ok, type Result } from '../protocol/fault.ts';
import { type Random, randomInteger, randomStream } from '../random/random.ts';

/** Facts that a profile's values may name. */
export const PUBLIC_FACTS = ['devId', 'serial', 'index', 'bearer'] as const;
/** Facts of the account: only the standard MOs name them, for some are secrets. */
export const ACCOUNT_FACTS = ['serverId', 'serverUri', 'user', 'password', 'notificationSecret'] as const;
export type FactName = (typeof PUBLIC_FACTS)[number] | (typeof ACCOUNT_FACTS)[number];

/** What values are resolved from. */
export interface DeviceFacts {
  readonly seed: number;
  readonly index: number;
  /** Text of a fact; `''` where the device has none (no user name, say). */
  fact(name: FactName): string;
}

type ValuePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'fact'; readonly fact: FactName }
  | { readonly kind: 'pick'; readonly choices: readonly string[] }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'hex'; readonly digits: number };

export interface ValueTemplate {
  readonly parts: readonly ValuePart[];
}

const EXPECTED =
  'text with {{devId}}, {{serial}}, {{index}}, {{bearer}}, {{pick:a|b|c}}, {{number:1-99}} or {{hex:8}}';
const EXPRESSION = /\{\{(.*?)\}\}/g;

/** Reads a value; a text without any `{{` stays a string, so that the common case costs nothing when read. */
export function parseValue(
  text: string,
  path: string,
  facts: readonly FactName[] = PUBLIC_FACTS,
): Result<string | ValueTemplate> {
  if (!text.includes('{{')) return ok(text);
  const parts: ValuePart[] = [];
  let end = 0;
  for (const match of text.matchAll(EXPRESSION)) {
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index) });
    const part = parsePart(match[1] ?? '', facts);
    if (part === undefined) return fail('value_invalid', path, match[0], EXPECTED);
    parts.push(part);
    end = match.index + match[0].length;
  }
  if (text.includes('{{', end)) return fail('value_invalid', path, text.slice(end), EXPECTED);
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) });
  return ok({ parts });
}

function parsePart(expression: string, facts: readonly FactName[]): ValuePart | undefined {
  const fact = facts.find((name) => name === expression);
  if (fact !== undefined) return { kind: 'fact', fact };
  if (expression.startsWith('pick:')) return { kind: 'pick', choices: expression.slice(5).split('|') };
  const number = /^number:(\d{1,9})-(\d{1,9})$/.exec(expression);
  if (number !== null) {
    const min = Number(number[1]);
    const max = Number(number[2]);
    return min <= max ? { kind: 'number', min, max } : undefined;
  }
  const hex = /^hex:([1-9]|[1-5]\d|6[0-4])$/.exec(expression);
  return hex === null ? undefined : { kind: 'hex', digits: Number(hex[1]) };
}

/**
 * The value for one device. Random parts are drawn from a stream of their own per device and `salt` (the node's
 * address), so that a value is the same whenever and in whatever order it is read.
 */
export function resolveValue(template: ValueTemplate, device: DeviceFacts, salt: number): string {
  let random: Random | undefined;
  let text = '';
  for (const part of template.parts) {
    if (part.kind === 'text') text += part.text;
    else if (part.kind === 'fact') text += device.fact(part.fact);
    else {
      random ??= randomStream(device.seed, 'value', device.index, salt);
      text += drawPart(part, random);
    }
  }
  return text;
}

function drawPart(part: Exclude<ValuePart, { kind: 'text' | 'fact' }>, random: Random): string {
  switch (part.kind) {
    case 'pick':
      return part.choices[randomInteger(random, part.choices.length)] ?? '';
    case 'number':
      return String(part.min + randomInteger(random, part.max - part.min + 1));
    case 'hex': {
      let digits = '';
      for (let i = 0; i < part.digits; i++) digits += randomInteger(random, 16).toString(16);
      return digits;
    }
    default:
      return part satisfies never;
  }
}
