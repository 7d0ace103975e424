/** Package#0 received: whether a DM Notification starts a session (CR 6.2 step 0, protocol.md section 3). */
import {
  type Sha256,
  judgeNotification,
  type NotificationAccount,
  type NotificationVerdict,
  withSeenId,
} from '../protocol/notification.ts';
import { decodePackage0 } from '../protocol/package0.ts';
import { decodePackage0Json } from '../protocol/package0-json.ts';
import { encodeUtf8 } from '../protocol/utf8.ts';
import { type Device } from './device.ts';
import { type TreeNode } from './mo-template.ts';
import { type MoTree } from './mo-tree.ts';
import { MOID } from './standard-objects.ts';
import { type Trigger } from './trigger.ts';

/** How far a TIMESTAMP may be from the device's clock, in either direction. */
export const NOTIFICATION_WINDOW_SECONDS = 300;

export type NotificationReception =
  | { readonly result: 'accepted'; readonly trigger: Trigger }
  | { readonly result: Exclude<NotificationVerdict, 'accepted'> | 'malformed' };

/**
 * Judges a frame of a notification channel – bytes: binary form, text: JSON form – by the device's DMAcc. An accepted
 * NOTIFICATION-ID is remembered by the device, so that the same one is a duplicate later.
 */
export function receiveNotification(
  device: Device,
  frame: Uint8Array | string,
  nowSeconds: number,
  sha256: Sha256,
): NotificationReception {
  const decoded = typeof frame === 'string' ? decodePackage0Json(frame) : decodePackage0(frame);
  if (!decoded.ok) return { result: 'malformed' };
  const notification = decoded.value;
  const server = accountOf(device.tree, notification.serverId);
  const result = judgeNotification({
    notification,
    knownServer: server !== undefined,
    account: server === undefined ? undefined : notificationAccount(device.tree, server),
    nowSeconds,
    windowSeconds: NOTIFICATION_WINDOW_SECONDS,
    seenIds: device.seenNotifications,
    sha256,
  });
  if (result !== 'accepted') return { result };
  device.seenNotifications = withSeenId(device.seenNotifications, notification);
  const { notificationId, reqMos } = notification;
  const trigger: Trigger = {
    kind: 'server',
    ...(notificationId === undefined ? {} : { notificationId }),
    reqMos,
  };
  return { result, trigger };
}

/** The DMAcc instance of a server. */
function accountOf(tree: MoTree, serverId: string): TreeNode | undefined {
  for (const { root } of tree.instances(MOID.dmAcc))
    if (textAt(tree, root, ['SrvID']) === serverId) return root;
  return undefined;
}

/** `undefined`: the account has no secret for notifications. */
function notificationAccount(tree: MoTree, account: TreeNode): NotificationAccount | undefined {
  const secret = textAt(tree, account, ['Auth', 'Noti', 'Secret']) ?? '';
  const data = textAt(tree, account, ['Auth', 'Noti', 'Data']) ?? '';
  return secret === '' ? undefined : { secret: encodeUtf8(secret), data: encodeUtf8(data) };
}

function textAt(tree: MoTree, root: TreeNode, path: readonly string[]): string | undefined {
  let node: TreeNode | undefined = root;
  for (const name of path) node = node === undefined ? undefined : tree.child(node, name);
  return node === undefined ? undefined : tree.textOf(node);
}
