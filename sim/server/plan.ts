/** What a campaign says, read and checked: plans made of steps, conditions, device filters, repository content. */
import { type CommandName } from '../protocol/command.ts';
import { type ClientUri } from '../protocol/client-uri.ts';

/** A command as an array of strings, in which `{{server}}`, `{{devId}}` and `{{session}}` may stand. */
export type CommandTemplate = readonly string[];

/** One Package#2, sent when its conditions hold; otherwise the next step is looked at. */
export interface Step {
  readonly devices?: DeviceFilter;
  readonly when?: Condition;
  readonly commands: readonly CommandTemplate[];
}

/** The iterations of one session. The last step holds for every device, without condition, and has END. */
export interface Plan {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** A plan with its share of the sessions of those devices it is meant for. */
export interface WeightedPlan extends Plan {
  readonly weight: number;
  readonly devices?: DeviceFilter;
}

/** What a session gets whose Package#1 carries this alert. */
export interface ReportPlan extends Plan {
  readonly alertType: string;
}

/** All members that are there must hold. */
export interface DeviceFilter {
  /** Devices whose hash of DevID, in [0, 1), lies in [from, to). */
  readonly share?: { readonly from: number; readonly to: number };
  /** Regular expression over the DevID. */
  readonly id?: string;
  /** What the device answered to an earlier GET of its DevInfo, one of these. */
  readonly manufacturer?: readonly string[];
  readonly model?: readonly string[];
  readonly deviceType?: readonly string[];
  /** A MOID that a Package#1 of the device named. */
  readonly mo?: string;
}

/** All members that are there must hold; they speak of the running session alone. */
export interface Condition {
  /** The last status that the command had in this session. */
  readonly status?: { readonly command: CommandName } & Comparison<StatusRange>;
  /** An alert of this type came. */
  readonly alert?: string;
  /** A value that a GET brought: one of those found at the place. */
  readonly value?: { readonly at: ClientUri } & Comparison<string>;
  /** The number of this session of the device, from 1; sessions that report are not counted. */
  readonly session?: { readonly from: number; readonly to: number; readonly every: number };
}

/** `is`: one of these; `isNot`: there is something, and it is none of these. */
export interface Comparison<T> {
  readonly is?: readonly T[];
  readonly isNot?: readonly T[];
}

/** Status codes, both ends included. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

/** What the Data Repository answers to a GET of a path. */
export interface Resource {
  /** `/repository/…`, without query. */
  readonly path: string;
  readonly mediaType: string;
  /** JSON text in which `{{server}}` may stand. */
  readonly body: string;
}

/** A package that `GET /firmware/<name>` serves; its bytes follow from the name. */
export interface FirmwareImage {
  readonly name: string;
  readonly bytes: number;
}
