/** What a server's data would change in a tree: checked as a whole before anything is changed. */
import { type MoData } from '../protocol/mo.ts';
import { leafText } from './leaf-format.ts';
import { isNodeName } from './mo-definition.ts';
import {
  accessBit,
  childType,
  type NodeType,
  type TextData,
  type TreeNode,
  type TreeReader,
} from './mo-template.ts';

/** `detail` names nodes and never shows values: they may be secrets. */
export interface Refusal {
  readonly ok: false;
  /**
   * 400: wrong format, name or number of nodes · 404: no such node, or the MO's definition knows none of that name ·
   * 405: the access types or the scope forbid it · 500: the device's storage is full.
   */
  readonly status: 400 | 404 | 405 | 500;
  readonly detail: string;
}

export type ChangeStep =
  | { readonly kind: 'replace'; readonly node: TreeNode; readonly text: string }
  | {
      readonly kind: 'create';
      readonly parent: TreeNode;
      readonly type: NodeType;
      readonly name: string;
      readonly data: TextData;
    };

const ADD = accessBit('Add');
const REPLACE = accessBit('Replace');
const ADD_OR_REPLACE = ADD | REPLACE;
/** Nodes of one kind at one place, even where the definition says …OrMore: no device has endless memory. */
const MOST_SIBLINGS = 2_000;

export function refusal(status: Refusal['status'], detail: string): Refusal {
  return { ok: false, status, detail };
}

/**
 * Adds to `steps` what makes the data part of an existing node: leaves that are there are replaced (needs Replace),
 * others created (the topmost new node needs Add), nodes that the data does not mention stay.
 */
export function planMerge(
  tree: TreeReader,
  node: TreeNode,
  data: MoData,
  steps: ChangeStep[],
): Refusal | undefined {
  const { type } = node;
  if (type.format !== undefined) {
    if ((type.access & REPLACE) === 0) return refusal(405, `${node.name} cannot be replaced`);
    const text = leafText(type.format, data);
    if (text === undefined) return refusal(400, `${node.name} is of format ${type.format}`);
    if (text !== tree.textOf(node)) steps.push({ kind: 'replace', node, text });
    return undefined;
  }
  if (typeof data !== 'object' || data === null) return refusal(400, `${node.name} is an interior node`);
  let siblings = -1;
  for (const name of Object.keys(data)) {
    const value = data[name];
    if (value === undefined) continue;
    const child = tree.child(node, name);
    if (child !== undefined) {
      const refused = planMerge(tree, child, value, steps);
      if (refused !== undefined) return refused;
      continue;
    }
    const newType = childType(type, name);
    if (siblings < 0) siblings = countUnnamed(tree, node);
    const refused = planCreation(node, name, newType, value, siblings, steps);
    if (refused !== undefined) return refused;
    if (newType === type.unnamed) siblings++;
  }
  return undefined;
}

/** Adds the creation of a child to `steps`; `siblings`: unnamed children there are and will be before this one. */
export function planCreation(
  parent: TreeNode,
  name: string,
  type: NodeType | undefined,
  data: MoData,
  siblings: number,
  steps: ChangeStep[],
): Refusal | undefined {
  if (type === undefined) return refusal(404, `${parent.object.moid} knows no ${printable(name)} there`);
  const forbidden = creationForbidden(type, name, type === parent.type.unnamed ? siblings : 0);
  if (forbidden !== undefined) return forbidden;
  const checked = newNodeData(type, name, data);
  if (!checked.ok) return checked;
  steps.push({ kind: 'create', parent, type, name, data: checked.data });
  return undefined;
}

/** Why a server may not create one more node of a type, whatever its data. */
export function creationForbidden(type: NodeType, name: string, siblings: number): Refusal | undefined {
  if (!isNodeName(name)) return refusal(400, `${printable(name)} is no name of a node`);
  if (type.permanent) return refusal(405, `${name} is permanent`);
  if ((type.access & ADD) === 0) return refusal(405, `${name} cannot be added`);
  return surplus(type, name, siblings);
}

/** Whether there are enough nodes of a type already. */
function surplus(type: NodeType, name: string, siblings: number): Refusal | undefined {
  const { max } = type.occurrence;
  if (siblings >= max) return refusal(400, `there may be only ${max} like ${name}`);
  return siblings < MOST_SIBLINGS
    ? undefined
    : refusal(500, `the device keeps ${siblings} like ${name}, not more`);
}

/** Children of any name there are. */
export function countUnnamed(tree: TreeReader, node: TreeNode): number {
  let count = 0;
  for (const name of tree.childNames(node)) if (!node.type.named.has(name)) count++;
  return count;
}

/**
 * The content of a new node. All that must be in it has to be given, unless the definition has a default for it;
 * what a server cannot write at all (neither Add nor Replace) it cannot give a value either.
 */
export function newNodeData(
  type: NodeType,
  name: string,
  data: MoData,
): { readonly ok: true; readonly data: TextData } | Refusal {
  if (type.format !== undefined) {
    if ((type.access & ADD_OR_REPLACE) === 0) return refusal(405, `${name} cannot be written`);
    const text = leafText(type.format, data);
    return text === undefined
      ? refusal(400, `${name} is of format ${type.format}`)
      : { ok: true, data: text };
  }
  if (typeof data !== 'object' || data === null) return refusal(400, `${name} is an interior node`);
  const children: (readonly [string, TextData])[] = [];
  let unnamed = 0;
  for (const childName of Object.keys(data)) {
    const value = data[childName];
    if (value === undefined) continue;
    const newType = childType(type, childName);
    if (newType === undefined) return refusal(404, `${name} knows no ${printable(childName)}`);
    if (!isNodeName(childName)) return refusal(400, `${printable(childName)} is no name of a node`);
    const tooMany = newType === type.unnamed ? surplus(newType, childName, unnamed++) : undefined;
    if (tooMany !== undefined) return tooMany;
    const child = newNodeData(newType, childName, value);
    if (!child.ok) return child;
    children.push([childName, child.data]);
  }
  if (type.unnamed !== undefined && unnamed < type.unnamed.occurrence.min)
    return refusal(400, `there must be a node below ${name}`);
  for (const required of type.required) {
    const newType = type.named.get(required);
    if (newType !== undefined && !Object.hasOwn(data, required) && !comesByItself(newType))
      return refusal(400, `${name} needs a ${required}`);
  }
  return { ok: true, data: children };
}

/** Whether a node can be made without data. */
function comesByItself(type: NodeType): boolean {
  if (type.format !== undefined) return type.defaultText !== undefined;
  if (type.unnamed !== undefined && type.unnamed.occurrence.min > 0) return false;
  for (const name of type.required) {
    const child = type.named.get(name);
    if (child !== undefined && !comesByItself(child)) return false;
  }
  return true;
}

function printable(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);
}
