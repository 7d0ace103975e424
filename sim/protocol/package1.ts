/** Package#1: the DM Client opens a DM Session (CR 6.2 step 1). */
import { alertToWire, readAlerts, type Alert } from './alert.ts';
import { fail, ok, type Result } from './fault.ts';
import {
  DEFAULT_MAX_DEPTH,
  isArray,
  isJsonObject,
  isStringArray,
  optionalString,
  parseJson,
} from './json.ts';

export interface ManagementObject {
  readonly ddf?: string;
  readonly moid?: string;
  /** Names of the instances the device has. */
  readonly miids: readonly string[];
}

export interface Package1 {
  readonly managementObjects?: readonly ManagementObject[];
  readonly alerts: readonly Alert[];
}

/** `{"MOS":[…],"Alert":[…]}`; either stays away when there is nothing to say. */
export function encodePackage1({ managementObjects, alerts }: Package1): string {
  return JSON.stringify({
    MOS: managementObjects?.map(({ ddf, moid, miids }) => ({ DDF: ddf, MOID: moid, MIID: miids })),
    Alert: alerts.length === 0 ? undefined : alerts.map(alertToWire),
  });
}

/**
 * Reads a Package#1 liberally: unknown members are skipped, `null` ones absent, an empty object is fine.
 * Faults: `package1.too_deep`, `package1.invalid_json`, `package1.not_an_object`, `package1.mos_invalid`,
 * `package1.alert_invalid`.
 */
export function decodePackage1(text: string): Result<Package1> {
  const parsed = parseJson(text, 'package1', DEFAULT_MAX_DEPTH);
  if (!parsed.ok) return parsed;
  const body = parsed.value;
  if (!isJsonObject(body)) return fail('package1.not_an_object', '$', body, 'an object');
  const managementObjects = readManagementObjects(body['MOS']);
  if (!managementObjects.ok) return managementObjects;
  const alerts = readAlerts(body['Alert'], 'package1');
  if (!alerts.ok) return alerts;
  return ok({
    ...(managementObjects.value === undefined ? {} : { managementObjects: managementObjects.value }),
    alerts: alerts.value,
  });
}

function readManagementObjects(value: unknown): Result<readonly ManagementObject[] | undefined> {
  if (value === undefined || value === null) return ok(undefined);
  const code = 'package1.mos_invalid';
  if (!isArray(value)) return fail(code, '$.MOS', value, 'an array of Management Objects');
  const managementObjects: ManagementObject[] = [];
  for (const [i, entry] of value.entries()) {
    const path = `$.MOS[${i}]`;
    if (!isJsonObject(entry)) return fail(code, path, entry, 'an object with MIID');
    const ddf = optionalString(entry, 'DDF', path, code);
    if (!ddf.ok) return ddf;
    const moid = optionalString(entry, 'MOID', path, code);
    if (!moid.ok) return moid;
    const miids = entry['MIID'];
    if (!isStringArray(miids)) return fail(code, `${path}.MIID`, miids, 'an array of strings');
    managementObjects.push({
      ...(ddf.value === undefined ? {} : { ddf: ddf.value }),
      ...(moid.value === undefined ? {} : { moid: moid.value }),
      miids,
    });
  }
  return ok(managementObjects);
}
