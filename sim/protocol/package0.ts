/** Package#0, the DM Notification, in binary form (CR 6.2 step 0, protocol.md section 3). */
import { fail, ok, type Result } from './fault.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

export interface Package0 {
  /** Matches `DMAcc/<x>/SrvID`. */
  readonly serverId: string;
  /** 0 any, 1 cellular, 2 WLAN, 3 wireline; any other byte is kept as given. */
  readonly preferredConType: number;
  /** 0 … 65535. */
  readonly notificationId?: number;
  /** SHA256-DIGEST, 32 bytes. */
  readonly digest?: Uint8Array;
  /** POSIX time in seconds. */
  readonly timestamp?: number;
  /** REQ-MOS: Package#1 must carry `MOS`. */
  readonly reqMos: boolean;
  /**
   * The binary form as received, its digest zeroed: what the digest was made over. Only set by
   * {@link decodePackage0}, where there is a digest; without it the notification is encoded anew.
   */
  readonly signedForm?: Uint8Array;
}

const OPTION = {
  serverId: 1,
  preferredConType: 2,
  notificationId: 3,
  digest: 4,
  timestamp: 5,
  reqMos: 6,
} as const;

/** Open in protocol.md: the value of VER. Ours is the protocol's major version; readers take any. */
const VERSION = 2;
export const DIGEST_BYTES = 32;
const EMPTY = new Uint8Array(0);

/**
 * The binary form. A timestamp takes 4 bytes, from the year 2106 on 8.
 * @throws RangeError for values that have no binary form.
 */
export function encodePackage0(notification: Package0): Uint8Array {
  const { serverId, preferredConType, notificationId, digest, timestamp, reqMos } = notification;
  if (serverId === '') throw new RangeError('Package#0: SERVER-ID is empty');
  const options: [number, Uint8Array][] = [
    [OPTION.serverId, encodeUtf8(serverId)],
    [OPTION.preferredConType, unsigned(preferredConType, 1)],
  ];
  if (notificationId !== undefined) options.push([OPTION.notificationId, unsigned(notificationId, 2)]);
  if (digest !== undefined) {
    if (digest.length !== DIGEST_BYTES) throw new RangeError('Package#0: SHA256-DIGEST has not 32 bytes');
    options.push([OPTION.digest, digest]);
  }
  if (timestamp !== undefined)
    options.push([OPTION.timestamp, unsigned(timestamp, timestamp < 2 ** 32 ? 4 : 8)]);
  if (reqMos) options.push([OPTION.reqMos, EMPTY]);

  // 4 bits VER, 5 bits OC, 7 bits reserved.
  const header = (VERSION << 12) | (options.length << 7);
  const bytes: number[] = [header >> 8, header & 0xff];
  let previous = 0;
  for (const [number, value] of options) {
    const short = Math.min(value.length, value.length < 13 ? 12 : value.length < 269 ? 13 : 14);
    bytes.push(((number - previous) << 4) | short);
    if (short === 13) bytes.push(value.length - 13);
    if (short === 14) {
      if (value.length > 269 + 0xffff) throw new RangeError('Package#0: an option is too long');
      bytes.push((value.length - 269) >> 8, (value.length - 269) & 0xff);
    }
    for (const byte of value) bytes.push(byte);
    previous = number;
  }
  return Uint8Array.from(bytes);
}

/**
 * Reads the binary form. Liberal: any VER, any reserved bits, unknown options skipped, TIMESTAMP of 1 to 8 bytes.
 * Faults, at `@<byte offset>`: `package0.truncated`, `package0.option_header`, `package0.trailing_bytes` (the options
 * are fewer than the bytes), `package0.option_repeated`, `package0.option_invalid`, `package0.option_missing`
 * (SERVER-ID and PREFERRED-CON-TYPE are required).
 */
export function decodePackage0(bytes: Uint8Array): Result<Package0> {
  if (bytes.length < 2) return truncated(0, bytes);
  const count = ((((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) >> 7) & 0x1f;
  const found: Found = {};
  let signedForm: Uint8Array | undefined;
  let at = 2;
  let number = 0;
  for (let i = 0; i < count; i++) {
    const start = at;
    const first = bytes[at++];
    if (first === undefined) return truncated(start, bytes);
    const delta = extended(bytes, at, first >> 4);
    if (delta === undefined) return optionHeader(start, bytes);
    at = delta.next;
    const length = extended(bytes, at, first & 0xf);
    if (length === undefined) return optionHeader(start, bytes);
    at = length.next;
    if (at + length.value > bytes.length) return truncated(start, bytes);
    if (delta.value === 0 && number >= OPTION.serverId && number <= OPTION.reqMos)
      return fail('package0.option_repeated', `@${start}`, number, 'each option once');
    number += delta.value;
    const value = bytes.subarray(at, at + length.value);
    const expected = takeOption(found, number, value);
    if (expected !== undefined)
      return fail('package0.option_invalid', `@${at}`, `option ${number} of ${value.length} bytes`, expected);
    if (number === OPTION.digest) signedForm = Uint8Array.from(bytes).fill(0, at, at + value.length);
    at += value.length;
  }
  if (at < bytes.length)
    return fail('package0.trailing_bytes', `@${at}`, `${bytes.length - at} bytes`, `${count} options alone`);
  const { serverId, preferredConType } = found;
  if (serverId === undefined || preferredConType === undefined) {
    const missing = serverId === undefined ? 'SERVER-ID' : 'PREFERRED-CON-TYPE';
    return fail('package0.option_missing', `@${at}`, `no ${missing}`, missing);
  }
  return ok({
    ...found,
    serverId,
    preferredConType,
    reqMos: found.reqMos ?? false,
    ...(signedForm === undefined ? {} : { signedForm }),
  });
}

/** The notification as its digest is made over it: binary, the digest all zero. */
export function signedFormOf(notification: Package0): Uint8Array {
  return notification.signedForm ?? encodePackage0({ ...notification, digest: new Uint8Array(DIGEST_BYTES) });
}

type Found = { -readonly [K in keyof Package0]?: Package0[K] };

/** Takes a known option's value; what was expected when it cannot be. */
function takeOption(found: Found, number: number, value: Uint8Array): string | undefined {
  switch (number) {
    case OPTION.serverId: {
      const serverId = decodeUtf8(value);
      if (serverId === undefined || serverId === '') return 'SERVER-ID in UTF-8, not empty';
      found.serverId = serverId;
      return undefined;
    }
    case OPTION.preferredConType:
      if (value.length !== 1) return 'PREFERRED-CON-TYPE of 1 byte';
      found.preferredConType = value[0] ?? 0;
      return undefined;
    case OPTION.notificationId:
      if (value.length !== 2) return 'NOTIFICATION-ID of 2 bytes';
      found.notificationId = readUnsigned(value);
      return undefined;
    case OPTION.digest:
      if (value.length !== DIGEST_BYTES) return 'SHA256-DIGEST of 32 bytes';
      found.digest = value.slice();
      return undefined;
    case OPTION.timestamp: {
      const timestamp = readUnsigned(value);
      if (value.length < 1 || value.length > 8 || !Number.isSafeInteger(timestamp))
        return 'TIMESTAMP of 1 to 8 bytes, a POSIX time';
      found.timestamp = timestamp;
      return undefined;
    }
    case OPTION.reqMos:
      if (value.length !== 0) return 'REQ-MOS without a value';
      found.reqMos = true;
      return undefined;
    default:
      return undefined;
  }
}

/** CoAP's 4-bit number with its extension (RFC 7252, 3.1); `undefined` when it is 15 or cut. */
function extended(
  bytes: Uint8Array,
  at: number,
  nibble: number,
): { readonly value: number; readonly next: number } | undefined {
  if (nibble < 13) return { value: nibble, next: at };
  const high = bytes[at];
  const low = bytes[at + 1];
  if (nibble === 13) return high === undefined ? undefined : { value: 13 + high, next: at + 1 };
  if (nibble === 15 || high === undefined || low === undefined) return undefined;
  return { value: 269 + ((high << 8) | low), next: at + 2 };
}

function truncated(at: number, bytes: Uint8Array): Result<Package0> {
  return fail('package0.truncated', `@${at}`, `${bytes.length} bytes`, 'the rest of the notification');
}

function optionHeader(at: number, bytes: Uint8Array): Result<Package0> {
  const found = `0x${(bytes[at] ?? 0).toString(16)}`;
  return fail('package0.option_header', `@${at}`, found, 'delta and length of an option, neither 15');
}

function unsigned(value: number, width: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * width))
    throw new RangeError(`Package#0: ${value} does not fit ${width} bytes`);
  const bytes = new Uint8Array(width);
  for (let i = width - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  return bytes;
}

function readUnsigned(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}
