/** Status of a DM Command as Package#3 reports it: HTTP's codes (protocol.md section 4). */
import { type MoSerialization } from './mo.ts';

export interface Status {
  /** 200, 202, 304, 400, 401, 403, 404, 405, 406, 415, 500, 501, 503, or the code of a Data Repository. */
  readonly sc: number;
  /** ClientURIs the device chose, for an HGET without ClientURI. */
  readonly uris?: readonly string[];
  /** The management data a GET asked for. */
  readonly mo?: readonly MoSerialization[];
}
