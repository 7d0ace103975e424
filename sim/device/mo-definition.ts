/** What a Management Object may hold: formats, occurrences, access types and scope, as a DDF tells them (protocol.md section 5). */
import { fail, ok, type Result } from '../protocol/fault.ts';

export const FORMATS = ['null', 'b64', 'bin', 'bool', 'chr', 'int', 'xml', 'date', 'time', 'float'] as const;
export type Format = (typeof FORMATS)[number];

export const ACCESS_TYPES = ['Add', 'Delete', 'Exec', 'Get', 'Replace'] as const;
export type AccessType = (typeof ACCESS_TYPES)[number];

/** How often a node may stand below its parent, an MO on the device; `max` is `Infinity` for …OrMore. */
export interface Occurrence {
  readonly min: 0 | 1;
  readonly max: number;
}

/** Name of the child definition that stands for children of any name (a DDF's unnamed node). */
export const ANY_NAME = '*';

/** One node's definition; plain data, so that it crosses threads. */
export interface NodeDefinition {
  /** Absent: an interior node. */
  readonly format?: Format;
  /** `Add` says that a server may create *this* node, as in a DDF; `Delete` that it may delete it. */
  readonly access: readonly AccessType[];
  /** Of a named node only One and ZeroOrOne make sense; of {@link ANY_NAME} any. */
  readonly occurrence: Occurrence;
  /** Permanent: a server can neither create, delete nor rename it; else dynamic. */
  readonly permanent: boolean;
  /** Value of a leaf that is created without one; may hold `{{…}}`. */
  readonly value?: string;
  /** Children of an interior node by name, {@link ANY_NAME} for the unnamed ones. */
  readonly nodes?: Readonly<Record<string, NodeDefinition>>;
}

/** The initial content of a node: a leaf's text (may hold `{{…}}`), or an interior node's children. */
export type InitialData = string | { readonly [name: string]: InitialData };

/** An MO: its definition, and the instances a device has from the start. */
export interface ObjectDefinition {
  /** `urn:oma:mo:<name>:<version>`. */
  readonly moid: string;
  /** Where the DDF file is found; told in Package#1. */
  readonly ddf?: string;
  /** What MIIDs chosen by the device begin with: `<instanceName>1`, `<instanceName>2` … */
  readonly instanceName: string;
  /** Definition of an instance's root; its occurrence limits the instances on the device. */
  readonly root: NodeDefinition;
  /** By MIID. */
  readonly instances: Readonly<Record<string, InitialData>>;
}

export const ONE: Occurrence = { min: 1, max: 1 };
export const ZERO_OR_ONE: Occurrence = { min: 0, max: 1 };
export const ZERO_OR_MORE: Occurrence = { min: 0, max: Number.POSITIVE_INFINITY };

const OCCURRENCE = /^(Zero|One)Or(?:(More)|(One)|N\(([1-9]\d{0,5})\))$/;

/** Reads `One`, `ZeroOrOne`, `ZeroOrMore`, `OneOrMore`, `ZeroOrN(5)`, `OneOrN(5)`. */
export function parseOccurrence(text: string, path: string): Result<Occurrence> {
  if (text === 'One') return ok(ONE);
  const match = OCCURRENCE.exec(text);
  if (match === null || text === 'OneOrOne')
    return fail(
      'occurrence_invalid',
      path,
      text,
      'One, ZeroOrOne, ZeroOrMore, OneOrMore, ZeroOrN(n) or OneOrN(n)',
    );
  const min = match[1] === 'One' ? 1 : 0;
  if (match[2] !== undefined) return ok({ min, max: Number.POSITIVE_INFINITY });
  return ok({ min, max: match[3] === undefined ? Number(match[4]) : 1 });
}

/** The longest name of a node, in characters; the specifications set no other limit. */
const LONGEST_NAME = 255;

/**
 * Whether a node can have this name: what ClientURIs read as something else (`*`, `(x)`, `/`) cannot stand in one,
 * nor can control characters, nor the one word that is no plain member of a JavaScript object.
 */
export function isNodeName(name: string): boolean {
  if (name.length === 0 || name.length > LONGEST_NAME || name === ANY_NAME || name === '__proto__')
    return false;
  if (name.startsWith('(') && name.endsWith(')')) return false;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code < 0x20 || code === 0x7f || code === 0x2f) return false;
  }
  return true;
}
