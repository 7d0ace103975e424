/** What a peer did wrong, as a value: decoders return faults, they never throw. */

/** A fault of the other side: what was wrong, where it stood, what was found there and what belongs there. */
export interface Fault {
  /** Machine-readable kind of the fault, `lower_snake_case`, mostly behind the package's name; closed per decoder. */
  readonly code: string;
  /** Where: a JSON path such as `$.CMD[3][1]`, a byte offset such as `@17`, or a header name. */
  readonly path: string;
  /** What stood there, shortened to at most 80 characters. */
  readonly found: string;
  /** What was expected instead, in words. */
  readonly expected: string;
}

export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function fail<T = never>(code: string, path: string, found: unknown, expected: string): Result<T> {
  return { ok: false, fault: fault(code, path, found, expected) };
}

export function fault(code: string, path: string, found: unknown, expected: string): Fault {
  return { code, path, found: excerpt(found), expected };
}

/** One line for people: `path: expected …, found …`. */
export function describeFault({ path, found, expected }: Fault): string {
  return `${path}: expected ${expected}, found ${found}`;
}

/** A short printable rendering of anything a peer sent; never longer than 80 characters. */
export function excerpt(found: unknown): string {
  let text: string;
  if (typeof found === 'string') text = JSON.stringify(found.length > 80 ? found.slice(0, 80) : found);
  else if (Array.isArray(found)) text = `an array of ${found.length}`;
  else if (found === null || found === undefined) text = String(found);
  else if (typeof found === 'object') text = 'an object';
  else if (typeof found === 'number' || typeof found === 'boolean' || typeof found === 'bigint')
    text = String(found);
  else text = typeof found;
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
