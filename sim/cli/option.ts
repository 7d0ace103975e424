/** Options as data: one table per command gives parsing, configuration file, defaults and help. */
import { describeFault, excerpt } from '../protocol/fault.ts';
import { type ValueParser } from '../random/value-parser.ts';
import { UsageError } from './exit-code.ts';

export interface Option {
  /** Kebab-case, without dashes; the same word is the key in a configuration file. */
  readonly name: string;
  /** How the value is named in the help; absent: a switch without value. */
  readonly metavar?: string;
  /** May be given several times (in a file: a list, or a mapping for `KEY=VALUE`). */
  readonly many?: boolean;
  /** The value taken when the flag stands without one. */
  readonly bare?: string;
  readonly group: string;
  readonly help: string;
  /** Not to be shown where a command line is repeated: the value, or of `Name: value` what follows the colon. */
  readonly secret?: 'value' | 'after-colon';
  /** The default as the user would type it, shown in the help. */
  readonly fallback?: string;
}

/** Values as text with the place each came from: `--devices`, or `fleet.yaml:3: devices`. */
export type Given = ReadonlyMap<string, readonly { readonly text: string; readonly from: string }[]>;

/** Typed access to what was given; every fault becomes a {@link UsageError} that names its place. */
export class OptionValues {
  private readonly options: ReadonlyMap<string, Option>;
  private readonly given: Given;

  constructor(options: readonly Option[], given: Given) {
    this.options = new Map(options.map((option) => [option.name, option]));
    this.given = given;
  }

  has(name: string): boolean {
    return this.given.has(this.known(name).name);
  }

  /** Where the value came from, for messages. */
  placeOf(name: string): string {
    return this.given.get(name)?.at(-1)?.from ?? `--${name}`;
  }

  isSet(name: string): boolean {
    const text = this.given.get(this.known(name).name)?.at(-1)?.text ?? 'false';
    if (text === 'true' || text === 'false') return text === 'true';
    throw new UsageError(`${this.placeOf(name)}: expected true or false, found ${excerpt(text)}`);
  }

  /** The last value given, else the option's default, else `undefined`. */
  optional<T>(name: string, parse: ValueParser<T>): T | undefined {
    const option = this.known(name);
    const last = this.given.get(name)?.at(-1);
    if (last === undefined && option.fallback === undefined) return undefined;
    return this.read(parse, last?.text ?? option.fallback ?? '', last?.from ?? `--${name}`);
  }

  /** As {@link optional}, for options with a default. */
  required<T>(name: string, parse: ValueParser<T>): T {
    const value = this.optional(name, parse);
    if (value === undefined) throw new UsageError(`--${name} is missing`);
    return value;
  }

  all<T>(name: string, parse: ValueParser<T>): readonly T[] {
    this.known(name);
    return (this.given.get(name) ?? []).map(({ text, from }) => this.read(parse, text, from));
  }

  private read<T>(parse: ValueParser<T>, text: string, from: string): T {
    const result = parse(text, from);
    if (result.ok) return result.value;
    throw new UsageError(describeFault(result.fault));
  }

  private known(name: string): Option {
    const option = this.options.get(name);
    if (option === undefined) throw new Error(`no option is called ${name}`);
    return option;
  }
}
