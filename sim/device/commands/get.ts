/** GET: management data in Package#3 (protocol.md section 4). */
import { type ExecutableCommand } from '../../protocol/command.ts';
import { type Status } from '../../protocol/status.ts';
import { type ExecutionContext } from '../execution-context.ts';
import { SC, statusOf } from '../status-code.ts';
import { readAll } from './reading.ts';

/** 200 with the data if all ClientURIs resolve; 304 if nothing has changed; else the first failing code and no data. */
export function get(
  { device }: ExecutionContext,
  command: Extract<ExecutableCommand, { name: 'GET' }>,
): Status {
  const { status, data } = readAll(device.tree, command.clientUris);
  return status === SC.ok ? { sc: status, mo: data } : statusOf(status);
}
