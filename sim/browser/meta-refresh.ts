/** `<meta http-equiv=refresh>`: a page that goes on by itself (HTML standard, "shared declarative refresh steps"). */

export interface MetaRefresh {
  readonly delayMs: number;
  /** Unresolved; `undefined`: the page itself. */
  readonly reference: string | undefined;
}

const DELAY = /^[\t\n\f\r ]*(\d+)?(?:\.[\d.]*)?/;
const TARGET = /^[\t\n\f\r ]*[;,]?[\t\n\f\r ]*(?:url[\t\n\f\r ]*=[\t\n\f\r ]*)?/i;

/** Reads the `content` attribute, e.g. `5; url=/next`; `undefined` when it asks for nothing. */
export function parseMetaRefresh(content: string): MetaRefresh | undefined {
  const delay = DELAY.exec(content)?.[0] ?? '';
  if (delay.trim() === '') return undefined;
  const rest = content.slice(delay.length);
  if (rest !== '' && !/^[\t\n\f\r ;,]/.test(rest)) return undefined;
  let reference = rest.slice(TARGET.exec(rest)?.[0].length ?? 0);
  const quote = reference.charAt(0);
  if (quote === '"' || quote === "'") {
    const end = reference.indexOf(quote, 1);
    reference = reference.slice(1, end < 0 ? undefined : end);
  }
  const delayMs = Number.parseInt(delay.trim(), 10) * 1_000;
  // `.5` is half a second that the standard rounds down to none.
  return {
    delayMs: Number.isFinite(delayMs) ? delayMs : 0,
    reference: reference === '' ? undefined : reference,
  };
}
