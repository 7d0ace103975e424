import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanMs, NO_DELAY, parseDistribution, sample, type Distribution } from './distribution.ts';
import { randomStream, type Random } from './random.ts';

function parsed(text: string): Distribution {
  const result = parseDistribution(text);
  if (!result.ok) throw new Error(result.fault.expected);
  return result.value;
}

function samples(text: string, count = 40_000): readonly number[] {
  const distribution = parsed(text);
  const random = randomStream(11, text);
  return Array.from({ length: count }, () => sample(distribution, random)).sort((a, b) => a - b);
}

const mean = (row: readonly number[]): number => row.reduce((sum, x) => sum + x, 0) / row.length;
const deviation = (row: readonly number[]): number => {
  const middle = mean(row);
  return Math.sqrt(row.reduce((sum, x) => sum + (x - middle) ** 2, 0) / row.length);
};
const quantile = (sorted: readonly number[], q: number): number => sorted[Math.floor(q * sorted.length)] ?? 0;

/** Within a share of what is expected: at 40,000 samples four to five standard errors of each figure. */
function expectNear(found: number, expected: number, share: number): void {
  expect(found / expected).toBeGreaterThan(1 - share);
  expect(found / expected).toBeLessThan(1 + share);
}

describe('samples have the moments that their distribution is named for', () => {
  it('constant', () => {
    expect(samples('50ms', 3)).toEqual([50, 50, 50]);
  });

  it('uniform', () => {
    const row = samples('uniform(10ms,100ms)');
    expectNear(mean(row), 55, 0.015);
    expectNear(deviation(row), 90 / Math.sqrt(12), 0.02);
    expect(row[0]).toBeGreaterThanOrEqual(10);
    expect(row.at(-1)).toBeLessThan(100);
  });

  it('normal', () => {
    const row = samples('normal(mean=200ms,sd=20ms)');
    expectNear(mean(row), 200, 0.003);
    expectNear(deviation(row), 20, 0.02);
    expectNear(quantile(row, 0.8413), 220, 0.005);
  });

  it('lognormal', () => {
    const row = samples('lognormal(p50=80ms,p95=300ms)');
    expectNear(quantile(row, 0.5), 80, 0.03);
    expectNear(quantile(row, 0.95), 300, 0.04);
    expectNear(mean(row), meanMs(parsed('lognormal(p50=80ms,p95=300ms)')), 0.03);
  });

  it('exponential', () => {
    const row = samples('exp(mean=20ms)');
    expectNear(mean(row), 20, 0.025);
    expectNear(deviation(row), 20, 0.04);
    expectNear(quantile(row, 0.5), 20 * Math.LN2, 0.03);
  });
});

describe('a sample', () => {
  const extremes: readonly Random[] = [0, 0.25, 0.5, 1 - 2 ** -32].map((x) => ({ next: () => x }));

  it.each([
    'normal(mean=10ms,sd=1s,max=500ms)',
    'lognormal(p50=10ms,p95=10s,max=500ms)',
    'exp(mean=10s,max=500ms)',
    'uniform(0,500ms)',
  ])('of %s is never negative nor above its bound', (text) => {
    for (const random of [...extremes, randomStream(1, text)])
      for (let i = 0; i < 1_000; i++) {
        const ms = sample(parsed(text), random);
        expect(ms >= 0 && ms <= 500).toBe(true);
      }
  });

  it('is finite whatever is drawn', () => {
    for (const text of ['normal(mean=1ms,sd=1ms)', 'lognormal(p50=1ms,p95=2ms)', 'exp(mean=1ms)'])
      for (const random of extremes) expect(Number.isFinite(sample(parsed(text), random))).toBe(true);
  });

  it('of a constant draws nothing from the stream', () => {
    const unused: Random = {
      next() {
        throw new Error('a number was drawn');
      },
    };
    expect(sample(NO_DELAY, unused)).toBe(0);
  });
});

describe('reading a distribution', () => {
  it.each<[string, Distribution]>([
    ['0', { kind: 'constant', ms: 0 }],
    ['1.5s', { kind: 'constant', ms: 1_500 }],
    ['constant(2s)', { kind: 'constant', ms: 2_000 }],
    ['uniform(10ms,100ms)', { kind: 'uniform', minMs: 10, maxMs: 100 }],
    ['uniform(min=10ms, max=100ms)', { kind: 'uniform', minMs: 10, maxMs: 100 }],
    ['uniform(max=100ms,min=10ms)', { kind: 'uniform', minMs: 10, maxMs: 100 }],
    ['uniform(5ms,5ms)', { kind: 'uniform', minMs: 5, maxMs: 5 }],
    ['normal(mean=50ms,sd=10ms)', { kind: 'normal', meanMs: 50, sdMs: 10 }],
    ['normal(50ms,10ms,max=1s)', { kind: 'normal', meanMs: 50, sdMs: 10, maxMs: 1_000 }],
    [' exp(mean=20ms) ', { kind: 'exp', meanMs: 20 }],
    ['exp(20ms,max=1m)', { kind: 'exp', meanMs: 20, maxMs: 60_000 }],
  ])('%j', (text, expected) => {
    expect(parseDistribution(text)).toEqual({ ok: true, value: expected });
  });

  it.each([
    '',
    '50',
    'fast',
    'uniform',
    'uniform()',
    'uniform(10ms)',
    'uniform(10ms,)',
    'uniform(100ms,10ms)',
    'uniform(10ms,20ms,30ms)',
    'uniform(10ms,min=20ms)',
    'normal(mean=50ms)',
    'normal(mean=50ms,sd=10)',
    'normal(mean=50ms,sd=-10ms)',
    'normal(mean=50ms,dev=10ms)',
    'lognormal(p50=0,p95=1s)',
    'lognormal(p50=2s,p95=1s)',
    'exp(mean=1s',
    'exp(mean=1s))',
    'exp(mean=exp(1s))',
    'Exp(mean=1s)',
    'exp(mean=1s,mean=2s)',
    'exp(mean==1s)',
    'constant(1s,max=2s)',
    'poisson(mean=1s)',
    'constructor(1s)',
    'toString(1s)',
  ])('%j is refused, and where it stands is said', (text) => {
    const result = parseDistribution(text, '--latency HGET');
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(result.fault.code).toMatch(/^(distribution|duration)_invalid$/);
    expect(result.fault.path).toContain('--latency HGET');
  });

  it('never throws, whatever is typed', () => {
    const piece = fc.constantFrom(
      'uniform',
      'exp',
      'normal',
      '(',
      ')',
      ',',
      '=',
      '10ms',
      'mean',
      'max',
      ' ',
      'constructor',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), fc.string(), (pieces, text) => {
        expect(typeof parseDistribution(pieces.join('')).ok).toBe('boolean');
        expect(typeof parseDistribution(text).ok).toBe('boolean');
      }),
    );
  });
});

describe('the mean', () => {
  it.each([
    ['50ms', 50],
    ['uniform(10ms,100ms)', 55],
    ['normal(mean=50ms,sd=10ms)', 50],
    ['exp(mean=20ms)', 20],
  ])('of %s is %d ms', (text, expected) => {
    expect(meanMs(parsed(text))).toBe(expected);
  });
});
