/** Which DM Notifications a DM Client obeys: digest, timestamp and duplicate rules (protocol.md section 3). */
import { signedFormOf, type Package0 } from './package0.ts';

/** SHA-256 of bytes, 32 bytes: comes in, because not every runtime has one. */
export type Sha256 = (data: Uint8Array) => Uint8Array;

/** `DMAcc/<x>/Auth/Noti` of the server's account. */
export interface NotificationAccount {
  readonly secret: Uint8Array;
  readonly data: Uint8Array;
}

export interface Judgement {
  readonly notification: Package0;
  /** Whether SERVER-ID is some account's SrvID. */
  readonly knownServer: boolean;
  /** `undefined`: the account has no Auth/Noti sub-tree. */
  readonly account: NotificationAccount | undefined;
  /** POSIX time. */
  readonly nowSeconds: number;
  /** How far a TIMESTAMP may be from now, in either direction. */
  readonly windowSeconds: number;
  /** NOTIFICATION-IDs accepted from this server before, see {@link withSeenId}. */
  readonly seenIds: readonly number[];
  readonly sha256: Sha256;
}

export type NotificationVerdict =
  | 'accepted' // a DM Session follows
  | 'unknown_server'
  | 'no_secret' // signed, but there is nothing to check it with
  | 'wrong_digest'
  | 'replayed' // TIMESTAMP outside the window
  | 'duplicate'; // NOTIFICATION-ID accepted before

/** Accepted NOTIFICATION-IDs kept per server: an older one comes back as new, a TIMESTAMP closes that gap. */
export const SEEN_IDS_KEPT = 64;

/** SHA-256 over `AuthSecret ‖ notification with an all-zero digest ‖ AuthData`. */
export function notificationDigest(
  notification: Package0,
  secret: Uint8Array,
  data: Uint8Array,
  sha256: Sha256,
): Uint8Array {
  const signed = signedFormOf(notification);
  const input = new Uint8Array(secret.length + signed.length + data.length);
  input.set(secret);
  input.set(signed, secret.length);
  input.set(data, secret.length + signed.length);
  return sha256(input);
}

/**
 * What becomes of a Package#0. Who sent it is checked before what it says, so that nobody else can make a server's
 * later notification look like a duplicate; only an accepted one's ID is to be remembered. An unsigned notification is
 * obeyed: SHA256-DIGEST is optional, and so are TIMESTAMP and NOTIFICATION-ID with what they guard against.
 */
export function judgeNotification(judgement: Judgement): NotificationVerdict {
  const { notification, account, nowSeconds, windowSeconds, seenIds, sha256 } = judgement;
  const { digest, timestamp, notificationId } = notification;
  if (!judgement.knownServer) return 'unknown_server';
  if (digest !== undefined) {
    if (account === undefined) return 'no_secret';
    const expected = notificationDigest(notification, account.secret, account.data, sha256);
    if (!equalBytes(digest, expected)) return 'wrong_digest';
  }
  if (timestamp !== undefined && Math.abs(nowSeconds - timestamp) > windowSeconds) return 'replayed';
  if (notificationId !== undefined && seenIds.includes(notificationId)) return 'duplicate';
  return 'accepted';
}

/** The IDs to remember for a server after an accepted notification: the last {@link SEEN_IDS_KEPT}, oldest first. */
export function withSeenId(seenIds: readonly number[], { notificationId }: Package0): readonly number[] {
  return notificationId === undefined ? seenIds : [...seenIds.slice(1 - SEEN_IDS_KEPT), notificationId];
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
