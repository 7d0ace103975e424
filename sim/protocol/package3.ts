/** Package#3: the status of every command, and alerts (CR 6.2 step 4). */
import { alertToWire, readAlerts, type Alert } from './alert.ts';
import { fail, ok, type Result } from './fault.ts';
import { DEFAULT_MAX_DEPTH, isArray, isJsonObject, isStringArray, parseJson } from './json.ts';
import { moToWire, readMoList, type MoSerialization } from './mo.ts';
import { type Status } from './status.ts';

export interface Package3 {
  /** Entry i answers command i of the Package#2 it follows. */
  readonly statuses: readonly Status[];
  readonly alerts: readonly Alert[];
}

/** A GET answers with data that came as deep as an MO serialization may be, packed deeper. */
const MAX_DEPTH = 2 * DEFAULT_MAX_DEPTH;

/** `{"Status":[{"sc":200},…],"Alert":[…]}`; `Alert` stays away when there is none. */
export function encodePackage3({ statuses, alerts }: Package3): string {
  // Written by hand: this runs once an iteration, and almost every status is a bare code.
  let text = '{"Status":[';
  let separator = '';
  for (const { sc, uris, mo } of statuses) {
    text += `${separator}{"sc":${sc}`;
    if (uris !== undefined) text += `,"URI":${JSON.stringify(uris)}`;
    if (mo !== undefined) text += `,"MO":${JSON.stringify(mo.map(moToWire))}`;
    text += '}';
    separator = ',';
  }
  text += ']';
  if (alerts.length > 0) text += `,"Alert":${JSON.stringify(alerts.map(alertToWire))}`;
  return `${text}}`;
}

/**
 * Reads a Package#3 liberally: unknown members are skipped, `null` ones absent.
 * Faults: `package3.too_deep`, `package3.invalid_json`, `package3.not_an_object`, `package3.status_missing`,
 * `package3.status_invalid`, `package3.alert_invalid`, and those of MO data: `package3.member_invalid`,
 * `package3.data_missing`, `package3.data_invalid`.
 */
export function decodePackage3(text: string): Result<Package3> {
  const parsed = parseJson(text, 'package3', MAX_DEPTH);
  if (!parsed.ok) return parsed;
  const body = parsed.value;
  if (!isJsonObject(body)) return fail('package3.not_an_object', '$', body, 'an object');
  const list = body['Status'];
  if (list === undefined) return fail('package3.status_missing', '$.Status', list, 'an array of statuses');
  if (!isArray(list)) return fail('package3.status_invalid', '$.Status', list, 'an array of statuses');
  const statuses: Status[] = [];
  for (const [i, entry] of list.entries()) {
    const status = readStatus(entry, `$.Status[${i}]`);
    if (!status.ok) return status;
    statuses.push(status.value);
  }
  const alerts = readAlerts(body['Alert'], 'package3');
  return alerts.ok ? ok({ statuses, alerts: alerts.value }) : alerts;
}

function readStatus(entry: unknown, path: string): Result<Status> {
  const code = 'package3.status_invalid';
  if (!isJsonObject(entry)) return fail(code, path, entry, 'an object with sc');
  const sc = entry['sc'];
  if (typeof sc !== 'number' || !Number.isInteger(sc) || sc < 100 || sc > 599)
    return fail(code, `${path}.sc`, sc, 'a whole number from 100 to 599');
  const uris = entry['URI'] ?? undefined;
  if (uris !== undefined && !isStringArray(uris))
    return fail(code, `${path}.URI`, uris, 'an array of strings');
  const mo = readStatusMo(entry['MO'], `${path}.MO`);
  if (!mo.ok) return mo;
  return ok({
    sc,
    ...(uris === undefined ? {} : { uris }),
    ...(mo.value === undefined ? {} : { mo: mo.value }),
  });
}

function readStatusMo(value: unknown, path: string): Result<readonly MoSerialization[] | undefined> {
  if (value === undefined || value === null) return ok(undefined);
  if (!isArray(value)) return fail('package3.status_invalid', path, value, 'an array of MO serializations');
  const list = readMoList(value, path, 'package3');
  if (!list.ok) return list;
  const complete: MoSerialization[] = [];
  for (const [i, mo] of list.value.entries()) {
    if (mo.clientUri === undefined)
      return fail('package3.member_invalid', `${path}[${i}].ClientURI`, undefined, 'a ClientURI');
    complete.push({ ...mo, clientUri: mo.clientUri });
  }
  return ok(complete);
}
