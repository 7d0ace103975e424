/** EXEC: work on a node, now or – with a ServerURI – after the session (protocol.md section 4). */
import { type ExecutableCommand } from '../../protocol/command.ts';
import { type Status } from '../../protocol/status.ts';
import { type Effect, type EffectResult } from '../effect.ts';
import { performExec } from '../exec-work.ts';
import { type ExecutionContext } from '../execution-context.ts';
import { FIRMWARE_RESULT } from '../firmware.ts';
import { SC, statusOf } from '../status-code.ts';

/**
 * Without a ServerURI the command takes as long as the work: 200, 500 when it failed, 503 when the firmware package's
 * server cannot be reached, 405 when there is nothing to update with. With one it is 202 at once, and the work waits
 * for the end of the session (see `pending-work.ts`); 503 when too much waits already. A node without access type Exec: 405; not exactly one node: 404.
 */
export function* exec(
  context: ExecutionContext,
  { clientUri, serverUri }: Extract<ExecutableCommand, { name: 'EXEC' }>,
): Generator<Effect, Status, EffectResult> {
  const { tree, asynchronousWork, limits } = context.device;
  const matches = tree.resolve(clientUri);
  const node = matches[0]?.node;
  if (node === undefined || matches.length > 1) return statusOf(SC.notFound);
  if (!tree.allows(node, 'Exec')) return statusOf(SC.notAllowed);
  if (serverUri !== undefined && asynchronousWork.length >= limits.maxAsynchronousWork)
    return statusOf(SC.unavailable);
  const draw = context.nextDraw();
  if (serverUri === undefined) return statusOf(statusFor(yield* performExec(context, node, draw)));
  asynchronousWork.push({ address: tree.addressOf(node), serverUri, draw });
  return statusOf(SC.accepted);
}

/** Result codes share numbers with HTTP's codes but not their meaning, so they do not become statuses as they are. */
function statusFor(code: number): number {
  switch (code) {
    case FIRMWARE_RESULT.success:
      return SC.ok;
    case FIRMWARE_RESULT.notAcceptable:
      return SC.notAllowed;
    case FIRMWARE_RESULT.serverUnavailable:
      return SC.unavailable;
    default:
      return SC.failed;
  }
}
