/** MO serialization: management data as JSON (protocol.md section 6). */
import { fail, ok, type Result } from './fault.ts';
import {
  DEFAULT_MAX_DEPTH,
  isArray,
  isJsonObject,
  optionalString,
  parseJson,
  type JsonObject,
} from './json.ts';

/** A leaf's value, or an interior node's children by name. */
export type MoData = string | number | boolean | null | { readonly [name: string]: MoData };

export interface MoSerialization {
  readonly ddf?: string;
  /** Address of the node whose data this is, e.g. `urn:oma:mo:oma-fumo:1.0/fumo/`. */
  readonly clientUri: string;
  /** Cache validator of the MO instance. */
  readonly cv?: string;
  readonly moData: MoData;
}

/** As a Data Repository serves it: the ClientURI may be left to the HGET that asked. */
export interface IncomingMo {
  readonly ddf?: string;
  /** As delivered, not checked. */
  readonly clientUri?: string;
  readonly cv?: string;
  readonly moData: MoData;
}

export interface MoLimits {
  /** Nesting of arrays and objects in the whole text. */
  readonly maxDepth: number;
}

/** The body of an HPUT, HPOST or of an HGET's response: `[{"ClientURI":…,"MOData":…},…]`. */
export function encodeMo(list: readonly MoSerialization[]): string {
  return JSON.stringify(list.map(moToWire));
}

/**
 * Reads an array of MO serializations, a single one, or a bare `{"MOData":…}`; unknown members are skipped, `null`
 * ones absent. An empty array is no fault.
 * Faults: `mo.too_deep`, `mo.invalid_json`, `mo.not_an_object`, `mo.member_invalid`, `mo.data_missing`,
 * `mo.data_invalid` (an array or a number without end where a value or children belong).
 */
export function decodeMo(
  text: string,
  { maxDepth }: MoLimits = { maxDepth: DEFAULT_MAX_DEPTH },
): Result<readonly IncomingMo[]> {
  const parsed = parseJson(text, 'mo', maxDepth);
  if (!parsed.ok) return parsed;
  if (isArray(parsed.value)) return readMoList(parsed.value, '$', 'mo');
  const single = readMo(parsed.value, '$', 'mo');
  return single.ok ? ok([single.value]) : single;
}

/** A serialization's wire form, for `JSON.stringify`. */
export function moToWire({ ddf, clientUri, cv, moData }: MoSerialization): JsonObject {
  return { DDF: ddf, ClientURI: clientUri, CV: cv, MOData: moData };
}

/** Reads parsed MO serializations; the faults are those of {@link decodeMo} under another prefix. */
export function readMoList(
  list: readonly unknown[],
  path: string,
  prefix: string,
): Result<readonly IncomingMo[]> {
  const mos: IncomingMo[] = [];
  for (const [i, entry] of list.entries()) {
    const mo = readMo(entry, `${path}[${i}]`, prefix);
    if (!mo.ok) return mo;
    mos.push(mo.value);
  }
  return ok(mos);
}

function readMo(entry: unknown, path: string, prefix: string): Result<IncomingMo> {
  if (!isJsonObject(entry))
    return fail(`${prefix}.not_an_object`, path, entry, 'an MO serialization, an object with MOData');
  const invalid = `${prefix}.member_invalid`;
  const ddf = optionalString(entry, 'DDF', path, invalid);
  if (!ddf.ok) return ddf;
  const clientUri = optionalString(entry, 'ClientURI', path, invalid);
  if (!clientUri.ok) return clientUri;
  const cv = optionalString(entry, 'CV', path, invalid);
  if (!cv.ok) return cv;
  const data = entry['MOData'];
  if (data === undefined) return fail(`${prefix}.data_missing`, `${path}.MOData`, data, 'management data');
  const moData = readMoData(data, `${path}.MOData`, `${prefix}.data_invalid`);
  if (!moData.ok) return moData;
  return ok({
    ...(ddf.value === undefined ? {} : { ddf: ddf.value }),
    ...(clientUri.value === undefined ? {} : { clientUri: clientUri.value }),
    ...(cv.value === undefined ? {} : { cv: cv.value }),
    moData: moData.value,
  });
}

/** Checks without copying; the parser's depth bounds the recursion. */
function readMoData(data: unknown, path: string, code: string): Result<MoData> {
  const wrong = firstWrong(data, path);
  if (wrong === undefined) return ok(data as MoData);
  return fail(code, wrong.path, wrong.found, 'a string, number, boolean, null or an object of named nodes');
}

function firstWrong(data: unknown, path: string): { path: string; found: unknown } | undefined {
  switch (typeof data) {
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      // JSON.parse makes 1e999 infinite, and nothing could write that again.
      return Number.isFinite(data) ? undefined : { path, found: data };
    default:
      if (data === null) return undefined;
      if (!isJsonObject(data)) return { path, found: data };
  }
  for (const name of Object.keys(data)) {
    const child = data[name];
    if (typeof child === 'string') continue;
    const wrong = firstWrong(child, `${path}.${name}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
