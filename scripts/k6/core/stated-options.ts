/** Whether k6 runs the test that its script states: an archive keeps the scenario and the thresholds it was made with. */

/** The part of k6's options that is compared. */
export interface ComparedOptions {
  readonly scenarios?: unknown;
  readonly thresholds?: unknown;
}

/**
 * The first thing that k6 runs otherwise than stated, as `storm.vus is 5, stated 600`; `undefined`: all is as stated. What
 * k6 adds by itself does not count, nor do empty thresholds, and `60000ms` is `1m0s`.
 */
export function statedOtherwise(stated: ComparedOptions, run: ComparedOptions): string | undefined {
  return (
    difference('scenarios', stated.scenarios, run.scenarios) ??
    difference('thresholds', demanding(stated.thresholds), demanding(run.thresholds)) ??
    // The other way round: a threshold too many.
    difference('thresholds', demanding(run.thresholds), demanding(stated.thresholds), true)
  );
}

function demanding(thresholds: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(isObject(thresholds) ? thresholds : {}).filter(
      ([, list]) => !Array.isArray(list) || list.length > 0,
    ),
  );
}

function difference(path: string, stated: unknown, run: unknown, turned = false): string | undefined {
  if (isObject(stated) && isObject(run)) {
    for (const [key, value] of Object.entries(stated)) {
      if (value === undefined) continue;
      const found = difference(path === 'scenarios' ? key : `${path}.${key}`, value, run[key], turned);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (comparable(stated) === comparable(run)) return undefined;
  return turned
    ? `${path} is ${shown(stated)}, stated ${shown(run)}`
    : `${path} is ${shown(run)}, stated ${shown(stated)}`;
}

/** Arrays, too. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** Go's durations as microseconds. */
function comparable(value: unknown): unknown {
  if (typeof value !== 'string' || !/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(value)) return value;
  let ms = 0;
  for (const [, count, unit = ''] of value.matchAll(/([\d.]+)(h|ms|m|s)/g))
    ms += Number(count) * (UNIT_MS[unit] ?? 0);
  return Math.round(ms * 1_000);
}

function shown(value: unknown): string {
  return value === undefined || value === null ? 'none' : JSON.stringify(value);
}
