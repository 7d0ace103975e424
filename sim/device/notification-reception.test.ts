/** Package#0 against a device's account (protocol.md section 3). */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { NOTIFICATION_WINDOW_SECONDS, receiveNotification } from './notification-reception.ts';
import { sha256, testDevice } from './testing/test-device.ts';

const NOW = 1_790_000_000;

/** Server "dms", any bearer, NOTIFICATION-ID 7, TIMESTAMP NOW, REQ-MOS; written out by hand, the digest all zero. */
const HEADER = '2300'; // VER 2, OC 6
const SERVER_ID = '13646d73'; // 1, 3 bytes, "dms"
const CON_TYPE = '1100';
const ID = '120007';
const DIGEST = `1d13${'00'.repeat(32)}`; // delta 1, length 13 + 19
const TIMESTAMP = '146ab13b80'; // 1,790,000,000
const REQ_MOS = '10';

function hex(...parts: string[]): Uint8Array {
  return Uint8Array.from(Buffer.from(parts.join(''), 'hex'));
}

const plain = hex('2200', SERVER_ID, CON_TYPE, ID, '30'); // OC 4; REQ-MOS is delta 3

function signed(secret: string, timestamp = TIMESTAMP): Uint8Array {
  const zeroed = hex(HEADER, SERVER_ID, CON_TYPE, ID, DIGEST, timestamp, REQ_MOS);
  const digest = createHash('sha256')
    .update(Buffer.from(secret, 'utf8'))
    .update(zeroed)
    .update('dm-swarm')
    .digest('hex');
  return hex(HEADER, SERVER_ID, CON_TYPE, ID, `1d13${digest}`, timestamp, REQ_MOS);
}

const secretOf = (devId: string) => createHash('sha256').update(`key:${devId}`).digest('hex');

describe('a notification', () => {
  test('of the account’s server starts a session with its ID, and with MOS where it asks for it', () => {
    expect(receiveNotification(testDevice(), plain, NOW, sha256)).toEqual({
      result: 'accepted',
      trigger: { kind: 'server', notificationId: 7, reqMos: true },
    });
  });

  test('may come as JSON', () => {
    const text = '{"SERVER-ID":"dms","PREFERRED-CON-TYPE":0}';
    expect(receiveNotification(testDevice(), text, NOW, sha256)).toEqual({
      result: 'accepted',
      trigger: { kind: 'server', reqMos: false },
    });
  });

  test('signed with the account’s secret is accepted', () => {
    const device = testDevice();
    expect(receiveNotification(device, signed(secretOf(device.devId)), NOW, sha256).result).toBe('accepted');
  });

  test('signed with any other secret is ignored', () => {
    expect(receiveNotification(testDevice(), signed('guess'), NOW, sha256)).toEqual({
      result: 'wrong_digest',
    });
  });

  test('a second time is a duplicate, after a fold, too', () => {
    const device = testDevice();
    receiveNotification(device, plain, NOW, sha256);
    const later = testDevice({ memory: device.fold() });
    expect(receiveNotification(later, plain, NOW, sha256)).toEqual({ result: 'duplicate' });
  });

  test('that was refused does not make a later one with its ID a duplicate', () => {
    const device = testDevice();
    receiveNotification(device, signed('guess'), NOW, sha256);
    expect(receiveNotification(device, plain, NOW, sha256).result).toBe('accepted');
  });

  test.each([
    [NOTIFICATION_WINDOW_SECONDS, 'accepted'],
    [-NOTIFICATION_WINDOW_SECONDS, 'accepted'],
    [NOTIFICATION_WINDOW_SECONDS + 1, 'replayed'],
    [-NOTIFICATION_WINDOW_SECONDS - 1, 'replayed'],
  ])('%i seconds away from the device’s clock is %s', (seconds, result) => {
    const device = testDevice();
    const frame = signed(secretOf(device.devId));
    expect(receiveNotification(device, frame, NOW + seconds, sha256).result).toBe(result);
  });

  test('of a server without an account is ignored', () => {
    const other = hex('2200', '13786d73', CON_TYPE, ID, '30');
    expect(receiveNotification(testDevice(), other, NOW, sha256)).toEqual({ result: 'unknown_server' });
  });

  test.each([['{"SERVER-ID":'], [hex('2100', '13')], ['']])(
    'that cannot be read is malformed (%#)',
    (frame) => {
      expect(receiveNotification(testDevice(), frame, NOW, sha256)).toEqual({ result: 'malformed' });
    },
  );
});
