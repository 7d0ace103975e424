/** Seeded random streams: everything random about device i follows from the seed and i alone. */

/** A deterministic stream of random numbers. */
export interface Random {
  /** The next number, uniform in [0, 1), with 32 bits of resolution. */
  next(): number;
}

/**
 * The stream that belongs to a seed and a path, e.g. `randomStream(seed, 'latency', deviceIndex, sessionNumber)`.
 * The same path always gives the same stream; different paths give independent ones. So streams need no storage:
 * whoever needs one again makes it again.
 */
export function randomStream(seed: number, ...path: readonly (number | string)[]): Random {
  let a = mix(seed >>> 0, 0x9e3779b9);
  let b = mix(Math.floor(seed / 2 ** 32) >>> 0, 0x85ebca6b);
  for (const part of path) {
    if (typeof part === 'number') {
      a = mix(a, part >>> 0);
      b = mix(b, (part >>> 0) ^ 0x27d4eb2f);
    } else {
      for (let i = 0; i < part.length; i++) {
        a = mix(a, part.charCodeAt(i));
        b = mix(b, part.charCodeAt(i) + 0x165667b1);
      }
      a = mix(a, 0xff51afd7 ^ part.length);
    }
  }
  return new Sfc32(a, b, mix(a, b), 1);
}

/** Chris Doty-Humphrey's "small fast counter" generator, 128 bits of state; passes PractRand. */
class Sfc32 implements Random {
  private a: number;
  private b: number;
  private c: number;
  private counter: number;

  constructor(a: number, b: number, c: number, counter: number) {
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    this.counter = counter | 0;
    for (let i = 0; i < 12; i++) this.next();
  }

  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  }
}

/** One avalanche round (murmur3's finalizer) over a running hash and one more word. */
function mix(hash: number, word: number): number {
  let h = (hash ^ word) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (Math.imul(h ^ (h >>> 16), 5) + 0xe6546b64) >>> 0;
}

/** A whole number in [0, below). */
export function randomInteger(random: Random, below: number): number {
  return Math.floor(random.next() * below);
}

/**
 * The index that a draw falls on, each index with its weight's share of the sum.
 * @throws RangeError when no weight is positive: the caller's configuration was not checked.
 */
export function weightedIndex(random: Random, weights: readonly number[]): number {
  let sum = 0;
  for (const weight of weights) sum += weight;
  if (!(sum > 0)) throw new RangeError('weightedIndex: no positive weight');
  let left = random.next() * sum;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? 0;
    if (weight <= 0) continue;
    last = i;
    if (left < weight) return i;
    left -= weight;
  }
  return last;
}
