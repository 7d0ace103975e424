/** MO serialization: management data as JSON (protocol.md section 6). */

/** A leaf's value, or an interior node's children by name. */
export type MoData = string | number | boolean | null | { readonly [name: string]: MoData };

export interface MoSerialization {
  readonly ddf?: string;
  /** Address of the node whose data this is, e.g. `urn:oma:mo:oma-fumo:1.0/fumo/`. */
  readonly clientUri: string;
  /** Cache validator of the MO instance. */
  readonly cv?: string;
  readonly moData: MoData;
}
