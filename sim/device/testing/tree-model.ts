/** A naive management tree for tests: nested maps, copied whole before every change. */
import { type MoData } from '../../protocol/mo.ts';
import { leafData, leafText } from '../leaf-format.ts';
import { ANY_NAME, type InitialData, type NodeDefinition, type ObjectDefinition } from '../mo-definition.ts';

export type ModelNode = string | Map<string, ModelNode>;
class Refused extends Error {}

export class TreeModel {
  readonly definition: ObjectDefinition;
  instances: Map<string, ModelNode>;

  constructor(definition: ObjectDefinition) {
    this.definition = definition;
    this.instances = new Map(
      Object.entries(definition.instances).map(([miid, data]) => [miid, initial(definition.root, data)]),
    );
  }

  merge(miid: string, path: readonly string[], data: MoData): boolean {
    return this.attempt(() => this.at(miid, path, (definition, node) => merged(definition, node, data)));
  }

  addInstance(data: MoData): string | undefined {
    const { root, instanceName } = this.definition;
    let n = 1;
    while (this.instances.has(`${instanceName}${n}`)) n++;
    const done = this.attempt(() => {
      if (!root.access.includes('Add') || this.instances.size >= root.occurrence.max) throw new Refused();
      this.instances.set(`${instanceName}${n}`, created(root, data));
    });
    return done ? `${instanceName}${n}` : undefined;
  }

  remove(miid: string, path: readonly string[]): boolean {
    const { root } = this.definition;
    return this.attempt(() => {
      const last = path.at(-1);
      if (last === undefined) {
        if (!this.instances.has(miid) || this.instances.size <= root.occurrence.min) throw new Refused();
        this.instances.delete(miid);
        return;
      }
      this.at(miid, path.slice(0, -1), (definition, node) => {
        const child = definitionOf(definition, last);
        if (typeof node === 'string' || !node.has(last) || child === undefined) throw new Refused();
        const likeIt = [...node.keys()].filter((name) => definitionOf(definition, name) === child).length;
        if (child.permanent || !child.access.includes('Delete') || likeIt <= child.occurrence.min)
          throw new Refused();
        node.delete(last);
        return node;
      });
    });
  }

  /** Everything, as {@link MoTree.read} would say it if all could be read. */
  read(): Record<string, MoData> {
    const { root } = this.definition;
    return Object.fromEntries([...this.instances].map(([miid, node]) => [miid, dataOf(root, node)]));
  }

  private attempt(change: () => void): boolean {
    const before = structuredClone(this.instances);
    try {
      change();
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.instances = before;
      return false;
    }
  }

  private at(
    miid: string,
    path: readonly string[],
    change: (definition: NodeDefinition, node: ModelNode) => ModelNode,
  ): void {
    const go = (definition: NodeDefinition, node: ModelNode, depth: number): ModelNode => {
      const name = path[depth];
      if (name === undefined) return change(definition, node);
      const child = typeof node === 'string' ? undefined : node.get(name);
      const below = definitionOf(definition, name);
      if (typeof node === 'string' || child === undefined || below === undefined) throw new Refused();
      node.set(name, go(below, child, depth + 1));
      return node;
    };
    const root = this.instances.get(miid);
    if (root === undefined) throw new Refused();
    this.instances.set(miid, go(this.definition.root, root, 0));
  }
}

function definitionOf(definition: NodeDefinition, name: string): NodeDefinition | undefined {
  return definition.nodes?.[name] ?? definition.nodes?.[ANY_NAME];
}

function initial(definition: NodeDefinition, data: InitialData): ModelNode {
  if (typeof data === 'string') return data;
  return new Map(
    Object.entries(data).map(([name, child]) => [name, initial(definitionOf(definition, name)!, child)]),
  );
}

function merged(definition: NodeDefinition, node: ModelNode, data: MoData): ModelNode {
  if (typeof node === 'string') {
    if (!definition.access.includes('Replace')) throw new Refused();
    return text(definition, data);
  }
  if (typeof data !== 'object' || data === null) throw new Refused();
  for (const [name, value] of Object.entries(data)) {
    const child = node.get(name);
    const below = definitionOf(definition, name);
    if (below === undefined) throw new Refused();
    if (child !== undefined) node.set(name, merged(below, child, value));
    else {
      if (!below.access.includes('Add')) throw new Refused();
      node.set(name, created(below, value));
    }
  }
  checkNumbers(definition, node);
  return node;
}

function created(definition: NodeDefinition, data: MoData): ModelNode {
  if (definition.format !== undefined) return text(definition, data);
  if (typeof data !== 'object' || data === null) throw new Refused();
  const node = new Map<string, ModelNode>();
  for (const [name, value] of Object.entries(data)) {
    const below = definitionOf(definition, name);
    if (below === undefined) throw new Refused();
    if (below.format !== undefined && !below.access.some((type) => type === 'Add' || type === 'Replace'))
      throw new Refused();
    node.set(name, created(below, value));
  }
  for (const [name, below] of Object.entries(definition.nodes ?? {}))
    if (below.value !== undefined && !node.has(name)) node.set(name, below.value);
  checkNumbers(definition, node);
  return node;
}

function checkNumbers(definition: NodeDefinition, node: Map<string, ModelNode>): void {
  for (const [name, below] of Object.entries(definition.nodes ?? {})) {
    const count =
      name === ANY_NAME
        ? [...node.keys()].filter((key) => definition.nodes?.[key] === undefined).length
        : Number(node.has(name));
    if (count < below.occurrence.min || count > below.occurrence.max) throw new Refused();
  }
}

function text(definition: NodeDefinition, data: MoData): string {
  const found = leafText(definition.format!, data);
  if (found === undefined) throw new Refused();
  return found;
}

function dataOf(definition: NodeDefinition, node: ModelNode): MoData {
  if (typeof node === 'string') return leafData(definition.format!, node);
  return Object.fromEntries(
    [...node].map(([name, child]) => [name, dataOf(definitionOf(definition, name)!, child)]),
  );
}
