/** HGET, step 3c: management data from a URI of the server's choice, taken into the device (protocol.md section 4). */
import { type ExecutableCommand } from '../../protocol/command.ts';
import { type Status } from '../../protocol/status.ts';
import { type Effect, type EffectResult } from '../effect.ts';
import { type ExecutionContext } from '../execution-context.ts';
import { takeIn } from '../incoming-data.ts';
import { violation } from '../package-exchange.ts';
import { fetchData } from '../repository.ts';
import { statusOf } from '../status-code.ts';

/** The status lists ClientURIs where the device chose the place: without a ClientURI, and for a new MO instance. */
export function* hget(
  context: ExecutionContext,
  command: Extract<ExecutableCommand, { name: 'HGET' }>,
): Generator<Effect, Status, EffectResult> {
  const fetched = yield* fetchData(context, command.serverUri);
  if (!fetched.ok) return statusOf(fetched.status);
  const { status, uris, misplaced } = takeIn(context.device.tree, fetched.data, command.clientUri);
  if (misplaced !== undefined) context.listener.violation(violation('repository.malformed_mo', misplaced));
  return uris.length === 0 ? statusOf(status) : { sc: status, uris };
}
