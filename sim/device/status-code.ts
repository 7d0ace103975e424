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

/** Most statuses are a code and nothing else: they are made once. */
const PLAIN: readonly Status[] = Array.from({ length: 600 }, (_, sc) => Object.freeze({ sc }));

export function statusOf(code: number): Status {
  return PLAIN[code] ?? { sc: code };
}
