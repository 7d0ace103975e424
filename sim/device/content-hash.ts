/** A hash of text: not for secrets, only to tell one content from another. */

/** 32 bits over one more text (FNV-1a's step, then murmur3's finalizer), from a seed or a hash so far. */
export function hashText(hash: number, text: string): number {
  let h = (hash ^ 0x811c9dc5) | 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h ^= text.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
