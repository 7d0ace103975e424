/** DELETE: a node and all below it (protocol.md section 4). */
import { type ExecutableCommand } from '../../protocol/command.ts';
import { type Status } from '../../protocol/status.ts';
import { type ExecutionContext } from '../execution-context.ts';
import { SC, statusOf } from '../status-code.ts';

/**
 * A ClientURI with wildcards deletes all nodes it means; the first one that may not be deleted gives the code, the
 * others go nevertheless.
 */
export function deleteNodes(
  { device: { tree } }: ExecutionContext,
  { clientUri }: Extract<ExecutableCommand, { name: 'DELETE' }>,
): Status {
  const matches = tree.resolve(clientUri);
  if (matches.length === 0) return statusOf(SC.notFound);
  let code: number = SC.ok;
  for (const { node } of matches) {
    const removed = tree.remove(node);
    if (!removed.ok && code === SC.ok) code = removed.status;
  }
  return statusOf(code);
}
