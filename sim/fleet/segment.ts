/** Which part of a whole belongs to which shard; remainders are given out, nothing is lost. */

export interface Segment {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** The part of `size` things that shard `index` of `count` takes; the parts differ by one at most and cover everything. */
export function segment(index: number, count: number, size: number): Segment {
  return { first: Math.floor((index * size) / count), end: Math.floor(((index + 1) * size) / count) };
}

/** The shard that {@link segment} gives a thing to. */
export function shardOf(thing: number, count: number, size: number): number {
  let index = Math.min(count - 1, Math.floor((thing * count) / size));
  while (thing < segment(index, count, size).first) index--;
  while (thing >= segment(index, count, size).end) index++;
  return index;
}
