/** Cache validators: the same for the same readable content of an MO instance, whatever order it came about in. */
import { hashText } from './content-hash.ts';
import { GET, type TreeNode, type TreeReader } from './mo-template.ts';

/**
 * 16 hexadecimal digits. The DM Server's own origin counts as the same text wherever it listens, so that two runs
 * against servers on different ports get the same validators.
 */
export function contentValidator(tree: TreeReader, root: TreeNode, serverUri: string): string {
  const sum = new ContentSum(tree, /^https?:\/\/[^/?#]+/i.exec(serverUri)?.[0] ?? '');
  sum.add(root, 0);
  return sum.digits();
}

/** Each node is hashed with its path, and the hashes are added up: so the order of children does not matter. */
class ContentSum {
  private readonly tree: TreeReader;
  private readonly origin: string;
  private high = 0;
  private low = 0;

  constructor(tree: TreeReader, origin: string) {
    this.tree = tree;
    this.origin = origin;
  }

  add(node: TreeNode, path: number): void {
    let text = '';
    let seed = path;
    if (node.type.format !== undefined) {
      text = this.tree.textOf(node);
      if (this.origin !== '' && text.startsWith(this.origin)) {
        text = text.slice(this.origin.length);
        seed = ~path;
      }
    }
    this.high = (this.high + hashText(seed, text)) | 0;
    this.low = (this.low + hashText(Math.imul(seed, 0x9e3779b1) ^ 0x2545f491, text)) | 0;
    for (const name of this.tree.childNames(node)) {
      const child = this.tree.child(node, name);
      if (child !== undefined && (child.type.access & GET) !== 0) this.add(child, hashText(path, name));
    }
  }

  digits(): string {
    return digits(this.high) + digits(this.low);
  }
}

function digits(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, '0');
}
