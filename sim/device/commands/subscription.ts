/** SUB and UNSUB: a PUT of a sub-tree whenever something in it changes (protocol.md section 4). */
import { type ClientUri, type Segment } from '../../protocol/client-uri.ts';
import { type ExecutableCommand } from '../../protocol/command.ts';
import { type MoSerialization } from '../../protocol/mo.ts';
import { type Status } from '../../protocol/status.ts';
import { type Effect, type EffectResult } from '../effect.ts';
import { type ExecutionContext } from '../execution-context.ts';
import { type ChangedNode, type MoTree } from '../mo-tree.ts';
import { sendData } from '../repository.ts';
import { SC, statusOf } from '../status-code.ts';
import { readInto } from './reading.ts';

/** 200, for what is subscribed to need not be there yet. A second SUB of the same ClientURI replaces the first. */
export function subscribe(
  { device }: ExecutionContext,
  { clientUri, serverUri }: Extract<ExecutableCommand, { name: 'SUB' }>,
): Status {
  const { subscriptions, limits } = device;
  if (subscriptions.size >= limits.maxRemembered && !subscriptions.has(clientUri.text))
    return statusOf(SC.failed);
  subscriptions.set(clientUri.text, { clientUri, serverUri });
  return statusOf(SC.ok);
}

/** 404 unless the ClientURI equals that of an earlier SUB to the letter. */
export function unsubscribe(
  { device }: ExecutionContext,
  { clientUri }: Extract<ExecutableCommand, { name: 'UNSUB' }>,
): Status {
  return statusOf(device.subscriptions.delete(clientUri.text) ? SC.ok : SC.notFound);
}

/**
 * Sends every subscribed sub-tree in which something has changed since the last call, in the order of the SUBs: one
 * PUT each, however many nodes changed at once. A sub-tree that is gone is told by an empty array. What becomes of the
 * PUT is nobody's status.
 */
export function* tellSubscribers(context: ExecutionContext): Generator<Effect, void, EffectResult> {
  const { tree, subscriptions } = context.device;
  const changes = tree.takeChanges();
  if (changes.length === 0) return;
  for (const { clientUri, serverUri } of subscriptions.values()) {
    if (!changes.some((change) => concerns(tree, clientUri, change))) continue;
    const data: MoSerialization[] = [];
    readInto(data, tree, clientUri, undefined);
    // An empty MIID that has come to mean several instances means none of them, but nothing is gone.
    const ambiguous = clientUri.miid === undefined && tree.instances(clientUri.moid).length > 1;
    if (data.length === 0 && ambiguous) continue;
    yield* sendData(context, 'PUT', serverUri, data);
  }
}

/** Whether a change lies at or below a node that is meant, or is the coming or going of one above it. */
function concerns(tree: MoTree, uri: ClientUri, { moid, miid, path }: ChangedNode): boolean {
  if (uri.moid !== moid) return false;
  if (uri.miid !== undefined && !takes(uri.miid, miid)) return false;
  for (let depth = 0; depth < Math.min(uri.path.length, path.length); depth++) {
    const segment = uri.path[depth];
    if (segment !== undefined && !takes(segment, path[depth] ?? '')) return false;
  }
  // Which nodes an x-name with nv stands for, the tree alone knows.
  if (uri.nodeValues.length === 0) return true;
  return tree
    .resolve(uri)
    .some(
      (match) => match.miid === miid && match.path.every((name, i) => i >= path.length || name === path[i]),
    );
}

function takes(segment: Segment, name: string): boolean {
  return segment.kind !== 'name' || segment.name === name;
}
