/** Asynchronous EXEC work: done between two sessions, reported in a session of its own (protocol.md section 4). */
import { ALERT } from '../protocol/alert.ts';
import { parseClientUri } from '../protocol/client-uri.ts';
import { type Device } from './device.ts';
import { type Effect, type EffectResult } from './effect.ts';
import { performExec } from './exec-work.ts';
import { ExecutionContext } from './execution-context.ts';
import { type SessionListener } from './session-listener.ts';
import { MOID } from './standard-objects.ts';
import { SC } from './status-code.ts';
import { type Trigger } from './trigger.ts';

/** Ours: neither source names the alert that tells the end of work on a node outside the FUMO. */
export const EXECUTION_COMPLETE = 'urn:oma:at:dm:2.0:ExecComplete';

/**
 * Does the oldest asynchronous work of a device and returns the trigger of the session that reports it; `undefined`
 * when there is none. To be called between sessions until it returns `undefined`: work begins when its session has
 * ended, in the order of the EXECs, one after the other, so that nothing depends on how long anything takes. Work that
 * is cut by `return()` is done again from its start at the next call.
 */
export function* pendingWork(
  device: Device,
  listener: SessionListener,
): Generator<Effect, Trigger | undefined, EffectResult> {
  const next = device.asynchronousWork[0];
  if (next === undefined) return undefined;
  const { address, serverUri, draw } = next;
  const uri = parseClientUri(address);
  const node = uri.ok ? device.tree.resolve(uri.value)[0]?.node : undefined;
  const context = new ExecutionContext(device, listener, serverUri);
  // A later command of the same session may have deleted the node.
  const code = node === undefined ? SC.notFound : yield* performExec(context, node, draw);
  device.asynchronousWork.shift();
  device.fingerprint.addNumber(code);
  const alertType = address.startsWith(`${MOID.fumo}/`) ? ALERT.firmwareUpdate : EXECUTION_COMPLETE;
  const alert = { alertType, sourceUri: address, data: { ResultCode: code } };
  return { kind: 'report', serverUri, alerts: [alert] };
}
