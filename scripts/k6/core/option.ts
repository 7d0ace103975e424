/** Options by `-e NAME=value`: one table per script gives parsing, defaults and documentation. */
import { describeFault, fail, ok, type Result } from '../../../sim/protocol/fault.ts';
import { type ValueParser } from '../../../sim/random/value-parser.ts';

export interface ScriptOption<T> {
  readonly parse: ValueParser<T>;
  /** As the user would type it; absent: there is none, see {@link absent}. */
  readonly fallback?: string;
  /** What its value is when it was not given and has no default. */
  readonly absent: 'required' | 'undefined';
  readonly help: string;
}

export type OptionTable = Readonly<Record<string, ScriptOption<unknown>>>;

/** The values of a table's options by their names. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Name in keyof Table]: Table[Name] extends ScriptOption<infer T> ? T : never;
};

/** An option with a default. */
export function option<T>(fallback: string, parse: ValueParser<T>, help: string): ScriptOption<T> {
  return { parse, fallback, absent: 'required', help };
}

/** An option that must be given. */
export function required<T>(parse: ValueParser<T>, help: string): ScriptOption<T> {
  return { parse, absent: 'required', help };
}

/** An option that may be left out. */
export function optional<T>(parse: ValueParser<T>, help: string): ScriptOption<T | undefined> {
  return { parse, absent: 'undefined', help };
}

/** Reads all options of a table; an empty value counts as not given. The fault is the first one, in the table's order. */
export function readOptions<Table extends OptionTable>(
  table: Table,
  given: Readonly<Record<string, string | undefined>>,
): Result<OptionValues<Table>> {
  const values: Record<string, unknown> = {};
  for (const [name, { parse, fallback, absent, help }] of Object.entries(table)) {
    const found = given[name] ?? '';
    const text = found === '' ? fallback : found;
    if (text === undefined) {
      if (absent === 'required') return fail('option_missing', `-e ${name}`, undefined, help);
      values[name] = undefined;
      continue;
    }
    const value = parse(text, `-e ${name}`);
    if (!value.ok) return value;
    values[name] = value.value;
  }
  return ok(values as OptionValues<Table>);
}

/**
 * Names that were given and look as if an option of the table was meant: in other letters (`devices`, `think-time`) or
 * a letter off (`DEVICE`). Names that are options elsewhere, and those of the system's environment, are not told.
 */
export function likelySlips(
  table: OptionTable,
  given: Readonly<Record<string, string | undefined>>,
): readonly { readonly given: string; readonly meant: string }[] {
  const names = Object.keys(table);
  const slips: { readonly given: string; readonly meant: string }[] = [];
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const plain = name.toUpperCase().replaceAll('-', '_');
    const meant = names.find((known) => plain === known || (known.length > 5 && isOneLetterOff(name, known)));
    if (meant !== undefined) slips.push({ given: name, meant });
  }
  return slips;
}

/** One letter more, or one fewer. */
function isOneLetterOff(name: string, known: string): boolean {
  const [shorter, longer] = name.length < known.length ? [name, known] : [known, name];
  if (longer.length !== shorter.length + 1) return false;
  for (let i = 0; i < longer.length; i++)
    if (longer.slice(0, i) + longer.slice(i + 1) === shorter) return true;
  return false;
}

/** The line that ends a test before it has begun. */
export function usageLine(fault: Parameters<typeof describeFault>[0]): string {
  return fault.code === 'option_missing'
    ? `${fault.path} is missing: ${fault.expected}`
    : describeFault(fault);
}
