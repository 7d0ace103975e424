/** Values that a device reported: found in the management data of a Package#3's GET. */
import { type ClientUri, parseClientUri } from '../protocol/client-uri.ts';
import { type MoData, type MoSerialization } from '../protocol/mo.ts';

/** Values are compared and kept up to this length; longer ones are cut. */
const LONGEST_VALUE = 256;
/** Values found for one place: a device decides how much it reports. */
const MOST_VALUES = 64;

/**
 * The values of the leaves that a place of plain names means, in the order reported, as text.
 * An MIID in the place is held to; without one every instance counts. Devices may repeat the names above the aimed node
 * in the data or leave them out (protocol.md section 4), so it is the *end* of a leaf's path that is compared.
 */
export function reportedValues(data: readonly MoSerialization[], place: ClientUri): readonly string[] {
  const values: string[] = [];
  let names: readonly string[] | undefined;
  for (const { clientUri, moData } of data) {
    // Most data is of other MOs, and reading a ClientURI costs more than this look at it.
    if (!clientUri.startsWith(place.moid) && !place.moid.endsWith(clientUri.slice(0, clientUri.indexOf('/'))))
      continue;
    const base = parseClientUri(clientUri);
    if (!base.ok || base.value.moid !== place.moid || !sameInstance(base.value, place)) continue;
    const path: string[] = [];
    for (const segment of base.value.path) path.push(segment.kind === 'name' ? segment.name : '*');
    names ??= place.path.map((segment) => (segment.kind === 'name' ? segment.name : '*'));
    collect(moData, path, names, values);
  }
  return values;
}

function sameInstance(reported: ClientUri, place: ClientUri): boolean {
  if (place.miid?.kind !== 'name' || reported.miid?.kind !== 'name') return true;
  return place.miid.name === reported.miid.name;
}

/** Recursion is bounded by the depth that the Package#3 decoder lets through. */
function collect(data: MoData, path: string[], names: readonly string[], values: string[]): void {
  if (values.length >= MOST_VALUES) return;
  if (typeof data === 'object' && data !== null) {
    for (const [name, child] of Object.entries(data)) {
      path.push(name);
      collect(child, path, names, values);
      path.pop();
    }
  } else if (endsWith(path, names)) values.push(data === null ? '' : String(data).slice(0, LONGEST_VALUE));
}

function endsWith(path: readonly string[], names: readonly string[]): boolean {
  const from = path.length - names.length;
  return from >= 0 && names.every((name, i) => path[from + i] === name);
}
