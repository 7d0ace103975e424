/** Generic Alerts: client to server only, never answered (TS 6.5, protocol.md section 2). */

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
