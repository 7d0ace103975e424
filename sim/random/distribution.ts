/** Latencies as distributions: `50ms`, `uniform(10ms,100ms)`, `lognormal(p50=80ms,p95=300ms)` … */
import { fail, ok, type Result } from '../protocol/fault.ts';
import { parseDuration } from './duration.ts';
import { type Random } from './random.ts';

/** Plain data, so that it crosses threads; all times in ms; a sample is never negative nor above `maxMs`. */
export type Distribution =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: 'normal'; readonly meanMs: number; readonly sdMs: number; readonly maxMs?: number }
  | { readonly kind: 'lognormal'; readonly mu: number; readonly sigma: number; readonly maxMs?: number }
  | { readonly kind: 'exp'; readonly meanMs: number; readonly maxMs?: number };

export const NO_DELAY: Distribution = { kind: 'constant', ms: 0 };

/** The 95th percentile of the standard normal distribution. */
const Z95 = 1.6448536269514722;
const EXPECTED =
  'a distribution: 50ms, uniform(10ms,100ms), normal(mean=50ms,sd=10ms), lognormal(p50=80ms,p95=300ms) or exp(mean=20ms), the last three with an optional max=…';
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  constant: ['value'],
  uniform: ['min', 'max'],
  normal: ['mean', 'sd'],
  lognormal: ['p50', 'p95'],
  exp: ['mean'],
};

/** Reads a distribution; parameters stand by position or by name, `max=` bounds samples of normal, lognormal and exp. */
export function parseDistribution(text: string, path = 'distribution'): Result<Distribution> {
  const trimmed = text.trim();
  const call = /^([a-z]+)\(([^()]*)\)$/.exec(trimmed);
  if (call === null) {
    const duration = parseDuration(trimmed, path);
    if (duration.ok) return ok({ kind: 'constant', ms: duration.value });
    return fail('distribution_invalid', path, text, EXPECTED);
  }
  const kind = call[1] ?? '';
  const names = PARAMETERS[kind];
  if (names === undefined) return fail('distribution_invalid', path, text, EXPECTED);
  const given = new Map<string, number>();
  const parts = (call[2] ?? '').split(',');
  for (let i = 0; i < parts.length; i++) {
    const part = (parts[i] ?? '').trim();
    const equals = part.indexOf('=');
    const name = equals < 0 ? names[i] : part.slice(0, equals).trim();
    const value = parseDuration(
      equals < 0 ? part : part.slice(equals + 1),
      `${path}, ${name ?? 'parameter'}`,
    );
    if (name === undefined || (!names.includes(name) && name !== 'max') || given.has(name))
      return fail('distribution_invalid', path, text, EXPECTED);
    if (!value.ok) return value;
    given.set(name, value.value);
  }
  if (names.some((name) => !given.has(name))) return fail('distribution_invalid', path, text, EXPECTED);
  const at = (name: string): number => given.get(name) ?? 0;
  const maxMs = given.get('max');
  const bound = maxMs === undefined ? {} : { maxMs };
  switch (kind) {
    case 'constant':
      return given.size === 1
        ? ok({ kind, ms: at('value') })
        : fail('distribution_invalid', path, text, EXPECTED);
    case 'uniform':
      if (at('max') < at('min'))
        return fail('distribution_invalid', path, text, 'uniform(min,max) with min ≤ max');
      return ok({ kind, minMs: at('min'), maxMs: at('max') });
    case 'normal':
      return ok({ kind, meanMs: at('mean'), sdMs: at('sd'), ...bound });
    case 'lognormal':
      if (at('p50') <= 0 || at('p95') < at('p50'))
        return fail('distribution_invalid', path, text, 'lognormal(p50,p95) with 0 < p50 ≤ p95');
      return ok({ kind, mu: Math.log(at('p50')), sigma: Math.log(at('p95') / at('p50')) / Z95, ...bound });
    default:
      return ok({ kind: 'exp', meanMs: at('mean'), ...bound });
  }
}

/** One sample in ms; draws one or two numbers from the stream (none for a constant). */
export function sample(distribution: Distribution, random: Random): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms;
    case 'uniform':
      return distribution.minMs + random.next() * (distribution.maxMs - distribution.minMs);
    case 'normal':
      return clamp(distribution.meanMs + distribution.sdMs * standardNormal(random), distribution.maxMs);
    case 'lognormal':
      return clamp(
        Math.exp(distribution.mu + distribution.sigma * standardNormal(random)),
        distribution.maxMs,
      );
    case 'exp':
      return clamp(-Math.log(1 - random.next()) * distribution.meanMs, distribution.maxMs);
    default:
      return distribution satisfies never;
  }
}

/** The mean in ms; bounds (`max`, the cut at zero) are not taken into account. */
export function meanMs(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms;
    case 'uniform':
      return (distribution.minMs + distribution.maxMs) / 2;
    case 'lognormal':
      return Math.exp(distribution.mu + distribution.sigma ** 2 / 2);
    case 'normal':
    case 'exp':
      return distribution.meanMs;
    default:
      return distribution satisfies never;
  }
}

/** Box–Muller, the sine half thrown away: streams stay stateless. */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

function clamp(ms: number, maxMs = Number.POSITIVE_INFINITY): number {
  return Math.min(Math.max(ms, 0), maxMs);
}
