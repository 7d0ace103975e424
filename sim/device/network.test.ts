/** Simulated networks: delays, losses, breaks, and that they follow from the stream alone. */
import { describe, expect, it } from 'vitest';
import { type Random, randomStream } from '../random/random.ts';
import {
  type Network,
  NETWORK_NAMES,
  NetworkConditions,
  NETWORKS,
  parseNetwork,
  withRoundTrip,
} from './network.ts';

const plain: Network = {
  name: 'plain',
  bearer: 'cellular',
  roundTrip: { kind: 'constant', ms: 100 },
  jitter: { kind: 'constant', ms: 10 },
  upBitsPerSecond: 8_000,
  downBitsPerSecond: 80_000,
  loss: 0,
  retransmissionMs: 1_000,
  breakShare: 0,
};

/** Gives the numbers in turn, then zeros. */
function scripted(...numbers: number[]): Random {
  return { next: () => numbers.shift() ?? 0 };
}

describe('network conditions', () => {
  it('split round trip and jitter in halves and add the bytes’ time each way', () => {
    const conditions = new NetworkConditions(plain, scripted());
    expect(conditions.requestMs(500, 0)).toBe(55 + 500);
    expect(conditions.responseMs(500)).toBe(55 + 50);
    expect(conditions.breaksAfterwards()).toBe(false);
  });

  it('a new connection takes its round trips first', () => {
    expect(new NetworkConditions(plain, scripted()).requestMs(0, 1)).toBe(155);
    expect(new NetworkConditions(plain, scripted()).requestMs(0, 2)).toBe(255);
  });

  it('a lost round trip costs a retransmission time-out, doubled when lost again, five times at most', () => {
    const lossy = { ...plain, loss: 0.5 };
    const delay = (draw: number): number =>
      new NetworkConditions(lossy, scripted(draw, 0.9)).requestMs(0, 0) - 55;
    expect(delay(0.6)).toBe(0);
    expect(delay(0.4)).toBe(1_000);
    expect(delay(0.2)).toBe(3_000);
    expect(delay(0)).toBe(31_000);
  });

  it('breaks the connection in the share asked for', () => {
    const conditions = new NetworkConditions({ ...plain, breakShare: 0.25 }, randomStream(1, 'net'));
    let broken = 0;
    for (let i = 0; i < 10_000; i++) {
      conditions.requestMs(0, 0);
      if (conditions.breaksAfterwards()) broken++;
    }
    expect(broken / 10_000).toBeCloseTo(0.25, 1);
  });

  it.each(NETWORK_NAMES)('%s draws the same numbers whether or not the server keeps connections', (name) => {
    const kept = new NetworkConditions(NETWORKS[name], randomStream(3, name));
    const fresh = new NetworkConditions(NETWORKS[name], randomStream(3, name));
    for (let i = 0; i < 20; i++) {
      kept.requestMs(100, i === 0 ? 1 : 0);
      fresh.requestMs(100, 1);
      expect(fresh.responseMs(100)).toBe(kept.responseMs(100));
      expect(fresh.breaksAfterwards()).toBe(kept.breaksAfterwards());
    }
  });

  it('lan is nearly free, and each named network is slower than the one before on the way to space', () => {
    const typicalMs = (name: keyof typeof NETWORKS): number => {
      const conditions = new NetworkConditions(NETWORKS[name], randomStream(5, 'typical'));
      const delays = Array.from(
        { length: 401 },
        () => conditions.requestMs(500, 0) + conditions.responseMs(500),
      );
      return delays.sort((a, b) => a - b)[200]!;
    };
    const order = (['lan', 'wifi', 'lte', '3g', 'satellite', 'nbiot'] as const).map(typicalMs);
    expect(order[0]).toBeLessThan(0.6);
    expect([...order].sort((a, b) => a - b)).toEqual(order);
  });
});

describe('naming networks', () => {
  it('takes the known names alone', () => {
    expect(parseNetwork('nbiot')).toEqual({ ok: true, value: NETWORKS.nbiot });
    expect(parseNetwork('5g', '--network')).toMatchObject({
      ok: false,
      fault: { path: '--network', found: '"5g"', expected: 'one of lan, wifi, lte, 3g, nbiot, satellite' },
    });
    expect(parseNetwork('constructor').ok).toBe(false);
  });

  it('a latency takes the place of round trip and jitter', () => {
    const overridden = withRoundTrip(NETWORKS.lte, { kind: 'constant', ms: 7 });
    expect(overridden).toMatchObject({
      name: 'lte',
      loss: NETWORKS.lte.loss,
      roundTrip: { ms: 7 },
      jitter: { ms: 0 },
    });
  });
});
