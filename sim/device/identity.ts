/** Identities: the DevID of device i, made from the seed and i alone, and back again. */
import { fail, ok, type Result } from '../protocol/fault.ts';
import { type Random, randomInteger, randomStream } from '../random/random.ts';

/**
 * - `imei`: `IMEI:` and 15 digits: prefix (TAC, up to 7), 7 digits of serial, Luhn check digit;
 * - `meid`: `MEID:` and 14 hexadecimal digits: prefix (up to 8), 6 digits of serial;
 * - `vin`: `VIN:` and 17 characters: prefix (manufacturer and model, up to 8), check digit, model year, 7 of serial;
 * - `uuid`: `urn:uuid:` and a UUID shaped like version 4 that begins with the prefix (up to 8) and ends in the serial.
 */
export const IDENTITY_SCHEMES = ['imei', 'meid', 'vin', 'uuid'] as const;
export type IdentityScheme = (typeof IDENTITY_SCHEMES)[number];

interface Scheme {
  readonly start: string;
  readonly pattern: RegExp;
  readonly expected: string;
  readonly upperCase: boolean;
  readonly defaultPrefix: string;
  /** Number base of the serial and its digits: room for 10 million devices and more. */
  readonly base: 10 | 16;
  readonly digits: number;
}

const SCHEMES: Readonly<Record<IdentityScheme, Scheme>> = {
  imei: {
    start: 'IMEI:',
    pattern: /^\d{1,7}$/,
    expected: '1 to 7 digits',
    upperCase: true,
    defaultPrefix: '3500000',
    base: 10,
    digits: 7,
  },
  meid: {
    start: 'MEID:',
    pattern: /^[\dA-F]{1,8}$/,
    expected: '1 to 8 hexadecimal digits',
    upperCase: true,
    defaultPrefix: 'A0000000',
    base: 16,
    digits: 6,
  },
  vin: {
    start: 'VIN:',
    pattern: /^[\dA-HJ-NPR-Z]{1,8}$/,
    expected: '1 to 8 digits or letters without I, O and Q',
    upperCase: true,
    defaultPrefix: 'WDM2XSWA',
    base: 10,
    digits: 7,
  },
  uuid: {
    start: 'urn:uuid:',
    pattern: /^[\da-f]{1,8}$/,
    expected: '1 to 8 hexadecimal digits',
    upperCase: false,
    defaultPrefix: '',
    base: 16,
    digits: 6,
  },
};

/**
 * A prefix in the scheme's own case. Longer ones than the scheme allows would leave too few serial numbers for
 * 10 million devices.
 */
export function parseIdPrefix(scheme: IdentityScheme, text: string, path = 'id prefix'): Result<string> {
  const { pattern, expected, upperCase } = SCHEMES[scheme];
  const prefix = upperCase ? text.toUpperCase() : text.toLowerCase();
  if (pattern.test(prefix)) return ok(prefix);
  return fail('id_prefix_invalid', path, text, `${expected} for identity scheme ${scheme}`);
}

/** The DevIDs of one scheme: a bijection between indices and serial numbers that the seed chooses. */
export class Identities {
  private readonly name: IdentityScheme;
  private readonly seed: number;
  private readonly scheme: Scheme;
  private readonly prefix: string;
  /** How many serial numbers there are. */
  private readonly modulus: number;
  private readonly factor: number;
  private readonly inverse: number;
  private readonly offset: number;

  /** @throws RangeError for a prefix that {@link parseIdPrefix} refuses. */
  constructor(scheme: IdentityScheme, seed: number, prefix?: string) {
    const { defaultPrefix, base, digits } = SCHEMES[scheme];
    const parsed = prefix === undefined ? ok(defaultPrefix) : parseIdPrefix(scheme, prefix);
    if (!parsed.ok) throw new RangeError(`${scheme}: ${parsed.fault.expected}`);
    const random = randomStream(seed, 'identity');
    this.name = scheme;
    this.seed = seed;
    this.scheme = SCHEMES[scheme];
    this.prefix = scheme === 'uuid' ? parsed.value : parsed.value.padEnd(scheme === 'imei' ? 7 : 8, '0');
    this.modulus = base ** digits;
    this.factor = coprimeFactor(random, this.modulus);
    this.inverse = inverseOf(this.factor, this.modulus);
    this.offset = randomInteger(random, this.modulus);
  }

  /** @throws RangeError for an index beyond the scheme's serial numbers (10 million at least). */
  devId(index: number): string {
    const { start } = this.scheme;
    const serial = this.serial(index);
    switch (this.name) {
      case 'imei':
        return start + withLuhnDigit(this.prefix + serial);
      case 'meid':
        return start + this.prefix + serial;
      case 'vin':
        return start + vin(this.prefix, serial);
      case 'uuid':
        return start + uuid(this.prefix, serial, randomStream(this.seed, 'uuid', index));
      default:
        return this.name satisfies never;
    }
  }

  /** The serial number in the DevID, before it is put into the scheme's shape. */
  serial(index: number): string {
    if (!(index >= 0 && index < this.modulus)) throw new RangeError(`no identity for index ${index}`);
    const { base, digits, upperCase } = this.scheme;
    const number = (index * this.factor + this.offset) % this.modulus;
    const serial = number.toString(base).padStart(digits, '0');
    return upperCase ? serial.toUpperCase() : serial;
  }

  /** The index whose DevID this is; `undefined` for a text that is none of this scheme, seed and prefix. */
  indexOf(devId: string): number | undefined {
    const { start, base, digits } = this.scheme;
    if (!devId.startsWith(start)) return undefined;
    let serial = this.name === 'imei' ? devId.slice(-digits - 1, -1) : devId.slice(-digits);
    if (this.name === 'vin') serial = `${PLANTS.indexOf(serial.charAt(0))}${serial.slice(1)}`;
    const number = Number.parseInt(serial, base);
    if (!(number >= 0 && number < this.modulus)) return undefined;
    const index = ((number - this.offset + this.modulus) * this.inverse) % this.modulus;
    return this.devId(index) === devId ? index : undefined;
  }
}

/** A factor without common divisor with a power of 10 or 16, spread over the whole range. */
function coprimeFactor(random: Random, modulus: number): number {
  const candidate = randomInteger(random, modulus) | 1;
  return candidate % 5 === 0 ? candidate + 2 : candidate;
}

/** The number that undoes multiplication by `factor` modulo `modulus` (extended Euclid). */
function inverseOf(factor: number, modulus: number): number {
  let [a, b, x, y] = [factor % modulus, modulus, 1, 0];
  while (a > 1) {
    const quotient = Math.floor(a / b);
    [a, b] = [b, a % b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulus) + modulus) % modulus;
}

/** 3GPP TS 23.003, annex B: the digits and the one that makes their Luhn sum a multiple of ten. */
function withLuhnDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits + String((10 - (sum % 10)) % 10);
}

const VIN_CHARACTERS = '0123456789ABCDEFGHJKLMNPRSTUVWXYZ';
const VIN_VALUES = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9,
];
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
/** The plant's letter takes the serial's first digit, for the six digits behind it are not enough. */
const PLANTS = 'ABCDEFGHJK';
const MODEL_YEAR_2026 = 'T';

/** ISO 3779 with the check digit of 49 CFR 565.15. */
function vin(prefix: string, serial: string): string {
  const tail = MODEL_YEAR_2026 + PLANTS.charAt(Number(serial.charAt(0))) + serial.slice(1);
  const unchecked = `${prefix}0${tail}`;
  let sum = 0;
  for (let i = 0; i < unchecked.length; i++)
    sum += (VIN_VALUES[VIN_CHARACTERS.indexOf(unchecked.charAt(i))] ?? 0) * (VIN_WEIGHTS[i] ?? 0);
  const check = sum % 11;
  return prefix + (check === 10 ? 'X' : String(check)) + tail;
}

/** RFC 9562 version 4 in shape; unique for its last digits, which are the serial. */
function uuid(prefix: string, serial: string, random: Random): string {
  let digits = prefix;
  while (digits.length < 26) digits += randomInteger(random, 16).toString(16);
  const variant = (8 + (Number.parseInt(digits.charAt(16), 16) % 4)).toString(16);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    variant + digits.slice(17, 20),
    digits.slice(20, 26) + serial,
  ].join('-');
}
