/** What one device's tree has different from its template; made when the first thing differs. */
import {
  childType,
  type MoTemplate,
  type ObjectType,
  plant,
  type TextData,
  type TreeNode,
  type TreeReader,
} from './mo-template.ts';

/** Plain data of an overlay, small and the same for the same differences in the same order. */
export interface TreeMemory {
  /** Leaves of the template with another text: id, text, id, text … */
  readonly values?: readonly (number | string)[];
  /** Ids of the template's nodes that are gone (topmost only). */
  readonly removed?: readonly number[];
  /** Nodes below a node of the template: its id, name, data. */
  readonly added?: readonly (readonly [parent: number, name: string, data: TextData])[];
  readonly instances?: readonly (readonly [moid: string, miid: string, data: TextData])[];
}

export class MoOverlay {
  private readonly values = new Map<TreeNode, string>();
  private readonly removed = new Set<TreeNode>();
  /** Below a node, or – MO instances – below an object. */
  private readonly added = new Map<TreeNode | ObjectType, Map<string, TreeNode>>();

  text(node: TreeNode): string | undefined {
    return this.values.get(node);
  }

  setText(node: TreeNode, text: string): void {
    if (text === node.text) this.values.delete(node);
    else this.values.set(node, text);
  }

  isRemoved(node: TreeNode): boolean {
    return this.removed.size > 0 && this.removed.has(node);
  }

  addedTo(place: TreeNode | ObjectType): ReadonlyMap<string, TreeNode> | undefined {
    return this.added.get(place);
  }

  get hasRemovals(): boolean {
    return this.removed.size > 0;
  }

  /** A new node, which stands below its parent (a new MO instance: below its object) from now on. */
  attach(node: TreeNode): void {
    const place = node.parent ?? node.object;
    let nodes = this.added.get(place);
    if (nodes === undefined) this.added.set(place, (nodes = new Map<string, TreeNode>()));
    nodes.set(node.name, node);
  }

  detach(node: TreeNode): void {
    this.forgetBelow(node);
    const place = node.parent ?? node.object;
    const nodes = this.added.get(place);
    if (nodes?.get(node.name) !== node) this.removed.add(node);
    else if (nodes.size === 1) this.added.delete(place);
    else nodes.delete(node.name);
  }

  /** Text that the device keeps beyond its template, in characters: what a bound on storage looks at. */
  size(): number {
    let size = 0;
    for (const text of this.values.values()) size += text.length;
    for (const nodes of this.added.values()) for (const node of nodes.values()) size += sizeOf(node);
    return size;
  }

  fold(reader: TreeReader): TreeMemory | undefined {
    const values: (number | string)[] = [];
    for (const [node, text] of this.values) if (node.id >= 0) values.push(node.id, text);
    const removed: number[] = [];
    for (const node of this.removed) if (node.id >= 0) removed.push(node.id);
    const added: (readonly [number, string, TextData])[] = [];
    const instances: (readonly [string, string, TextData])[] = [];
    for (const [place, nodes] of this.added) {
      for (const node of nodes.values()) {
        if (!('children' in place)) instances.push([place.moid, node.name, dataOf(node, reader)]);
        else if (place.id >= 0) added.push([place.id, node.name, dataOf(node, reader)]);
      }
    }
    if (values.length + removed.length + added.length + instances.length === 0) return undefined;
    return {
      ...(values.length === 0 ? {} : { values }),
      ...(removed.length === 0 ? {} : { removed }),
      ...(added.length === 0 ? {} : { added }),
      ...(instances.length === 0 ? {} : { instances }),
    };
  }

  /** Walks down rather than through all that differs: a server may have added thousands of nodes elsewhere. */
  private forgetBelow(node: TreeNode): void {
    this.values.delete(node);
    for (const child of node.children.values()) if (!this.removed.delete(child)) this.forgetBelow(child);
    const added = this.added.get(node);
    if (added === undefined) return;
    for (const child of added.values()) this.forgetBelow(child);
    this.added.delete(node);
  }
}

/**
 * The overlay that was folded.
 * @throws Error for a memory that belongs to another template.
 */
export function restoreOverlay(memory: TreeMemory, template: MoTemplate): MoOverlay {
  const overlay = new MoOverlay();
  const nodeAt = (id: number | string | undefined): TreeNode => {
    const node = typeof id === 'number' ? template.nodes[id] : undefined;
    if (node === undefined)
      throw new Error(`the template has no node ${String(id)}: memory of another profile`);
    return node;
  };
  for (const id of memory.removed ?? []) overlay.detach(nodeAt(id));
  const values = memory.values ?? [];
  for (let i = 0; i < values.length; i += 2) overlay.setText(nodeAt(values[i]), String(values[i + 1]));
  for (const [id, name, data] of memory.added ?? []) {
    const parent = nodeAt(id);
    const type = childType(parent.type, name);
    if (type === undefined) throw new Error(`no ${name} in the template: memory of another profile`);
    overlay.attach(plant(type, parent.object, parent, name, data));
  }
  for (const [moid, miid, data] of memory.instances ?? []) {
    const object = template.objects.get(moid);
    if (object === undefined) throw new Error(`no ${moid} in the template: memory of another profile`);
    overlay.attach(plant(object.root, object, undefined, miid, data));
  }
  return overlay;
}

/** A node's present content, the device's own differences below it included. */
function dataOf(node: TreeNode, reader: TreeReader): TextData {
  if (node.type.format !== undefined) return reader.textOf(node);
  const data: (readonly [string, TextData])[] = [];
  for (const name of reader.childNames(node)) {
    const child = reader.child(node, name);
    if (child !== undefined) data.push([name, dataOf(child, reader)]);
  }
  return data;
}

function sizeOf(node: TreeNode): number {
  let size = node.name.length + (typeof node.text === 'string' ? node.text.length : 0);
  for (const child of node.children.values()) size += sizeOf(child);
  return size;
}
