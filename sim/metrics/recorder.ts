/**
 * What one writer – the shard's thread – notes while its devices work. Called on the hot path: implementations
 * write numbers into memory and do nothing else; no message, no allocation per event.
 */
import { type CountedCommand } from '../protocol/command.ts';
import { type Violation } from '../protocol/violation.ts';

/** What a device is doing now; one byte per device. */
export const DEVICE_STATES = [
  'pending', // its first session is not due yet
  'dormant', // between two sessions
  'waiting', // for the DM Server or a Data Repository
  'executing', // a command, with its simulated latency
  'ui', // a UI Session is going on
  'updating', // asynchronous EXEC work between two sessions
  'failed', // its last session was aborted or timed out; dormant until the next
  'finished', // has done its sessions
] as const;
export type DeviceState = (typeof DEVICE_STATES)[number];

/** Why a session was started. */
export const TRIGGERS = ['client', 'server', 'bootstrap', 'report'] as const;
export type TriggerName = (typeof TRIGGERS)[number];

export const OUTCOMES = ['completed', 'aborted', 'timedOut'] as const;
export type OutcomeName = (typeof OUTCOMES)[number];

export const UI_OUTCOMES = ['done', 'abandoned', 'timedOut', 'failed'] as const;
export type UiOutcomeName = (typeof UI_OUTCOMES)[number];

/** What became of a Package#0; each received one counts exactly once. */
export const NOTIFICATION_RESULTS = [
  'accepted', // a session follows
  'duplicate', // NOTIFICATION-ID seen before
  'replayed', // TIMESTAMP outside the window
  'wrong_digest',
  'no_secret', // signed, but the account has no Auth/Noti sub-tree
  'unknown_server',
  'malformed',
  'surplus', // right, but the device has done its sessions or the run is ending
] as const;
export type NotificationResult = (typeof NOTIFICATION_RESULTS)[number];

/** Delays that were simulated, not caused by the server. */
export const DELAY_KINDS = ['network', 'command', 'exec', 'ui_think', 'think'] as const;
export type DelayKind = (typeof DELAY_KINDS)[number];

/** Connections that a shard holds open: of sessions, and for notifications. */
export const CONNECTION_KINDS = ['http', 'push'] as const;
export type ConnectionKind = (typeof CONNECTION_KINDS)[number];

/** Told by the transport; must be as cheap as {@link Recorder}. */
export interface ConnectionRecorder {
  connectionOpened(kind: ConnectionKind): void;
  /** Once for each that was opened. */
  connectionClosed(kind: ConnectionKind): void;
}

/** Told by the shard, of sessions that devices are to start by themselves; must be as cheap as {@link Recorder}. */
export interface LoadRecorder {
  /** Such a session starts; how long after it was due, in ms. */
  startLag(ms: number): void;
  /** One was due and is not started: its device was still in session, or the run at its end. */
  sessionDropped(): void;
}

export type RepositoryMethod = 'GET' | 'PUT' | 'POST';

/** All durations in milliseconds, fractions included. */
export interface Recorder {
  sessionStarted(trigger: TriggerName): void;
  /** `reason`: one of the closed set of end reasons, or `http_NNN`. */
  sessionEnded(outcome: OutcomeName, reason: string, durationMs: number): void;
  /** Package#0 received, Package#1 or #3 handed to the transport, Package#2 received as a 200 response. */
  packagePassed(number: 0 | 1 | 2 | 3): void;
  notification(result: NotificationResult): void;
  /** Package#`after` handed to the transport → next Package#2 fully received; connecting and simulated delay not included. */
  serverTurnaround(after: 1 | 3, ms: number): void;
  /** Package#2 fully received → Package#3 ready to send (or, with END, all executed). */
  iterationEnded(deviceMs: number): void;
  connected(ms: number): void;
  simulatedDelay(kind: DelayKind, ms: number): void;
  commandDelivered(command: CountedCommand): void;
  commandEnded(command: CountedCommand, status: number, ms: number): void;
  /** Delivered, but the session was cut before it was done. */
  commandCut(command: CountedCommand): void;
  statusReported(command: CountedCommand, status: number): void;
  uiSessionEnded(outcome: UiOutcomeName, ms: number): void;
  /** A transfer that got a response; `bytes` of body: sent for PUT and POST, received for GET. */
  repositoryTransfer(method: RepositoryMethod, bytes: number): void;
  violation(violation: Violation): void;
  deviceState(device: number, state: DeviceState): void;
  /** What the device executes now; `undefined`: nothing. */
  deviceCommand(device: number, command: CountedCommand | undefined): void;
  /** How the device's session that has just ended did. */
  deviceSession(device: number, outcome: OutcomeName, reason: string, durationMs: number): void;
}
