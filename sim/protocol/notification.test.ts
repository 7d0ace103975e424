import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeHex, encodeHex } from './hex.ts';
import {
  judgeNotification,
  notificationDigest,
  SEEN_IDS_KEPT,
  withSeenId,
  type Judgement,
} from './notification.ts';
import { decodePackage0Json, encodePackage0Json } from './package0-json.ts';
import { decodePackage0, encodePackage0, type Package0 } from './package0.ts';
import { encodeUtf8 } from './utf8.ts';

const sha256 = (data: Uint8Array): Uint8Array => Uint8Array.from(createHash('sha256').update(data).digest());
const account = { secret: encodeUtf8('secret'), data: encodeUtf8('nonce') };
const NOW = 1_790_000_000;
const unsigned: Package0 = {
  serverId: 'dms',
  preferredConType: 0,
  notificationId: 7,
  timestamp: NOW,
  reqMos: true,
};

function signed(notification: Package0): Package0 {
  return { ...notification, digest: notificationDigest(notification, account.secret, account.data, sha256) };
}

function judge(notification: Package0, rest: Partial<Judgement> = {}): string {
  return judgeNotification({
    notification,
    knownServer: true,
    account,
    nowSeconds: NOW,
    windowSeconds: 300,
    seenIds: [],
    sha256,
    ...rest,
  });
}

describe('SHA256-DIGEST', () => {
  it('is made over secret, notification with a zero digest, and data, in this order', () => {
    // By hand: header 2300, the six options of protocol.md section 3, the digest all zero.
    const binary = `2300 13646d73 1100 120007 1d13${'00'.repeat(32)} 146ab13b80 10`.replaceAll(' ', '');
    const expected = createHash('sha256')
      .update('secret')
      .update(Buffer.from(binary, 'hex'))
      .update('nonce')
      .digest('hex');
    expect(encodeHex(notificationDigest(unsigned, account.secret, account.data, sha256))).toBe(expected);
  });

  it('does not depend on the digest that the notification already carries', () => {
    const other = { ...unsigned, digest: new Uint8Array(32).fill(9) };
    expect(signed(other).digest).toEqual(signed(unsigned).digest);
  });

  it('is the same for the JSON form', () => {
    const result = decodePackage0Json(encodePackage0Json(signed(unsigned)));
    expect(result.ok && judge(result.value)).toBe('accepted');
  });

  it('is checked over the bytes as received, so that a sender may write them otherwise than we do', () => {
    // VER 1, reserved bits set, an option 9 that we do not know, a TIMESTAMP of eight bytes.
    const hex = (digest: string): Uint8Array =>
      decodeHex(`12ff13646d7311022d13${digest}18000000006ab13b8041ff`)!;
    const digest = sha256(Uint8Array.from([...account.secret, ...hex('00'.repeat(32)), ...account.data]));
    const received = decodePackage0(hex(encodeHex(digest)));
    expect(received.ok && judge(received.value)).toBe('accepted');
    const changed = hex(encodeHex(digest));
    changed[7] = 3;
    const forged = decodePackage0(changed);
    expect(forged.ok && judge(forged.value)).toBe('wrong_digest');
  });
});

describe('a DM Notification', () => {
  it('is accepted when everything is right', () => {
    expect(judge(signed(unsigned))).toBe('accepted');
  });

  it('is accepted without digest, timestamp and NOTIFICATION-ID: they are optional', () => {
    expect(judge({ serverId: 'dms', preferredConType: 0, reqMos: false }, { account: undefined })).toBe(
      'accepted',
    );
  });

  it('of an unknown server is ignored before anything else is looked at', () => {
    const wrong = { ...unsigned, digest: new Uint8Array(32), timestamp: 0 };
    expect(judge(wrong, { knownServer: false, seenIds: [7] })).toBe('unknown_server');
  });

  it('that is signed is ignored by an account without a secret', () => {
    expect(judge(signed(unsigned), { account: undefined })).toBe('no_secret');
  });

  it('that is wrongly signed is told apart before its time and its ID count', () => {
    const wrong = { ...unsigned, digest: new Uint8Array(32), timestamp: 0 };
    expect(judge(wrong, { seenIds: [7] })).toBe('wrong_digest');
  });

  it.each([
    [300, 'accepted'],
    [301, 'replayed'],
    [-300, 'accepted'],
    [-301, 'replayed'],
  ])('whose time lies %i s back is %s in a window of 300 s', (age, verdict) => {
    expect(judge(signed({ ...unsigned, timestamp: NOW - age }))).toBe(verdict);
  });

  it('is a duplicate when its ID was accepted before', () => {
    expect(judge(signed(unsigned), { seenIds: [1, 7] })).toBe('duplicate');
    expect(judge(signed(unsigned), { seenIds: [1, 8] })).toBe('accepted');
  });

  it('changed anywhere on its way is no longer accepted', () => {
    const bytes = encodePackage0(signed(unsigned));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = bytes.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const result = decodePackage0(changed);
      // A flip that turns the digest's option into an unknown one leaves an unsigned notification.
      if (result.ok && result.value.digest !== undefined) expect(judge(result.value)).toBe('wrong_digest');
    }
  });
});

describe('the memory of NOTIFICATION-IDs', () => {
  it('keeps the newest, oldest first, and is bounded', () => {
    let seen: readonly number[] = [];
    for (let id = 0; id < 1_000; id++) seen = withSeenId(seen, { ...unsigned, notificationId: id });
    expect(seen).toHaveLength(SEEN_IDS_KEPT);
    expect(seen[0]).toBe(1_000 - SEEN_IDS_KEPT);
    expect(seen.at(-1)).toBe(999);
  });

  it('is unchanged by a notification without an ID', () => {
    const seen = [3];
    expect(withSeenId(seen, { serverId: 'dms', preferredConType: 0, reqMos: false })).toBe(seen);
  });
});
