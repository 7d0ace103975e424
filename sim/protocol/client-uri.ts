/** ClientURI: `MOID "/" [MIID] "/" path ["?" query]` (TS 6.4, protocol.md section 5). */

/** A place in a ClientURI: a real name, every name (`*`), or an x-name `(x)` bound by `nv`. */
export type Segment =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'x'; readonly name: string };

/** `nv=(x)/<path>:<value>`: the node bound to x has a sub-node with that value. */
export interface NodeValue {
  readonly x: string;
  readonly path: readonly string[];
  readonly value: string;
}

export interface ClientUri {
  /** As delivered. */
  readonly text: string;
  readonly moid: string;
  /** `undefined`: the MIID position is empty, the MO's only instance is meant. */
  readonly miid: Segment | undefined;
  /** Empty: the MO instance's root. */
  readonly path: readonly Segment[];
  readonly nodeValues: readonly NodeValue[];
  /** `cv=<validator>`. */
  readonly cacheValidator?: string;
}
