/** Package#1: the DM Client opens a DM Session (CR 6.2 step 1). */
import { type Alert } from './alert.ts';

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
