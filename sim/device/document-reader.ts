/** Reads a document that someone wrote by hand (parsed YAML or JSON) member by member; the first fault found is kept. */
import { type Fault, fault, ok, type Result } from '../protocol/fault.ts';
import { type Distribution, NO_DELAY, parseDistribution } from '../random/distribution.ts';
import { parseDuration } from '../random/duration.ts';

export type Members = Readonly<Record<string, unknown>>;
const NO_MEMBERS: Members = {};

/**
 * Every method gives a value of the kind asked for; where the document has another one it notes a fault and gives a
 * stand-in, so that reading goes on in a straight line. {@link result} says at the end whether all was well.
 */
export class DocumentReader {
  private readonly code: string;
  private first: Fault | undefined;

  /** `code`: of the faults. */
  constructor(code: string) {
    this.code = code;
  }

  result<T>(value: T): Result<T> {
    return this.first === undefined ? ok(value) : { ok: false, fault: this.first };
  }

  refuse(path: string, found: unknown, expected: string): void {
    this.first ??= fault(this.code, path, found, expected);
  }

  /** Takes over the fault of another decoder. */
  take<T>(result: Result<T>, standIn: T): T {
    if (result.ok) return result.value;
    this.first ??= result.fault;
    return standIn;
  }

  /** An object whose members' names are all known. */
  members(value: unknown, path: string, names: readonly string[]): Members {
    const members = this.anyMembers(value, path);
    for (const name of Object.keys(members))
      if (!names.includes(name)) this.refuse(`${path}.${name}`, members[name], `one of ${names.join(', ')}`);
    return members;
  }

  /** An object whose members' names are data. */
  anyMembers(value: unknown, path: string): Members {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
    this.refuse(path, value, 'an object');
    return NO_MEMBERS;
  }

  list(value: unknown, path: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.refuse(path, value, 'a list');
    return [];
  }

  text(value: unknown, path: string): string {
    if (typeof value === 'string' && value !== '') return value;
    this.refuse(path, value, typeof value === 'number' ? 'text (put it into quotes)' : 'text');
    return '';
  }

  choice<T extends string>(value: unknown, path: string, choices: readonly T[], standIn: T): T {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) this.refuse(path, value, `one of ${choices.join(', ')}`);
    return found ?? standIn;
  }

  truth(value: unknown, path: string): boolean {
    if (typeof value !== 'boolean') this.refuse(path, value, 'true or false');
    return value === true;
  }

  /** A number within bounds, both included. */
  number(value: unknown, path: string, min: number, max = Number.MAX_VALUE): number {
    if (typeof value === 'number' && value >= min && value <= max) return value;
    const range = max === Number.MAX_VALUE ? `a number from ${min} on` : `a number from ${min} to ${max}`;
    this.refuse(path, value, range);
    return min;
  }

  distribution(value: unknown, path: string): Distribution {
    return this.take(parseDistribution(this.text(value, path), path), NO_DELAY);
  }

  /** In ms. */
  duration(value: unknown, path: string): number {
    return this.take(parseDuration(this.text(value, path), path), 0);
  }

  /** Weights by name, at least one of them positive. */
  weights(value: unknown, path: string): readonly (readonly [name: string, weight: number])[] {
    const weights = Object.entries(this.anyMembers(value, path)).map(
      ([name, weight]) => [name, this.number(weight, `${path}.${name}`, 0)] as const,
    );
    if (!weights.some(([, weight]) => weight > 0)) this.refuse(path, value, 'at least one weight above 0');
    return weights;
  }
}
