/** Which nodes of a device's MO tree a ClientURI means (TS 6.4, protocol.md section 5). */
import { type ClientUri, type Segment } from './client-uri.ts';

/** A device's MO tree as resolution sees it; `N` is whatever stands for a node there. */
export interface TreeView<N> {
  /** The instances of a MO; the MOID has its `urn:`. */
  instances(moid: string): readonly { readonly miid: string; readonly root: N }[];
  childNames(node: N): readonly string[];
  child(node: N, name: string): N | undefined;
  /** A leaf's value as text, `undefined` for an interior node. */
  value(node: N): string | undefined;
}

/** A node that was meant. */
export interface Match<N> {
  readonly miid: string;
  /** Real names from the instance's root on. */
  readonly path: readonly string[];
  readonly node: N;
}

/** Nodes looked at for one ClientURI: far above any device's tree, and a bound on what a hostile URI costs. */
const MAX_STEPS = 100_000;

interface Search<N> {
  readonly uri: ClientUri;
  readonly tree: TreeView<N>;
  readonly matches: Match<N>[];
  /** X-names bound so far, with the real name each stands for. */
  readonly bound: Map<string, string>;
  /** Real names from the root to the node in hand. */
  readonly trail: string[];
  miid: string;
  stepsLeft: number;
}

/**
 * All nodes a ClientURI means, in the tree's order; none: it does not resolve (404), which also holds for an empty MIID
 * when the MO has several instances, and for a URI that would take more than 100,000 steps.
 *
 * An x-name stands for a real name. At its first place it takes any node that fulfils all its `nv`, so without `nv` it
 * is like `*`; at further places of the same URI it takes the same real name only.
 */
export function resolveClientUri<N>(uri: ClientUri, tree: TreeView<N>): readonly Match<N>[] {
  const instances = tree.instances(uri.moid);
  if (uri.miid === undefined && instances.length !== 1) return [];
  const search: Search<N> = {
    uri,
    tree,
    matches: [],
    bound: new Map(),
    trail: [],
    miid: '',
    stepsLeft: MAX_STEPS,
  };
  for (const { miid, root } of instances) {
    search.miid = miid;
    enter(search, uri.miid, miid, root, 0);
  }
  return search.stepsLeft < 0 ? [] : search.matches;
}

/** Goes on below `node` if the segment takes it; `depth` is the index of the next path segment. */
function enter<N>(
  search: Search<N>,
  segment: Segment | undefined,
  name: string,
  node: N,
  depth: number,
): void {
  if (search.stepsLeft-- < 0) return;
  if (segment === undefined || segment.kind === 'any') {
    descend(search, node, depth);
  } else if (segment.kind === 'name') {
    if (segment.name === name) descend(search, node, depth);
  } else {
    const boundName = search.bound.get(segment.name);
    if (boundName !== undefined) {
      if (boundName === name) descend(search, node, depth);
    } else if (fulfils(search, segment.name, node)) {
      search.bound.set(segment.name, name);
      descend(search, node, depth);
      search.bound.delete(segment.name);
    }
  }
}

function descend<N>(search: Search<N>, node: N, depth: number): void {
  const { tree, trail, matches, miid } = search;
  const segment = search.uri.path[depth];
  if (segment === undefined) {
    matches.push({ miid, path: trail.slice(), node });
  } else if (segment.kind === 'name') {
    enterChild(search, segment, segment.name, tree.child(node, segment.name), depth);
  } else {
    for (const name of tree.childNames(node))
      enterChild(search, segment, name, tree.child(node, name), depth);
  }
}

function enterChild<N>(
  search: Search<N>,
  segment: Segment,
  name: string,
  child: N | undefined,
  depth: number,
): void {
  if (child === undefined) return;
  search.trail.push(name);
  enter(search, segment, name, child, depth + 1);
  search.trail.pop();
}

/** Whether all `nv` of an x-name hold for a node. */
function fulfils<N>(search: Search<N>, x: string, node: N): boolean {
  for (const condition of search.uri.nodeValues) {
    if (search.stepsLeft-- < 0) return false;
    if (condition.x !== x) continue;
    let sub: N | undefined = node;
    for (const name of condition.path) {
      search.stepsLeft--;
      sub = search.tree.child(sub, name);
      if (sub === undefined) return false;
    }
    if (search.tree.value(sub) !== condition.value) return false;
  }
  return true;
}
