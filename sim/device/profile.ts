/** A device profile: everything the devices of one kind have in common; plain data, so that it crosses threads. */
import { type UiDecision } from '../browser/ui-user.ts';
import { type CommandName } from '../protocol/command.ts';
import { type Distribution } from '../random/distribution.ts';
import { type ShowMode } from './effect.ts';
import { type IdentityScheme } from './identity.ts';
import { type ObjectDefinition } from './mo-definition.ts';
import { type Network } from './network.ts';

export interface Profile {
  readonly name: string;
  readonly description: string;
  readonly identity: {
    readonly scheme: IdentityScheme;
    /** Fits the scheme; `--id-prefix` takes its place. */
    readonly prefix?: string;
  };
  /** DevInfo's leaves besides DevID and DmV; values may hold `{{…}}`. */
  readonly devInfo: DevInfoValues;
  /** MOs besides the standard ones. */
  readonly objects: readonly ObjectDefinition[];
  /** Without a Web Browser Component SHOW is answered with 501. */
  readonly browser: boolean;
  /** Whether Package#1 carries `MOS` on the device's own sessions too. */
  readonly mosOnOwnSessions: boolean;
  readonly showMode?: ShowMode;
  readonly ui: UiBehaviour;
  readonly exec: ExecBehaviour;
  /** Simulated time of each command; `all` for those not named. */
  readonly latencies: Readonly<Partial<Record<CommandName | 'all', Distribution>>>;
  readonly network: Network;
}

export const DEV_INFO_LEAVES = ['Man', 'Mod', 'Lang', 'DevType', 'OEM', 'FwV', 'SwV', 'HwV'] as const;
export type DevInfoValues = Readonly<Record<(typeof DEV_INFO_LEAVES)[number], string>> & {
  /** Leaves below Ext. */
  readonly ext: Readonly<Record<string, string>>;
};

/** The user in front of the screen (CR 6.2 step 3.a.2). */
export interface UiBehaviour {
  /** Weights; at least one is positive. */
  readonly decisions: Readonly<Record<UiDecision, number>>;
  /** Before each action. */
  readonly thinkTime: Distribution;
}

/** What EXEC does on FUMO and on other executable nodes. */
export interface ExecBehaviour {
  readonly duration: Distribution;
  /** No EXEC takes longer, whatever is drawn, in ms. */
  readonly maxMs: number;
  /** Whether the bytes of a FUMO package are really fetched. */
  readonly download: boolean;
  /** Results with their weights; at least one weight is positive. */
  readonly results: readonly ExecResult[];
}

export interface ExecResult {
  /** FUMO result code: 200 success, 4xx client-side, 5xx server-side. */
  readonly code: number;
  readonly weight: number;
}

/** A fleet of several kinds of devices: profile names with weights. */
export interface ProfileMix {
  readonly name: string;
  readonly description: string;
  readonly profiles: readonly { readonly name: string; readonly weight: number }[];
}

/** Profiles that ship with the project, and the mix of them. */
export const SHIPPED_PROFILES = ['smartphone', 'vehicle', 'gateway', 'settop'] as const;
export const SHIPPED_MIXES = ['mixed'] as const;
