/** Management data read from the MO tree: what GET, HPUT, HPOST and SUB send. */
import { type ClientUri } from '../../protocol/client-uri.ts';
import { type MoSerialization } from '../../protocol/mo.ts';
import { type MoTree } from '../mo-tree.ts';
import { SC } from '../status-code.ts';

/**
 * Appends the data of all nodes that a ClientURI means and returns its status code: 404 when it does not resolve, 405
 * when none of the nodes may be read (access type Get; the same code that DELETE and EXEC have for a node that does
 * not allow them), 304 when `validator` is that of all of them (TS 6.4). Of several nodes, those that may not be
 * read or have not changed are left out.
 */
export function readInto(
  list: MoSerialization[],
  tree: MoTree,
  uri: ClientUri,
  validator: string | undefined,
): number {
  const matches = tree.resolve(uri);
  if (matches.length === 0) return SC.notFound;
  let code: number = SC.notAllowed;
  for (const { node } of matches) {
    const moData = tree.read(node);
    if (moData === undefined) continue;
    const cv = tree.cacheValidator(node);
    if (cv === validator) {
      if (code === SC.notAllowed) code = SC.notModified;
    } else {
      list.push({ clientUri: tree.addressOf(node), cv, moData });
      code = SC.ok;
    }
  }
  return code;
}

/** The data of several ClientURIs, or the first failing status code; an unchanged one is no failure. */
export function readAll(
  tree: MoTree,
  uris: readonly ClientUri[],
): { readonly status: number; readonly data: readonly MoSerialization[] } {
  const data: MoSerialization[] = [];
  let unchanged = true;
  for (const uri of uris) {
    const status = readInto(data, tree, uri, uri.cacheValidator);
    if (status !== SC.ok && status !== SC.notModified) return { status, data: [] };
    if (status === SC.ok) unchanged = false;
  }
  return { status: unchanged ? SC.notModified : SC.ok, data };
}
