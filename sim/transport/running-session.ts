/** What a driver needs, what a session is started with, and what is known of it while it runs. */
import { type CookieJar } from '../browser/cookie-jar.ts';
import { type HtmlParser } from '../browser/html.ts';
import { type Effect, type EffectResult, type SessionEnd } from '../device/effect.ts';
import { type NetworkConditions } from '../device/network.ts';
import { type SessionListener } from '../device/session-listener.ts';
import { type Recorder, type TriggerName } from '../metrics/recorder.ts';
import { type Clock } from './clock.ts';
import { type Deadlines } from './deadlines.ts';
import { type HttpClient } from './http-client.ts';
import { type SessionTrace } from './trace.ts';

export interface DriverOptions {
  readonly http: HttpClient;
  readonly recorder: Recorder;
  /** Longest DM Session, in ms; then it ends as `session_timeout`. */
  readonly sessionTimeoutMs: number;
  /** Bound on a response to Package#1 or #3, in bytes; the device's own limit on Package#2 unless said otherwise. */
  readonly maxPackageBytes?: number;
  /** Bound on a page of a UI Session, in bytes. */
  readonly maxPageBytes?: number;
  /** Told of errors that are our own; the session they befall ends as `internal_error`. */
  readonly onInternalError?: (error: unknown) => void;
  readonly clock?: Clock;
  readonly html?: HtmlParser;
  readonly createCookieJar?: () => CookieJar;
}

/** The options with nothing left open. */
export type DriverContext = Required<DriverOptions> & { readonly deadlines: Deadlines };

/**
 * The simulated conditions of a set of connections: 0 are the device's own, n those of the session's nth UI
 * Session. Each has to have a stream of its own, since a launched UI Session runs beside the DM Session.
 */
export type ConditionsOf = (connections: number) => NetworkConditions;

export interface SessionRunOptions {
  /** Index of the device, for its state. */
  readonly device: number;
  readonly trigger: TriggerName;
  /** Begins the session; what it is given counts the session's events. */
  readonly start: (listener: SessionListener) => Generator<Effect, SessionEnd, EffectResult>;
  readonly conditions?: ConditionsOf;
  readonly trace?: SessionTrace;
  /** As {@link RunningSession.follow}, from the first step on. */
  readonly follower?: SessionTrace;
}

/** Work between two sessions that belongs to none: asynchronous EXEC work. Its transfers and waits are measured. */
export interface WorkRunOptions<T> {
  readonly start: (listener: SessionListener) => Generator<Effect, T, EffectResult>;
  readonly conditions?: ConditionsOf;
  readonly trace?: SessionTrace;
  readonly follower?: SessionTrace;
}

export type CutReason = 'session_timeout' | 'run_ended';

/** A session that is over. */
export interface FinishedSession extends SessionEnd {
  readonly durationMs: number;
}

export interface RunningSession {
  /** Resolves when the DM Session is over and counted; never rejects. */
  readonly done: Promise<FinishedSession>;
  /** Resolves when its launched UI Sessions are over, too; never rejects. */
  readonly idle: Promise<void>;
  /** Ends the DM Session, if it still runs, and its UI Sessions. `done` and `idle` follow at once. */
  cut(reason: CutReason): void;
  /** Tells the steps from now on, first that the session is under way; `undefined`: to nobody any more. */
  follow(follower: SessionTrace | undefined): void;
}

export interface RunningWork<T> {
  /** What the work came to; `undefined` when it was cut, or failed for an error of our own. Never rejects. */
  readonly done: Promise<T | undefined>;
  cut(reason: CutReason): void;
  follow(follower: SessionTrace | undefined): void;
}
