/** A profile's Management Objects, compiled once into an immutable tree that all its devices share. */
import { hashText } from './content-hash.ts';
import { emptyText } from './leaf-format.ts';
import {
  ACCESS_TYPES,
  type AccessType,
  ANY_NAME,
  type Format,
  type InitialData,
  type NodeDefinition,
  type ObjectDefinition,
  type Occurrence,
} from './mo-definition.ts';
import { ACCOUNT_FACTS, parseValue, PUBLIC_FACTS, type ValueTemplate } from './value-template.ts';

/** A node's definition, ready for quick questions. */
export interface NodeType {
  /** `undefined`: interior. */
  readonly format: Format | undefined;
  /** One bit per access type, see {@link accessBit}. */
  readonly access: number;
  readonly occurrence: Occurrence;
  readonly permanent: boolean;
  readonly defaultText: string | ValueTemplate | undefined;
  readonly named: ReadonlyMap<string, NodeType>;
  /** Children of any other name. */
  readonly unnamed: NodeType | undefined;
  /** Named children that every node of this type has. */
  readonly required: readonly string[];
}

export interface ObjectType {
  readonly moid: string;
  readonly ddf: string | undefined;
  readonly instanceName: string;
  readonly root: NodeType;
}

/**
 * A node of a tree. Nodes never change and may be shared by all devices of a profile: what a device has different
 * stands in its overlay, so ask the {@link MoTree} for children and values, not the node.
 */
export interface TreeNode {
  readonly type: NodeType;
  readonly object: ObjectType;
  /** `undefined`: the root of an MO instance. */
  readonly parent: TreeNode | undefined;
  /** The MIID, for a root. */
  readonly name: string;
  /** Position in {@link MoTemplate.nodes}; -1 for a node that a device got later. */
  readonly id: number;
  readonly text: string | ValueTemplate | undefined;
  readonly names: readonly string[];
  readonly children: ReadonlyMap<string, TreeNode>;
}

export interface MoInstance {
  readonly miid: string;
  readonly root: TreeNode;
}

/** A line of Package#1's `MOS`. */
export interface ObjectListing {
  readonly moid: string;
  readonly miid: string;
  readonly ddf?: string;
}

export interface MoTemplate {
  readonly objects: ReadonlyMap<string, ObjectType>;
  readonly instances: ReadonlyMap<string, readonly MoInstance[]>;
  readonly nodes: readonly TreeNode[];
  /** Instances that a server may know of: MOs whose root has no Get are never exposed. */
  readonly listing: readonly ObjectListing[];
}

/** A device's data for a new node: a leaf's text, or children in order. */
export type TextData = string | readonly (readonly [name: string, data: TextData])[];

/** What folding, planning and validating ask a device's tree. */
export interface TreeReader {
  childNames(node: TreeNode): readonly string[];
  child(node: TreeNode, name: string): TreeNode | undefined;
  /** A leaf's present text. */
  textOf(node: TreeNode): string;
}

export function accessBit(access: AccessType): number {
  return 1 << ACCESS_TYPES.indexOf(access);
}
export const GET = accessBit('Get');

/**
 * Compiles definitions that were checked before.
 * @throws Error for a MOID defined twice, or for a value or an instance that does not fit its definition.
 */
export function compileTemplate(definitions: readonly ObjectDefinition[]): MoTemplate {
  const objects = new Map<string, ObjectType>();
  const instances = new Map<string, readonly MoInstance[]>();
  const nodes: TreeNode[] = [];
  const listing: ObjectListing[] = [];
  for (const { moid, ddf, instanceName, root, instances: initial } of definitions) {
    if (objects.has(moid)) throw new Error(`${moid} is defined twice`);
    const object: ObjectType = { moid, ddf, instanceName, root: compileType(root, moid) };
    objects.set(moid, object);
    instances.set(
      moid,
      Object.entries(initial).map(([miid, data]) => {
        if ((object.root.access & GET) !== 0) listing.push(listingOf(object, miid));
        return { miid, root: plantInitial(object.root, object, undefined, miid, data, nodes) };
      }),
    );
  }
  return { objects, instances, nodes, listing };
}

export function listingOf({ moid, ddf }: ObjectType, miid: string): ObjectListing {
  return ddf === undefined ? { moid, miid } : { moid, miid, ddf };
}

/** What a child of this name would be; `undefined`: there can be none. */
export function childType(type: NodeType, name: string): NodeType | undefined {
  return type.named.get(name) ?? type.unnamed;
}

function compileType(definition: NodeDefinition, path: string): NodeType {
  const named = new Map<string, NodeType>();
  const required: string[] = [];
  let unnamed: NodeType | undefined;
  for (const [name, child] of Object.entries(definition.nodes ?? {})) {
    const type = compileType(child, `${path}/${name}`);
    if (name === ANY_NAME) unnamed = type;
    else {
      named.set(name, type);
      if (type.occurrence.min === 1) required.push(name);
    }
  }
  let access = 0;
  for (const type of definition.access) access |= accessBit(type);
  return {
    format: definition.format,
    access,
    occurrence: definition.occurrence,
    permanent: definition.permanent,
    defaultText: definition.value === undefined ? undefined : compileText(definition.value, path),
    named,
    unnamed,
    required,
  };
}

function compileText(text: string, path: string): string | ValueTemplate {
  const value = parseValue(text, path, [...PUBLIC_FACTS, ...ACCOUNT_FACTS]);
  if (!value.ok) throw new Error(`${path}: ${value.fault.found} is no value`);
  return value.value;
}

/** The initial nodes of a profile; each gets an id. */
function plantInitial(
  type: NodeType,
  object: ObjectType,
  parent: TreeNode | undefined,
  name: string,
  data: InitialData | undefined,
  nodes: TreeNode[],
): TreeNode {
  const path = `${object.moid} … ${name}`;
  const id = nodes.length;
  if (type.format !== undefined) {
    if (typeof data === 'object') throw new Error(`${path} is a leaf`);
    const text = data === undefined ? undefined : compileText(data, path);
    const node = leafNode(type, object, parent, name, id, text);
    nodes.push(node);
    return node;
  }
  if (typeof data === 'string') throw new Error(`${path} is an interior node`);
  const children = new Map<string, TreeNode>();
  const names = childOrder(type, Object.keys(data ?? {}));
  const node: TreeNode = { type, object, parent, name, id, text: undefined, names, children };
  nodes.push(node);
  for (const child of names) {
    const typeOfChild = childType(type, child);
    if (typeOfChild === undefined) throw new Error(`${path} has no child ${child}`);
    children.set(child, plantInitial(typeOfChild, object, node, child, data?.[child], nodes));
  }
  return node;
}

/** Nodes that a device gets later, from data that fits the type. */
export function plant(
  type: NodeType,
  object: ObjectType,
  parent: TreeNode | undefined,
  name: string,
  data: TextData | undefined,
): TreeNode {
  if (type.format !== undefined)
    return leafNode(type, object, parent, name, -1, typeof data === 'string' ? data : undefined);
  const children = new Map<string, TreeNode>();
  const given = new Map(typeof data === 'object' ? data : []);
  const names = childOrder(type, [...given.keys()]);
  const node: TreeNode = { type, object, parent, name, id: -1, text: undefined, names, children };
  for (const child of names) {
    const typeOfChild = childType(type, child);
    if (typeOfChild !== undefined)
      children.set(child, plant(typeOfChild, object, node, child, given.get(child)));
  }
  return node;
}

function leafNode(
  type: NodeType,
  object: ObjectType,
  parent: TreeNode | undefined,
  name: string,
  id: number,
  text: string | ValueTemplate | undefined,
): TreeNode {
  const value = text ?? type.defaultText ?? emptyText(type.format ?? 'null');
  return { type, object, parent, name, id, text: value, names: NO_NAMES, children: NO_CHILDREN };
}
const NO_NAMES: readonly string[] = [];
const NO_CHILDREN: ReadonlyMap<string, TreeNode> = new Map();

/** Given children first, then those that must be there too. */
function childOrder(type: NodeType, given: readonly string[]): readonly string[] {
  const missing = type.required.filter((name) => !given.includes(name));
  return missing.length === 0 ? given : [...given, ...missing];
}

/** The names from the MO instance's root (excluded) to the node. */
export function pathOf(node: TreeNode): readonly string[] {
  const path: string[] = [];
  for (let at = node; at.parent !== undefined; at = at.parent) path.push(at.name);
  return path.reverse();
}

/** The root of the MO instance that a node is in. */
export function rootOf(node: TreeNode): TreeNode {
  let root = node;
  while (root.parent !== undefined) root = root.parent;
  return root;
}

/** A number that stands for the node's address, for its own stream of random values. */
export function saltOf(node: TreeNode): number {
  let hash = hashText(0, node.object.moid);
  for (let at: TreeNode | undefined = node; at !== undefined; at = at.parent) hash = hashText(hash, at.name);
  return hash;
}
