/** MOID: the name of a kind of Management Object, `urn:oma:mo:<name>:<version>` (protocol.md section 5). */

/** At least three parts between colons, none empty: that also keeps `http://…` and the like out. */
const MOID = /^(?:urn:)?[A-Za-z0-9][A-Za-z0-9-]*(?::[A-Za-z0-9\-._~!$&'()*+,;=@%]+){2,}$/i;

/**
 * A MOID with its `urn:` in front, which some servers leave away as examples of TS do; other organisations' URNs are
 * MOIDs too. `undefined` for anything else.
 */
export function canonicalMoid(text: string): string | undefined {
  if (!MOID.test(text)) return undefined;
  if (text.startsWith('urn:')) return text;
  return /^urn:/i.test(text) ? `urn:${text.slice(4)}` : `urn:${text}`;
}
