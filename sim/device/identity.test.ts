/** Identities: their shapes, check digits, and that they are unique and found again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Identities, IDENTITY_SCHEMES, type IdentityScheme, parseIdPrefix } from './identity.ts';

function identityOf(scheme: IdentityScheme, seed: number, index: number, prefix?: string): string {
  return new Identities(scheme, seed, prefix).devId(index);
}

/** Luhn's sum written the other way round than in the code: from the left over a known length. */
function luhnSum(digits: string): number {
  return Array.from(digits).reduce((sum, digit, i) => {
    const value = Number(digit) * ((digits.length - i) % 2 === 0 ? 2 : 1);
    return sum + Math.floor(value / 10) + (value % 10);
  }, 0);
}

function vinRemainder(vin: string): number {
  const weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
  const value = (c: string): number => {
    if (/\d/.test(c)) return Number(c);
    const table: Record<string, number> = {
      A: 1,
      B: 2,
      C: 3,
      D: 4,
      E: 5,
      F: 6,
      G: 7,
      H: 8,
      J: 1,
      K: 2,
      L: 3,
      M: 4,
    };
    return { ...table, N: 5, P: 7, R: 9, S: 2, T: 3, U: 4, V: 5, W: 6, X: 7, Y: 8, Z: 9 }[c] ?? Number.NaN;
  };
  return Array.from(vin).reduce((sum, c, i) => sum + value(c) * weights[i]!, 0) % 11;
}

describe('identities', () => {
  it('an IMEI is 15 digits whose Luhn sum is a multiple of ten', () => {
    for (const index of [0, 1, 9_999_999, 123_456]) {
      const devId = identityOf('imei', 7, index);
      expect(devId).toMatch(/^IMEI:3500000\d{8}$/);
      expect(luhnSum(devId.slice(5)) % 10).toBe(0);
    }
    // A number from 3GPP's own examples of the check digit: 49015420323751 → 8.
    expect(luhnSum('490154203237518') % 10).toBe(0);
  });

  it('a VIN is 17 characters without I, O, Q and has a valid check digit', () => {
    // The textbook example of the check digit.
    expect(vinRemainder('1M8GDM9AXKP042788')).toBe(10);
    for (let index = 0; index < 200; index++) {
      const vin = identityOf('vin', 7, index * 49_999).slice(4);
      expect(vin).toMatch(/^[\dA-HJ-NPR-Z]{17}$/);
      const remainder = vinRemainder(vin);
      expect(vin[8]).toBe(remainder === 10 ? 'X' : String(remainder));
    }
  });

  it('a MEID is 14 hexadecimal digits, a UUID is shaped like version 4', () => {
    expect(identityOf('meid', 7, 5)).toMatch(/^MEID:A0000000[\dA-F]{6}$/);
    expect(identityOf('uuid', 7, 5)).toMatch(
      /^urn:uuid:[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
  });

  it.each(IDENTITY_SCHEMES)('%s follows from seed and index: another seed, another identity', (scheme) => {
    expect(identityOf(scheme, 7, 42)).toBe(identityOf(scheme, 7, 42));
    expect(identityOf(scheme, 7, 42)).not.toBe(identityOf(scheme, 8, 42));
    expect(identityOf(scheme, 7, 42)).not.toBe(identityOf(scheme, 7, 43));
  });

  it.each(IDENTITY_SCHEMES)(
    '%s is calculated back to the index, for every seed and 10 million devices',
    (scheme) => {
      fc.assert(
        fc.property(fc.integer({ min: 0 }), fc.integer({ min: 0, max: 9_999_999 }), (seed, index) => {
          const identities = new Identities(scheme, seed);
          expect(identities.indexOf(identities.devId(index))).toBe(index);
        }),
      );
    },
  );

  it.each(IDENTITY_SCHEMES)(
    '%s of another seed, with a wrong digit or of another shape has no index',
    (scheme) => {
      const identities = new Identities(scheme, 7);
      const devId = identities.devId(3);
      const wrong = devId.slice(0, -1) + (devId.endsWith('1') ? '2' : '1');
      expect(identities.indexOf(wrong)).not.toBe(3);
      expect(identities.indexOf(`${devId}0`)).toBeUndefined();
      expect(identities.indexOf('')).toBeUndefined();
      expect(identities.indexOf(devId.slice(0, 12))).toBeUndefined();
      expect(identities.indexOf('VIN:I')).toBeUndefined();
    },
  );

  it('a run of 200,000 identities has no two alike', () => {
    for (const scheme of IDENTITY_SCHEMES) {
      const identities = new Identities(scheme, 11);
      const serials = new Set<string>();
      for (let index = 0; index < 200_000; index++) serials.add(identities.serial(index));
      expect(serials.size).toBe(200_000);
    }
  });

  it('an index beyond the serial numbers is our mistake', () => {
    expect(() => identityOf('imei', 7, 10_000_000)).toThrow(RangeError);
    expect(() => identityOf('imei', 7, -1)).toThrow(RangeError);
  });
});

describe('id prefixes', () => {
  it('begin the identity, filled up with zeros to the scheme’s length', () => {
    expect(identityOf('imei', 7, 1, '86')).toMatch(/^IMEI:8600000\d{8}$/);
    expect(identityOf('meid', 7, 1, 'a1b2')).toMatch(/^MEID:A1B20000[\dA-F]{6}$/);
    expect(identityOf('vin', 7, 1, 'WBA')).toMatch(/^VIN:WBA00000[\dX]T[A-HJK]\d{6}$/);
    expect(identityOf('uuid', 7, 1, 'CAFE')).toMatch(/^urn:uuid:cafe[\da-f]{4}-/);
  });

  it.each([
    ['imei', '12345678'],
    ['imei', '35A'],
    ['imei', ''],
    ['meid', 'XYZ'],
    ['vin', 'IOQ'],
    ['vin', 'WBA123456'],
    ['uuid', '123456789'],
  ] as const)('%s does not take %j', (scheme, prefix) => {
    const parsed = parseIdPrefix(scheme, prefix, '--id-prefix');
    expect(parsed).toMatchObject({ ok: false, fault: { code: 'id_prefix_invalid', path: '--id-prefix' } });
    expect(() => new Identities(scheme, 7, prefix)).toThrow(RangeError);
  });
});
