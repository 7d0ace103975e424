/** Generic Alerts: client to server only, never answered (TS 6.5, protocol.md section 2). */
import { fail, ok, type Result } from './fault.ts';
import { isArray, isJsonObject, optionalString, type JsonObject } from './json.ts';

export const ALERT = {
  clientInitiated: 'urn:oma:at:dm:2.0:ClientInitiatedMgmt',
  serverInitiated: 'urn:oma:at:dm:2.0:ServerInitiatedMgmt',
  bootstrapComplete: 'urn:oma:at:dm:2.0:BootstrapComplete',
  /** Ours: neither CR nor TS names the alert of step 3.a.3. */
  uiSessionDone: 'urn:oma:at:dm:2.0:UISessionDone',
  firmwareUpdate: 'urn:oma:at:fumo:1.0:OperationComplete',
} as const;

export const MARKS = [
  'fatal',
  'critical',
  'minor',
  'warning',
  'informational',
  'harmless',
  'indeterminate',
] as const;
export type Mark = (typeof MARKS)[number];

export interface Alert {
  readonly alertType: string;
  readonly sourceUri?: string;
  readonly targetUri?: string;
  readonly mark?: Mark;
  readonly dataType?: string;
  /** Free form. */
  readonly data?: { readonly [member: string]: Json };
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

/** An alert's wire form, for `JSON.stringify`; members that are absent stay away. */
export function alertToWire(alert: Alert): JsonObject {
  return {
    AlertType: alert.alertType,
    SourceURI: alert.sourceUri,
    TargetURI: alert.targetUri,
    Mark: alert.mark,
    DataType: alert.dataType,
    Data: alert.data,
  };
}

/**
 * Reads the `Alert` member of Package#1 and #3: an array, absent or `null`.
 * Fault: `<prefix>.alert_invalid` at the offending member; unknown members are skipped, `null` ones absent.
 */
export function readAlerts(value: unknown, prefix: string): Result<readonly Alert[]> {
  if (value === undefined || value === null) return NO_ALERTS;
  const code = `${prefix}.alert_invalid`;
  if (!isArray(value)) return fail(code, '$.Alert', value, 'an array of alerts');
  const alerts: Alert[] = [];
  for (const [i, entry] of value.entries()) {
    const alert = readAlert(entry, `$.Alert[${i}]`, code);
    if (!alert.ok) return alert;
    alerts.push(alert.value);
  }
  return ok(alerts);
}

const NO_ALERTS: Result<readonly Alert[]> = ok([]);

function readAlert(entry: unknown, path: string, code: string): Result<Alert> {
  if (!isJsonObject(entry)) return fail(code, path, entry, 'an object with AlertType');
  const alertType = entry['AlertType'];
  if (typeof alertType !== 'string' || alertType === '')
    return fail(code, `${path}.AlertType`, alertType, 'the type of the alert, a string');
  const sourceUri = optionalString(entry, 'SourceURI', path, code);
  if (!sourceUri.ok) return sourceUri;
  const targetUri = optionalString(entry, 'TargetURI', path, code);
  if (!targetUri.ok) return targetUri;
  const dataType = optionalString(entry, 'DataType', path, code);
  if (!dataType.ok) return dataType;
  const mark = entry['Mark'] ?? undefined;
  if (mark !== undefined && !isMark(mark))
    return fail(code, `${path}.Mark`, mark, `one of ${MARKS.join(', ')}`);
  const data = entry['Data'] ?? undefined;
  if (data !== undefined && !isJsonObject(data)) return fail(code, `${path}.Data`, data, 'an object');
  return ok({
    alertType,
    ...(sourceUri.value === undefined ? {} : { sourceUri: sourceUri.value }),
    ...(targetUri.value === undefined ? {} : { targetUri: targetUri.value }),
    ...(mark === undefined ? {} : { mark }),
    ...(dataType.value === undefined ? {} : { dataType: dataType.value }),
    // It was parsed from JSON, so it consists of nothing else.
    ...(data === undefined ? {} : { data: data as { readonly [member: string]: Json } }),
  });
}

function isMark(value: unknown): value is Mark {
  return (MARKS as readonly unknown[]).includes(value);
}
