/** Looking at one device's management tree: its profile's shared template under an overlay with what it has different. */
import { type ClientUri, formatClientUri } from '../protocol/client-uri.ts';
import { type Match, resolveClientUri, type TreeView } from '../protocol/client-uri-resolution.ts';
import { type MoData } from '../protocol/mo.ts';
import { contentValidator } from './content-validator.ts';
import { leafData } from './leaf-format.ts';
import { type AccessType } from './mo-definition.ts';
import { type MoOverlay, restoreOverlay, type TreeMemory } from './mo-overlay.ts';
import {
  accessBit,
  GET,
  listingOf,
  type MoInstance,
  type MoTemplate,
  type ObjectListing,
  pathOf,
  rootOf,
  saltOf,
  type TreeNode,
} from './mo-template.ts';
import { type DeviceFacts, resolveValue, type ValueTemplate } from './value-template.ts';

const NO_INSTANCES: readonly MoInstance[] = [];

export class MoView implements TreeView<TreeNode> {
  protected readonly template: MoTemplate;
  private readonly facts: DeviceFacts;
  /** `undefined` until the first difference. */
  protected overlay: MoOverlay | undefined;
  /** Of the MO instances asked for since the last change. */
  protected validators: Map<TreeNode, string> | undefined;
  /** Values with per-device parts, once they were asked for: they never change. */
  private resolved: Map<TreeNode, string> | undefined;

  constructor(template: MoTemplate, facts: DeviceFacts, memory: TreeMemory | undefined) {
    this.template = template;
    this.facts = facts;
    if (memory !== undefined) this.overlay = restoreOverlay(memory, template);
  }

  /** The instances of an MO; none for an unknown MOID. */
  instances(moid: string): readonly MoInstance[] {
    const initial = this.template.instances.get(moid) ?? NO_INSTANCES;
    const { overlay } = this;
    const object = overlay === undefined ? undefined : this.template.objects.get(moid);
    if (overlay === undefined || object === undefined) return initial;
    const added = overlay.addedTo(object);
    if (added === undefined && !overlay.hasRemovals) return initial;
    const instances = initial.filter(({ root }) => !overlay.isRemoved(root));
    if (added !== undefined) for (const [miid, root] of added) instances.push({ miid, root });
    return instances;
  }

  childNames(node: TreeNode): readonly string[] {
    const { overlay } = this;
    if (overlay === undefined) return node.names;
    const added = overlay.addedTo(node);
    if (added === undefined && !overlay.hasRemovals) return node.names;
    const names: string[] = [];
    for (const [name, child] of node.children) if (!overlay.isRemoved(child)) names.push(name);
    if (added !== undefined) names.push(...added.keys());
    return names;
  }

  child(node: TreeNode, name: string): TreeNode | undefined {
    const { overlay } = this;
    const initial = node.children.get(name);
    if (overlay === undefined) return initial;
    if (initial !== undefined && !overlay.isRemoved(initial)) return initial;
    return overlay.addedTo(node)?.get(name);
  }

  /**
   * A leaf's value as a server may see it: `undefined` for an interior node and for a leaf without Get, so that no
   * `nv` of a ClientURI can guess at a secret.
   */
  value(node: TreeNode): string | undefined {
    return node.type.format === undefined || (node.type.access & GET) === 0 ? undefined : this.textOf(node);
  }

  /** A leaf's text for the device itself, without any access check; `''` for an interior node. */
  textOf(node: TreeNode): string {
    const own = this.overlay?.text(node);
    if (own !== undefined) return own;
    return typeof node.text === 'object' ? this.resolvedText(node, node.text) : (node.text ?? '');
  }

  /** Every MO instance that may be exposed, for Package#1's `MOS`. */
  objects(): readonly ObjectListing[] {
    if (this.overlay === undefined) return this.template.listing;
    const listing: ObjectListing[] = [];
    for (const object of this.template.objects.values())
      if ((object.root.access & GET) !== 0)
        for (const { miid } of this.instances(object.moid)) listing.push(listingOf(object, miid));
    return listing;
  }

  /** All nodes a ClientURI means (protocol.md section 5); none: 404. */
  resolve(uri: ClientUri): readonly Match<TreeNode>[] {
    return resolveClientUri(uri, this);
  }

  allows(node: TreeNode, access: AccessType): boolean {
    return (node.type.access & accessBit(access)) !== 0;
  }

  /**
   * The sub-tree as MO data, leaves as JSON values of their format. What has no Get is left out with all below it;
   * `undefined`: nothing may be read.
   */
  read(node: TreeNode): MoData | undefined {
    const { type } = node;
    if ((type.access & GET) === 0) return undefined;
    if (type.format !== undefined) return leafData(type.format, this.textOf(node));
    const data: Record<string, MoData> = {};
    for (const name of this.childNames(node)) {
      const child = this.child(node, name);
      const value = child === undefined ? undefined : this.read(child);
      if (value !== undefined) data[name] = value;
    }
    return data;
  }

  /** The node's ClientURI with its real MIID, e.g. `urn:oma:mo:oma-fumo:1.0/apps/State`. */
  addressOf(node: TreeNode): string {
    return formatClientUri({ moid: node.object.moid, miid: rootOf(node).name, path: pathOf(node) });
  }

  /** Validator of the MO instance the node is in: 16 hex digits over all that may be read of it. */
  cacheValidator(node: TreeNode): string {
    const root = rootOf(node);
    this.validators ??= new Map();
    let validator = this.validators.get(root);
    if (validator === undefined) {
      validator = contentValidator(this, root, this.facts.fact('serverUri'));
      this.validators.set(root, validator);
    }
    return validator;
  }

  /** The device's own look at a leaf in the MO's first instance, without access check. */
  leaf(moid: string, path: readonly string[]): string | undefined {
    let node = this.instances(moid)[0]?.root;
    for (const name of path) node = node === undefined ? undefined : this.child(node, name);
    return node?.type.format === undefined ? undefined : this.textOf(node);
  }

  /** What differs from the template as plain data, for the time the device sleeps; `undefined`: nothing. */
  fold(): TreeMemory | undefined {
    return this.overlay?.fold(this);
  }

  private resolvedText(node: TreeNode, template: ValueTemplate): string {
    this.resolved ??= new Map();
    let text = this.resolved.get(node);
    if (text === undefined) {
      text = resolveValue(template, this.facts, saltOf(node));
      this.resolved.set(node, text);
    }
    return text;
  }
}
