/** Fetched management data taken into the MO tree: which node it is for, and what in it is that node's (CR 6.2 step 3c). */
import { type ClientUri, parseClientUri, type Segment } from '../protocol/client-uri.ts';
import { describeFault } from '../protocol/fault.ts';
import { type Match } from '../protocol/client-uri-resolution.ts';
import { type IncomingMo, type MoData } from '../protocol/mo.ts';
import { childType, type NodeType, type TreeNode } from './mo-template.ts';
import { type MoTree } from './mo-tree.ts';
import { SC } from './status-code.ts';

/** What came of a whole body. */
export interface TakenIn {
  /** 200, or the code of the first MO serialization that could not be taken in; the others are taken in nevertheless. */
  readonly status: number;
  /** Where the device put what it chose the place for itself. */
  readonly uris: readonly string[];
  /** What was wrong with an address in the data; for people. */
  readonly misplaced?: string;
}

type Put =
  { readonly ok: true; readonly chosen?: TreeNode } | { readonly ok: false; readonly status: number };
type Children = Readonly<Record<string, MoData>>;
const PUT: Put = { ok: true };
const NOT_FOUND: Put = { ok: false, status: SC.notFound };

/**
 * Takes in MO serializations, each as a whole or not at all. `aim` is the command's ClientURI.
 *
 * Where to: at `aim`; a serialization whose own ClientURI lies below, goes there; one that names another place, or when
 * there is no `aim`, where its own ClientURI says. That place is exactly one node, else 404. A missing node
 * is added below the deepest one there is. A missing MO instance is made, with a MIID of the device's choice: for an
 * empty MIID when there is none yet, and for a MIID in the data alone; an `aim` at an unknown MIID is 404.
 * Codes: 404, 405 (access types, scope), 415 (data that does not fit the MO's definition, or has no address).
 */
export function takeIn(tree: MoTree, data: readonly IncomingMo[], aim: ClientUri | undefined): TakenIn {
  const uris: string[] = [];
  let status: number = SC.ok;
  let misplaced: string | undefined;
  for (const { clientUri, moData } of data) {
    const own = clientUri === undefined ? undefined : parseClientUri(clientUri);
    const address = own?.ok === false ? undefined : placeFor(own?.value, aim);
    let put: Put;
    if (address === undefined) {
      misplaced ??=
        own?.ok === false
          ? describeFault({ ...own.fault, path: 'ClientURI' })
          : 'an MO serialization without ClientURI, which the HGET has not either';
      put = { ok: false, status: SC.unsupportedMediaType };
    } else put = putAt(tree, address, moData, address === aim || address.moid === aim?.moid);
    if (!put.ok) {
      if (status === SC.ok) status = put.status;
    } else if (put.chosen !== undefined) uris.push(tree.addressOf(put.chosen));
  }
  return misplaced === undefined ? { status, uris } : { status, uris, misplaced };
}

/**
 * The command leads, above all in the MIID, which is the device's and which a repository cannot know; the data's own
 * address counts where it is more exact or names another place in the MO.
 */
function placeFor(own: ClientUri | undefined, aim: ClientUri | undefined): ClientUri | undefined {
  if (own === undefined || aim === undefined) return own ?? aim;
  if (own.moid !== aim.moid) return own;
  const within =
    own.path.length >= aim.path.length &&
    aim.path.every((segment, depth) => covers(segment, own.path[depth]));
  if (!within) return own;
  if (own.path.length === aim.path.length) return aim;
  return { ...aim, path: [...aim.path, ...own.path.slice(aim.path.length)] };
}

function covers(aim: Segment, own: Segment | undefined): boolean {
  return aim.kind !== 'name' || (own?.kind === 'name' && own.name === aim.name);
}

/** `commanded`: the command's own ClientURI names the place, so the device has nothing to choose but a new MIID. */
function putAt(tree: MoTree, uri: ClientUri, data: MoData, commanded: boolean): Put {
  let matches = tree.resolve(uri);
  let depth = uri.path.length;
  if (matches.length === 0) {
    // From the root down, for a tree is never as deep as a ClientURI can be long.
    for (depth = 0; depth < uri.path.length; depth++) {
      const further = tree.resolve({ ...uri, path: uri.path.slice(0, depth) });
      if (further.length === 0) break;
      matches = further;
    }
    depth--;
  }
  const match = matches[0];
  if (matches.length > 1) return NOT_FOUND;
  if (match === undefined) return putNewInstance(tree, uri, data, commanded);
  const missing = realNames(uri, depth);
  return missing === undefined ? NOT_FOUND : putBelow(tree, match, missing, data, commanded);
}

function putBelow(
  tree: MoTree,
  { node, miid, path }: Match<TreeNode>,
  missing: readonly string[],
  data: MoData,
  commanded: boolean,
): Put {
  let type: NodeType | undefined = node.type;
  for (const name of missing) type = type === undefined ? undefined : childType(type, name);
  const content = ownContent(data, [...path, ...missing], miid, type);
  const [first, ...rest] = missing;
  const result =
    first === undefined ? tree.merge(node, content) : tree.addChild(node, first, nested(rest, content));
  if (!result.ok) return refused(result.status);
  if (commanded) return PUT;
  let chosen = node;
  for (const name of missing) chosen = tree.child(chosen, name) ?? chosen;
  return { ok: true, chosen };
}

function putNewInstance(tree: MoTree, uri: ClientUri, data: MoData, commanded: boolean): Put {
  const { moid, miid } = uri;
  const several = miid === undefined && tree.instances(moid).length > 0;
  const named = miid !== undefined && (commanded || miid.kind !== 'name');
  const path = realNames(uri, 0);
  if (several || named || path === undefined) return NOT_FOUND;
  const hint = miid?.kind === 'name' ? miid.name : '';
  const content = nested(path, ownContent(data, path, hint, undefined));
  let result = tree.addInstance(moid, content);
  // Without an instance there is no node to ask which names are its children: the outermost may stand for the root.
  const inner = path.length === 0 ? onlyChild(data)?.[1] : undefined;
  if (!result.ok && inner !== undefined && content === data && isInterior(inner)) {
    const second = tree.addInstance(moid, inner);
    if (second.ok) result = second;
  }
  return result.ok ? { ok: true, chosen: result.root } : refused(result.status);
}

/**
 * What in the data is the aimed node's own content. The names above it, itself included, may be repeated from any of
 * them on, or be left out; the outermost one may stand for the MO's root under any name and is skipped then.
 *
 * @param path names from the MO's root (excluded) to the aimed node
 * @param type of the aimed node; `undefined` where the definition knows none or cannot be asked
 */
function ownContent(data: MoData, path: readonly string[], miid: string, type: NodeType | undefined): MoData {
  const only = onlyChild(data);
  if (only === undefined) return data;
  const [name, inner] = only;
  if (type?.named.has(name) === true) return data;
  for (let start = 0; start < path.length; start++) {
    const content = below(data, path, start);
    if (content !== undefined) return content;
  }
  if (path.length > 0) return below(inner, path, 0) ?? data;
  if (!isInterior(inner)) return data;
  if (name === miid || (type !== undefined && standsForRoot(type, inner))) return inner;
  return data;
}

/** Whether an outermost name that is no named child of the root must be the root itself. */
function standsForRoot(type: NodeType, inner: Children): boolean {
  if (type.unnamed === undefined) return true;
  const names = Object.keys(inner);
  return names.length > 0 && names.every((name) => type.named.has(name));
}

/** What stands below the names from `start` on, each of them the only one at its place. */
function below(data: MoData, path: readonly string[], start: number): MoData | undefined {
  let at: MoData | undefined = data;
  for (let depth = start; depth < path.length; depth++) {
    const only = onlyChild(at);
    if (only?.[0] !== path[depth]) return undefined;
    at = only?.[1];
  }
  return at;
}

function onlyChild(data: MoData | undefined): readonly [name: string, inner: MoData] | undefined {
  if (data === undefined || !isInterior(data)) return undefined;
  const names = Object.keys(data);
  const name = names[0];
  const inner = name === undefined ? undefined : data[name];
  return names.length !== 1 || name === undefined || inner === undefined ? undefined : [name, inner];
}

function isInterior(data: MoData): data is Children {
  return typeof data === 'object' && data !== null;
}

function nested(names: readonly string[], content: MoData): MoData {
  return names.reduceRight<MoData>((inner, name) => ({ [name]: inner }), content);
}

/** The names from a depth on; `undefined` when one of them is no real name, so that nothing can be made there. */
function realNames({ path }: ClientUri, from: number): readonly string[] | undefined {
  const names: string[] = [];
  for (const segment of path.slice(from)) {
    if (segment.kind !== 'name') return undefined;
    names.push(segment.name);
  }
  return names;
}

/** 400 speaks of the command's parameters; here it is the repository's data that does not fit. */
function refused(status: number): Put {
  return { ok: false, status: status === SC.malformed ? SC.unsupportedMediaType : status };
}
