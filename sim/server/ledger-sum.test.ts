import { describe, expect, it } from 'vitest';
import { sumLedgers } from './ledger-sum.ts';
import { type Ledger } from './ledger.ts';
import { Moments } from './moments.ts';
import { ledgerWith } from './testing/made-up-ledger.ts';

/** A ledger whose every number is different. */
function filled(from: number): Ledger {
  let next = from;
  const number = (value: unknown): unknown =>
    typeof value === 'number'
      ? next++
      : Object.fromEntries(Object.entries(value as object).map(([name, member]) => [name, number(member)]));
  return number(ledgerWith({ commands: { GET: 0, END: 0 }, statuses: { GET: { '200': 0 } } })) as Ledger;
}

describe('the ledgers of several processes', () => {
  it('add up, count by count', () => {
    const [a, b] = [filled(1), filled(1_000)];
    const sum = sumLedgers([a, b]);
    const expectSums = (one: unknown, other: unknown, total: unknown, path: string): void => {
      if (typeof one === 'number') expect(total, path).toBe(one + Number(other));
      else
        for (const [name, member] of Object.entries(one as object))
          expectSums(
            member,
            (other as Record<string, unknown>)[name],
            (total as Record<string, unknown>)[name],
            `${path}.${name}`,
          );
    };
    const { service: ofA, ...countsOfA } = a;
    const { service: ofB, ...countsOfB } = b;
    expectSums(countsOfA, countsOfB, sum, '');
    for (const gauge of ['busy', 'queued', 'rejected'] as const)
      expect(sum.service[gauge]).toBe(ofA[gauge] + ofB[gauge]);
  });

  it('keep what only one of them has', () => {
    const sum = sumLedgers([
      ledgerWith({ commands: { GET: 1 }, statuses: { GET: { '200': 1 } }, refused: { '503': 2 } }),
      ledgerWith({ commands: { END: 2 }, statuses: { GET: { '404': 3 }, EXEC: { '202': 4 } } }),
    ]);
    expect(sum.commands).toEqual({ GET: 1, END: 2 });
    expect(sum.statuses).toEqual({ GET: { '200': 1, '404': 3 }, EXEC: { '202': 4 } });
    expect(sum.refused).toEqual({ '503': 2 });
  });

  it('keep the first example of a violation', () => {
    const rule = 'package1.invalid';
    const sum = sumLedgers([
      ledgerWith({}),
      ledgerWith({ violations: { [rule]: { count: 1, example: 'first' } } }),
      ledgerWith({ violations: { [rule]: { count: 2, example: 'second' } } }),
    ]);
    expect(sum.violations).toEqual({ [rule]: { count: 3, example: 'first' } });
  });

  it('have the mean and the deviation of all values, not means of means', () => {
    const [few, many, all] = [new Moments(), new Moments(), new Moments()];
    for (const value of [10]) [few, all].forEach((moments) => moments.add(value));
    for (const value of [1, 2, 3, 50]) [many, all].forEach((moments) => moments.add(value));
    const service = (moments: Moments): Ledger['service'] => ({
      ...{ serviceMs: moments.summary(), realisedMs: moments.summary(), waitMs: moments.summary() },
      ...{ busy: 0, queued: 0, rejected: 0 },
    });
    const sum = sumLedgers([few, many].map((moments) => ledgerWith({ service: service(moments) })));
    expect(sum.service.serviceMs).toEqual(all.summary());
    expect(sum.service.waitMs).toEqual(all.summary());
  });

  it('name no more types of alerts than one ledger does; the others stay counted', () => {
    const types = (from: number): Record<string, number> =>
      Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`urn:x:${from + i}`, 1]));
    const { alerts } = sumLedgers([
      ledgerWith({ alerts: { ...types(0), other: 5 } }),
      ledgerWith({ alerts: types(40) }),
    ]);
    expect(Object.keys(alerts)).toHaveLength(65);
    expect(alerts['other']).toBe(5 + 16);
  });

  it('take names as peers gave them', () => {
    const sum = sumLedgers([ledgerWith({ alerts: JSON.parse('{"__proto__":1}') as Ledger['alerts'] })]);
    expect(Object.entries(sum.alerts)).toEqual([['__proto__', 1]]);
  });

  it('of no process at all are zeros', () => {
    expect(sumLedgers([])).toEqual(ledgerWith({}));
  });
});
