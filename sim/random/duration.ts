/** Durations as people write them: `500ms`, `30s`, `2m`, `1h`. */
import { fail, ok, type Result } from '../protocol/fault.ts';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
/** Thirty days: longer waits are surely a slip of the keyboard. */
const LONGEST_MS = 30 * 86_400_000;

/** Milliseconds of `250ms`, `1.5s`, `2m`, `1h`, `1d`, or of a bare `0`; a number without unit is a fault. */
export function parseDuration(text: string, path = 'duration'): Result<number> {
  const trimmed = text.trim();
  if (trimmed === '0') return ok(0);
  const match = DURATION.exec(trimmed);
  const ms = match === null ? Number.NaN : Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? Number.NaN);
  if (Number.isFinite(ms) && ms <= LONGEST_MS) return ok(ms);
  return fail('duration_invalid', path, text, 'a duration such as 500ms, 30s, 2m or 1h, at most 30d');
}
