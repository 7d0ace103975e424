/** Package#0 in its JSON form (protocol.md section 3); its members are named as the options are. */
import { fail, ok, type Result } from './fault.ts';
import { decodeHex, encodeHex } from './hex.ts';
import { DEFAULT_MAX_DEPTH, isJsonObject, parseJson, type JsonObject } from './json.ts';
import { DIGEST_BYTES, type Package0 } from './package0.ts';

/** `{"SERVER-ID":"dms","PREFERRED-CON-TYPE":0,…,"REQ-MOS":true}`; options that are absent stay away. */
export function encodePackage0Json(notification: Package0): string {
  const { serverId, preferredConType, notificationId, digest, timestamp, reqMos } = notification;
  return JSON.stringify({
    'SERVER-ID': serverId,
    'PREFERRED-CON-TYPE': preferredConType,
    'NOTIFICATION-ID': notificationId,
    'SHA256-DIGEST': digest === undefined ? undefined : encodeHex(digest),
    TIMESTAMP: timestamp,
    'REQ-MOS': reqMos ? true : undefined,
  });
}

/**
 * Reads the JSON form: unknown members are skipped, `null` ones absent, `REQ-MOS: false` too.
 * Faults: `package0.too_deep`, `package0.invalid_json`, `package0.not_an_object`, `package0.option_missing`,
 * `package0.option_invalid`.
 */
export function decodePackage0Json(text: string): Result<Package0> {
  const parsed = parseJson(text, 'package0', DEFAULT_MAX_DEPTH);
  if (!parsed.ok) return parsed;
  const body = parsed.value;
  if (!isJsonObject(body)) return fail('package0.not_an_object', '$', body, 'an object');
  const serverId = body['SERVER-ID'] ?? undefined;
  if (serverId === undefined) return missing('SERVER-ID');
  if (typeof serverId !== 'string' || serverId === '')
    return invalid('SERVER-ID', serverId, 'a string, not empty');
  const preferredConType = unsigned(body, 'PREFERRED-CON-TYPE', 0xff);
  if (!preferredConType.ok) return preferredConType;
  if (preferredConType.value === undefined) return missing('PREFERRED-CON-TYPE');
  const notificationId = unsigned(body, 'NOTIFICATION-ID', 0xffff);
  if (!notificationId.ok) return notificationId;
  const timestamp = unsigned(body, 'TIMESTAMP', Number.MAX_SAFE_INTEGER);
  if (!timestamp.ok) return timestamp;
  const digits = body['SHA256-DIGEST'] ?? undefined;
  const digest = typeof digits === 'string' ? decodeHex(digits) : undefined;
  if (digits !== undefined && digest?.length !== DIGEST_BYTES)
    return invalid('SHA256-DIGEST', digits, '64 hexadecimal digits');
  const reqMos = body['REQ-MOS'] ?? false;
  if (typeof reqMos !== 'boolean') return invalid('REQ-MOS', reqMos, 'true or false');
  return ok({
    serverId,
    preferredConType: preferredConType.value,
    ...(notificationId.value === undefined ? {} : { notificationId: notificationId.value }),
    ...(digest === undefined ? {} : { digest }),
    ...(timestamp.value === undefined ? {} : { timestamp: timestamp.value }),
    reqMos,
  });
}

function unsigned(body: JsonObject, member: string, max: number): Result<number | undefined> {
  const value = body[member] ?? undefined;
  if (value === undefined) return ok(undefined);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return ok(value);
  return invalid(member, value, `a whole number from 0 to ${max}`);
}

function missing(member: string): Result<never> {
  return fail('package0.option_missing', `$["${member}"]`, undefined, member);
}

function invalid(member: string, found: unknown, expected: string): Result<never> {
  return fail('package0.option_invalid', `$["${member}"]`, found, expected);
}
