/** What a device keeps between two sessions: plain data, small, and only what differs from its profile. */
import { type Alert } from '../protocol/alert.ts';
import { type ServerUri } from '../protocol/command.ts';
import { type FingerprintValue } from './fingerprint.ts';
import { type TreeMemory } from './mo-overlay.ts';

export interface DeviceMemory {
  /** Sessions started so far. */
  readonly sessions: number;
  readonly fingerprint: FingerprintValue;
  readonly tree?: TreeMemory;
  /** In the order of the SUBs. */
  readonly subscriptions?: readonly (readonly [clientUri: string, serverUri: ServerUri])[];
  readonly defaults?: readonly (readonly [moid: string, serverUri: ServerUri])[];
  /** EXECs with a ServerURI that are still to be done. */
  readonly asynchronousWork?: readonly AsynchronousWork[];
  /** Alerts for the next session's Package#1. */
  readonly pendingAlerts?: readonly Alert[];
  /** NOTIFICATION-IDs received, the newest last. */
  readonly seenNotifications?: readonly number[];
}

/** Work of an EXEC with a ServerURI, to be done when its session is over. */
export interface AsynchronousWork {
  /** ClientURI of the executed node. */
  readonly address: string;
  /** Where the result is to be told. */
  readonly serverUri: ServerUri;
  /** Number of the session and of the EXEC in it: what its random stream is made from. */
  readonly draw: readonly [session: number, execution: number];
}
