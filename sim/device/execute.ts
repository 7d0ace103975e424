/** Step 3: one DM Command, by the first alternative that fits it (CR 6.2, protocol.md section 4). */
import { type DmCommand } from '../protocol/command.ts';
import { type Status } from '../protocol/status.ts';
import { fetchMissing, setDefault } from './commands/default.ts';
import { deleteNodes } from './commands/delete.ts';
import { exec } from './commands/exec.ts';
import { get } from './commands/get.ts';
import { hget } from './commands/hget.ts';
import { hput } from './commands/hput.ts';
import { show } from './commands/show.ts';
import { subscribe, unsubscribe } from './commands/subscription.ts';
import { type Effect, type EffectResult } from './effect.ts';
import { type ExecutionContext } from './execution-context.ts';
import { SC, statusOf } from './status-code.ts';

/**
 * Executes one command and returns its status; nothing a server sends makes it throw. The command's simulated latency
 * passes first; what cannot be executed has none.
 */
export function* execute(
  context: ExecutionContext,
  command: DmCommand,
): Generator<Effect, Status, EffectResult> {
  if (command.name === 'unknown') return statusOf(SC.unsupported);
  if (command.name === 'malformed') return statusOf(SC.malformed);
  const ms = context.latencyMs(command.name);
  if (ms > 0) yield { kind: 'wait', ms, reason: 'command' };
  if (context.device.defaults.size > 0) yield* fetchMissing(context, command);
  switch (command.name) {
    case 'SHOW':
      return yield* show(context, command); // 3a
    case 'HPUT':
    case 'HPOST':
      return yield* hput(context, command); // 3b
    case 'HGET':
      return yield* hget(context, command); // 3c
    case 'GET':
      return get(context, command);
    case 'DELETE':
      return deleteNodes(context, command);
    case 'EXEC':
      return yield* exec(context, command);
    case 'SUB':
      return subscribe(context, command);
    case 'UNSUB':
      return unsubscribe(context, command);
    case 'DEFAULT':
      return setDefault(context, command);
    case 'CONT':
      context.serverUri = command.serverUri;
      return statusOf(SC.ok);
    case 'END':
      return statusOf(SC.ok);
    default:
      return command satisfies never;
  }
}
