/** HPUT and HPOST, step 3b: management data to a URI of the server's choice (protocol.md section 4). */
import { type ExecutableCommand } from '../../protocol/command.ts';
import { type Status } from '../../protocol/status.ts';
import { type Effect, type EffectResult } from '../effect.ts';
import { type ExecutionContext } from '../execution-context.ts';
import { sendData } from '../repository.ts';
import { SC, statusOf } from '../status-code.ts';
import { readAll } from './reading.ts';

/**
 * Sends the data of all ClientURIs in one body. When one of them cannot be read nothing is sent and its code is the
 * command's; so is 304 when all of them carry a `cv` that still holds.
 */
export function* hput(
  context: ExecutionContext,
  command: Extract<ExecutableCommand, { name: 'HPUT' | 'HPOST' }>,
): Generator<Effect, Status, EffectResult> {
  const { status, data } = readAll(context.device.tree, command.clientUris);
  if (status !== SC.ok) return statusOf(status);
  const method = command.name === 'HPUT' ? 'PUT' : 'POST';
  return statusOf(yield* sendData(context, method, command.serverUri, data));
}
