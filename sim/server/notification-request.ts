/** What `POST /notify` takes: which devices are to be notified, and how right the notification is to be. */
import { z } from 'zod';
import { decodeBase64 } from '../protocol/base64.ts';
import { excerpt, fail, ok, type Result } from '../protocol/fault.ts';
import { parseJson } from '../protocol/json.ts';

const devId = z.string().min(1).max(255);

/**
 * JSON of `POST /notify`; answered 202 with `{"queued": n, "unknown": n}`:
 *
 * | member | default | meaning |
 * | --- | --- | --- |
 * | `to` | – | a DevID, an array of them, or `"*"`: all devices whose push channel is open |
 * | `notificationId` | the device's next | NOTIFICATION-ID, 0 … 65535; give the same twice for a duplicate |
 * | `timestamp` | now | TIMESTAMP, POSIX time in seconds; an old one makes a replay |
 * | `reqMos` | `false` | REQ-MOS: the device's Package#1 must carry `MOS` |
 * | `sign` | `"valid"` | `"valid"`, `"wrong"` (a digest with one bit changed) or `"none"` (no digest) |
 * | `form` | `"binary"` | `"binary"` or `"json"`; a shared channel carries the binary form always |
 * | `package0` | – | base64 of a frame to be sent as it is; with `form: "json"` as text. The members above do not count then |
 * | `repeat` | 1 | how often the very same frame is sent, 1 … 100 |
 *
 * `queued`: notifications sent or waiting for a channel to open; `unknown`: devices among `to` that the server has
 * never heard of – theirs wait too.
 */
const notificationRequest = z.strictObject({
  to: z.union([devId, z.array(devId).min(1).max(1_000_000)]),
  notificationId: z.number().int().min(0).max(65_535).optional(),
  timestamp: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  reqMos: z.boolean().default(false),
  sign: z.enum(['valid', 'wrong', 'none']).default('valid'),
  form: z.enum(['binary', 'json']).default('binary'),
  package0: z.string().max(100_000).optional(),
  repeat: z.number().int().min(1).max(100).default(1),
});

/** See {@link parseNotificationRequest}. */
export type NotificationRequest = Partial<Omit<z.output<typeof notificationRequest>, 'to'>> & {
  readonly to: string | readonly string[];
};

/** How one notification is to look. */
export interface NotificationWish {
  readonly notificationId?: number;
  readonly timestamp?: number;
  readonly reqMos: boolean;
  readonly sign: 'valid' | 'wrong' | 'none';
  readonly form: 'binary' | 'json';
  /** Sent as it is. */
  readonly raw?: Uint8Array;
  readonly repeat: number;
}

export interface ReadNotificationRequest {
  readonly to: string | readonly string[];
  readonly wish: NotificationWish;
}

/** Faults: `notify.invalid_json`, `notify.too_deep`, `notify.invalid`. */
export function parseNotificationRequest(text: string): Result<ReadNotificationRequest> {
  const json = parseJson(text, 'notify', 4);
  return json.ok ? readNotificationRequest(json.value) : json;
}

/** Fault `notify.invalid`, at the member's name. */
export function readNotificationRequest(value: unknown): Result<ReadNotificationRequest> {
  const read = notificationRequest.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    return fail('notify.invalid', issue?.path.join('.') ?? '', value, issue?.message ?? 'a notification');
  }
  const { to, notificationId, timestamp, package0, ...rest } = read.data;
  const raw = package0 === undefined ? undefined : decodeBase64(package0);
  if (package0 !== undefined && raw === undefined)
    return fail('notify.invalid', 'package0', excerpt(package0), 'base64');
  return ok({
    to,
    wish: {
      ...rest,
      ...(notificationId === undefined ? {} : { notificationId }),
      ...(timestamp === undefined ? {} : { timestamp }),
      ...(raw === undefined ? {} : { raw }),
    },
  });
}
