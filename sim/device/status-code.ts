/** The status codes that a device answers commands with (protocol.md section 4). */
import { type Status } from '../protocol/status.ts';

export const SC = {
  ok: 200,
  accepted: 202,
  notModified: 304,
  malformed: 400,
  notFound: 404,
  notAllowed: 405,
  notAcceptable: 406,
  tooLarge: 413,
  unsupportedMediaType: 415,
  failed: 500,
  unsupported: 501,
  unavailable: 503,
} as const;

/** Most statuses are a code and nothing else: each is made once, when it is first asked for. */
const PLAIN = new Array<Status | undefined>(600);

export function statusOf(code: number): Status {
  const known = PLAIN[code];
  if (known !== undefined) return known;
  const status: Status = Object.freeze({ sc: code });
  if (code >= 0 && code < PLAIN.length) PLAIN[code] = status;
  return status;
}
