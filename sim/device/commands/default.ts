/** DEFAULT: where the device fetches a MOID from when it is needed (protocol.md section 4). */
import { parseClientUri, type ClientUri } from '../../protocol/client-uri.ts';
import { type DmCommand, type ExecutableCommand } from '../../protocol/command.ts';
import { type Status } from '../../protocol/status.ts';
import { type Effect, type EffectResult } from '../effect.ts';
import { type ExecutionContext } from '../execution-context.ts';
import { takeIn } from '../incoming-data.ts';
import { fetchData } from '../repository.ts';
import { SC, statusOf } from '../status-code.ts';

/** Remembers the place; a newer one for the same MOID replaces it. */
export function setDefault(
  { device }: ExecutionContext,
  { serverUri, moid }: Extract<ExecutableCommand, { name: 'DEFAULT' }>,
): Status {
  const { defaults, limits } = device;
  if (defaults.size >= limits.maxRemembered && !defaults.has(moid)) return statusOf(SC.failed);
  defaults.set(moid, serverUri);
  return statusOf(SC.ok);
}

/**
 * Does the HGET work for every MOID that a command addresses, that has no instance on the device, and that has a
 * DEFAULT; once per session and MOID, whatever comes of it. HGET itself is left out: it brings the data.
 */
export function* fetchMissing(
  context: ExecutionContext,
  command: DmCommand,
): Generator<Effect, void, EffectResult> {
  const { device, fetchedDefaults } = context;
  for (const { moid } of addressed(command)) {
    const serverUri = device.defaults.get(moid);
    if (serverUri === undefined || fetchedDefaults.has(moid) || device.tree.instances(moid).length > 0)
      continue;
    fetchedDefaults.add(moid);
    const fetched = yield* fetchData(context, serverUri);
    const aim = parseClientUri(`${moid}//`);
    if (fetched.ok && aim.ok) takeIn(device.tree, fetched.data, aim.value);
  }
}

/** The ClientURIs of a command that needs the data they mean. */
function addressed(command: DmCommand): readonly ClientUri[] {
  switch (command.name) {
    case 'GET':
    case 'HPUT':
    case 'HPOST':
      return command.clientUris;
    case 'DELETE':
    case 'EXEC':
      return [command.clientUri];
    case 'HGET':
    // What is subscribed to need not be there yet.
    case 'SUB':
    case 'UNSUB':
    case 'SHOW':
    case 'CONT':
    case 'END':
    case 'DEFAULT':
    case 'malformed':
    case 'unknown':
      return [];
    default:
      return command satisfies never;
  }
}
