/** The management tree of one device: reading it, and changing it within what its definition allows. */
import { type MoData } from '../protocol/mo.ts';
import { leafText } from './leaf-format.ts';
import {
  type ChangeStep,
  countUnnamed,
  creationForbidden,
  newNodeData,
  planCreation,
  planMerge,
  type Refusal,
  refusal,
} from './mo-change.ts';
import { MoOverlay, type TreeMemory } from './mo-overlay.ts';
import {
  accessBit,
  childType,
  type MoInstance,
  type MoTemplate,
  type NodeType,
  type ObjectType,
  pathOf,
  plant,
  rootOf,
  type TextData,
  type TreeNode,
} from './mo-template.ts';
import { MoView } from './mo-view.ts';
import { type DeviceFacts } from './value-template.ts';

export type { TreeMemory } from './mo-overlay.ts';
export type { MoTemplate, TreeNode } from './mo-template.ts';

export type MergeResult = { readonly ok: true } | Refusal;
export type InstanceResult = { readonly ok: true; readonly miid: string; readonly root: TreeNode } | Refusal;

/** Where something changed: a leaf, or the topmost node that was created or removed. */
export interface ChangedNode {
  readonly moid: string;
  readonly miid: string;
  /** From the instance's root on; empty: the instance itself came or went. */
  readonly path: readonly string[];
}

/** Characters that servers may store on a device beyond its template. */
const STORAGE_LIMIT = 262_144;
const DELETE = accessBit('Delete');
const DONE = { ok: true } as const;
const NO_CHANGES: readonly ChangedNode[] = [];

export class MoTree extends MoView {
  /** At least what the overlay holds, in characters. */
  private stored: number;
  private changes: ChangedNode[] | undefined;

  /** @throws Error when the memory was folded from a tree with another template. */
  constructor(template: MoTemplate, facts: DeviceFacts, memory?: TreeMemory) {
    super(template, facts, memory);
    this.stored = this.overlay?.size() ?? 0;
  }

  /**
   * Takes a server's data into an existing node, all of it or nothing: leaves that are there are replaced (needs
   * Replace), others created (the topmost new node needs Add), what the data does not mention stays.
   */
  merge(node: TreeNode, data: MoData): MergeResult {
    if (!this.isAttached(node)) return refusal(404, `${node.name} is gone`);
    const steps: ChangeStep[] = [];
    return planMerge(this, node, data, steps) ?? this.apply(steps);
  }

  /** Creates a child with a server's data; into a child that is there already the data is merged. */
  addChild(node: TreeNode, name: string, data: MoData): MergeResult {
    if (!this.isAttached(node)) return refusal(404, `${node.name} is gone`);
    const child = this.child(node, name);
    if (child !== undefined) return this.merge(child, data);
    const steps: ChangeStep[] = [];
    const type = childType(node.type, name);
    return planCreation(node, name, type, data, countUnnamed(this, node), steps) ?? this.apply(steps);
  }

  /**
   * Creates an MO instance with a server's data. Without `miid` the device takes `<instanceName><n>` with the smallest
   * free n. 404: unknown MOID; 405: the MO's instances are the device's alone, or the MIID is taken.
   */
  addInstance(moid: string, data: MoData, miid?: string): InstanceResult {
    const object = this.template.objects.get(moid);
    if (object === undefined) return refusal(404, `${moid} is unknown`);
    const instances = this.instances(moid);
    const name = miid ?? freeMiid(object.instanceName, instances);
    const forbidden = creationForbidden(object.root, name, instances.length);
    if (forbidden !== undefined) return forbidden;
    if (instances.some((instance) => instance.miid === name)) return refusal(405, `${name} is there already`);
    const checked = newNodeData(object.root, name, data);
    if (!checked.ok) return checked;
    if (!this.reserve(weightOf(name, checked.data))) return storageFull();
    const root = this.create(object.root, object, undefined, name, checked.data);
    return { ok: true, miid: name, root };
  }

  /** Deletes a node with its children for a server. 405: permanent, no Delete, or one of it there must be. */
  remove(node: TreeNode): { readonly ok: true } | Refusal {
    if (!this.isAttached(node)) return refusal(404, `${node.name} is gone`);
    const { type } = node;
    if (type.permanent) return refusal(405, `${node.name} is permanent`);
    if ((type.access & DELETE) === 0) return refusal(405, `${node.name} cannot be deleted`);
    if (type.occurrence.min === 1 && this.isLastOfItsKind(node))
      return refusal(405, `there must be a ${node.name}`);
    this.note(node);
    this.writable().detach(node);
    return DONE;
  }

  /**
   * The device's own change of a leaf in the MO's first instance, without access check; nodes on the way are made.
   * Nothing happens where a server has deleted all instances.
   * @throws Error for a leaf that the template does not have, or a value that is not of its format.
   */
  set(moid: string, path: readonly string[], value: string): void {
    const object = this.template.objects.get(moid);
    let type: NodeType | undefined = object?.root;
    for (const name of path) type = type === undefined ? undefined : childType(type, name);
    const text = type?.format === undefined ? undefined : leafText(type.format, value);
    if (object === undefined || text === undefined)
      throw new Error(`${moid} has no leaf ${path.join('/')} for this value`);
    let node = this.instances(moid)[0]?.root;
    for (let depth = 0; node !== undefined && depth < path.length; depth++) {
      const name = path[depth] ?? '';
      const child = this.child(node, name);
      if (child === undefined) {
        const newType = childType(node.type, name);
        const data = path.slice(depth + 1).reduceRight<TextData>((inner, key) => [[key, inner]], text);
        if (newType !== undefined) this.create(newType, object, node, name, data);
        return;
      }
      node = child;
    }
    if (node !== undefined) this.replace(node, text);
  }

  /** What changed since the last call, in the order in which it happened; for SUB. */
  takeChanges(): readonly ChangedNode[] {
    const changes = this.changes ?? NO_CHANGES;
    this.changes = undefined;
    return changes;
  }

  private apply(steps: readonly ChangeStep[]): MergeResult {
    let weight = 0;
    for (const step of steps)
      weight += step.kind === 'replace' ? step.text.length : weightOf(step.name, step.data);
    if (!this.reserve(weight)) return storageFull();
    for (const step of steps) {
      if (step.kind === 'replace') this.replace(step.node, step.text);
      else this.create(step.type, step.parent.object, step.parent, step.name, step.data);
    }
    return DONE;
  }

  private replace(leaf: TreeNode, text: string): void {
    if (text === this.textOf(leaf)) return;
    this.writable().setText(leaf, text);
    this.note(leaf);
  }

  private create(
    type: NodeType,
    object: ObjectType,
    parent: TreeNode | undefined,
    name: string,
    data: TextData,
  ): TreeNode {
    const node = plant(type, object, parent, name, data);
    this.writable().attach(node);
    this.note(node);
    return node;
  }

  /** Whether so much more may be stored; the exact size is looked at only when the running one says no. */
  private reserve(weight: number): boolean {
    if (this.stored + weight > STORAGE_LIMIT) this.stored = this.overlay?.size() ?? 0;
    if (this.stored + weight > STORAGE_LIMIT) return false;
    this.stored += weight;
    return true;
  }

  private writable(): MoOverlay {
    this.validators = undefined;
    return (this.overlay ??= new MoOverlay());
  }

  private note(node: TreeNode): void {
    (this.changes ??= []).push({ moid: node.object.moid, miid: rootOf(node).name, path: pathOf(node) });
  }

  private isAttached(node: TreeNode): boolean {
    let at = node;
    for (; at.parent !== undefined; at = at.parent) if (this.child(at.parent, at.name) !== at) return false;
    // A root of the template has an id; asking for the instances would build their list.
    if (at.id >= 0) return this.overlay?.isRemoved(at) !== true;
    return this.overlay?.addedTo(at.object)?.get(at.name) === at;
  }

  private isLastOfItsKind({ parent, object, type }: TreeNode): boolean {
    if (parent === undefined) return this.instances(object.moid).length === 1;
    return type !== parent.type.unnamed || countUnnamed(this, parent) === 1;
  }
}

function freeMiid(instanceName: string, instances: readonly MoInstance[]): string {
  const taken = new Set(instances.map(({ miid }) => miid));
  let n = 1;
  while (taken.has(`${instanceName}${n}`)) n++;
  return `${instanceName}${n}`;
}

function weightOf(name: string, data: TextData): number {
  if (typeof data === 'string') return name.length + data.length;
  let weight = name.length;
  for (const [child, childData] of data) weight += weightOf(child, childData);
  return weight;
}

function storageFull(): Refusal {
  return refusal(500, `the device stores at most ${STORAGE_LIMIT} characters`);
}
