/** Cache validators: the same for the same readable content of an MO instance, whatever order it came about in. */
import { hashText } from './content-hash.ts';
import { GET, type TreeNode, type TreeReader } from './mo-template.ts';

/**
 * 16 hexadecimal digits. The DM Server's own origin counts as the same text wherever it listens, so that two runs
 * against servers on different ports get the same validators.
 */
export function contentValidator(view: TreeReader, root: TreeNode, serverUri: string): string {
  const origin = /^https?:\/\/[^/?#]+/i.exec(serverUri)?.[0] ?? '';
  return (
    digits(contentHash(view, root, origin, 0x2545f491)) + digits(contentHash(view, root, origin, 0x9e3779b9))
  );
}

/** Children are combined by adding, so their order does not matter. */
function contentHash(view: TreeReader, node: TreeNode, origin: string, seed: number): number {
  if (node.type.format !== undefined) {
    const text = view.textOf(node);
    const own = origin !== '' && text.startsWith(origin);
    return own ? hashText(~seed, text.slice(origin.length)) : hashText(seed, text);
  }
  let hash = seed;
  for (const name of view.childNames(node)) {
    const child = view.child(node, name);
    if (child === undefined || (child.type.access & GET) === 0) continue;
    const member = Math.imul(contentHash(view, child, origin, seed) ^ hashText(~seed, name), 0x85ebca6b);
    hash = (hash + Math.imul(member ^ (member >>> 15), 0xc2b2ae35)) | 0;
  }
  return hash;
}

function digits(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, '0');
}
