/** One virtual DM Client for the time of its sessions: made from the population and its memory, folded back afterwards. */
import { type Alert } from '../protocol/alert.ts';
import { type ClientUri, parseClientUri } from '../protocol/client-uri.ts';
import { encodeBase64 } from '../protocol/base64.ts';
import { type ServerUri } from '../protocol/command.ts';
import { encodeUtf8 } from '../protocol/utf8.ts';
import { type ShowMode } from './effect.ts';
import { type AsynchronousWork, type DeviceMemory } from './device-memory.ts';
import { Fingerprint, NoFingerprint } from './fingerprint.ts';
import { type MoTree } from './mo-tree.ts';
import { type Profile } from './profile.ts';
import { type Credentials, type Population } from './population.ts';
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from './session-limits.ts';

export { type DeviceMemory } from './device-memory.ts';

/** What a device is; follows from the seed and the index alone. */
export interface DeviceParts {
  readonly seed: number;
  readonly index: number;
  readonly devId: string;
  readonly profile: Profile;
  readonly tree: MoTree;
  /** Where Package#1 goes: the account's SrvURI. */
  readonly serverUri: ServerUri;
  /** Value of the header `Authorization`, for accounts with HTTP Basic credentials. */
  readonly authorization: string | undefined;
  readonly showMode: ShowMode;
  /** Longest UI Session, in ms. */
  readonly uiBoundMs: number;
  readonly limits: SessionLimits;
  /** `false`: what the device executes leaves no {@link Fingerprint}; by default it does. */
  readonly fingerprinted?: boolean;
}

export interface Subscription {
  readonly clientUri: ClientUri;
  readonly serverUri: ServerUri;
}

export class Device {
  readonly seed: number;
  readonly index: number;
  readonly devId: string;
  readonly profile: Profile;
  readonly tree: MoTree;
  readonly serverUri: ServerUri;
  readonly authorization: string | undefined;
  readonly showMode: ShowMode;
  readonly uiBoundMs: number;
  readonly limits: SessionLimits;
  /** What it executed and answered in all its sessions. */
  readonly fingerprint: Fingerprint;
  /** By the ClientURI's text, in the order of the SUBs. */
  readonly subscriptions = new Map<string, Subscription>();
  /** Where to fetch a MOID from. */
  readonly defaults = new Map<string, ServerUri>();
  /** EXECs with a ServerURI that are still to be done, the oldest first. */
  readonly asynchronousWork: AsynchronousWork[];
  /** Sessions started so far, the current one included. */
  sessions: number;
  /** For the next session's Package#1. */
  pendingAlerts: Alert[];
  /** NOTIFICATION-IDs accepted, the newest last. */
  seenNotifications: readonly number[];

  /** Device `index` of a population, as it was when it was folded, or as it is before its first session. */
  static wake(
    population: Population,
    index: number,
    memory?: DeviceMemory,
    limits: SessionLimits = DEFAULT_SESSION_LIMITS,
    fingerprinted = true,
  ): Device {
    const { seed, account, uiBoundMs } = population.spec;
    const credentials = population.credentialsOf(index);
    return new Device(
      {
        seed,
        index,
        devId: population.devIdOf(index),
        profile: population.profileOf(index),
        tree: population.treeOf(index, memory?.tree),
        serverUri: account.serverUri,
        authorization: credentials === undefined ? undefined : basicAuthorization(credentials),
        showMode: population.showModeOf(index),
        uiBoundMs,
        limits,
        fingerprinted,
      },
      memory,
    );
  }

  /** @throws Error when the memory was folded from a device of another profile. */
  constructor(parts: DeviceParts, memory?: DeviceMemory) {
    this.seed = parts.seed;
    this.index = parts.index;
    this.devId = parts.devId;
    this.profile = parts.profile;
    this.tree = parts.tree;
    this.serverUri = parts.serverUri;
    this.authorization = parts.authorization;
    this.showMode = parts.showMode;
    this.uiBoundMs = parts.uiBoundMs;
    this.limits = parts.limits;
    this.fingerprint =
      parts.fingerprinted === false ? new NoFingerprint() : new Fingerprint(memory?.fingerprint);
    this.sessions = memory?.sessions ?? 0;
    this.asynchronousWork = [...(memory?.asynchronousWork ?? [])];
    this.pendingAlerts = [...(memory?.pendingAlerts ?? [])];
    this.seenNotifications = memory?.seenNotifications ?? [];
    for (const [text, serverUri] of memory?.subscriptions ?? []) {
      const clientUri = parseClientUri(text);
      if (!clientUri.ok) throw new Error(`a device's memory holds no ClientURI: ${clientUri.fault.found}`);
      this.subscriptions.set(text, { clientUri: clientUri.value, serverUri });
    }
    for (const [moid, serverUri] of memory?.defaults ?? []) this.defaults.set(moid, serverUri);
    // A device that never ran a command still differs from every other.
    if (memory === undefined) this.fingerprint.addText(parts.devId);
  }

  /** Plain data that {@link DeviceMemory} gives the same device again; only what differs from its profile. */
  fold(): DeviceMemory {
    const tree = this.tree.fold();
    return {
      sessions: this.sessions,
      fingerprint: this.fingerprint.value(),
      ...(tree === undefined ? {} : { tree }),
      ...(this.subscriptions.size === 0
        ? {}
        : {
            subscriptions: [...this.subscriptions].map(([text, { serverUri }]) => [text, serverUri] as const),
          }),
      ...(this.defaults.size === 0 ? {} : { defaults: [...this.defaults] }),
      ...(this.asynchronousWork.length === 0 ? {} : { asynchronousWork: [...this.asynchronousWork] }),
      ...(this.pendingAlerts.length === 0 ? {} : { pendingAlerts: [...this.pendingAlerts] }),
      ...(this.seenNotifications.length === 0 ? {} : { seenNotifications: this.seenNotifications }),
    };
  }
}

/** HTTP Basic (RFC 7617), the user and the secret in UTF-8. */
function basicAuthorization({ user, secret }: Credentials): string {
  return `Basic ${encodeBase64(encodeUtf8(`${user}:${secret}`))}`;
}
