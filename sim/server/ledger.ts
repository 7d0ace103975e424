/** The ledger: what the reference DM Server saw and did, as `GET /ledger` answers it. */
import { type CommandName } from '../protocol/command.ts';
import { type MomentsSummary } from './moments.ts';

/**
 * Names are those of a run's summary, so that both sides of a run can be laid side by side; in a run without faults
 * they agree exactly. A member of a record that would be 0 is left out.
 */
export interface Ledger {
  readonly sessions: LedgerSessions;
  /** `0`: notifications handed to a push channel; `1`, `3`: received and valid; `2`: handed to the connection. */
  readonly packages: Readonly<Record<'0' | '1' | '2' | '3', number>>;
  /** Commands of the Package#2s counted above, by name; END included. */
  readonly commands: Readonly<Partial<Record<CommandName, number>>>;
  /** Statuses of the Package#3s counted above: command → status code → count. */
  readonly statuses: Readonly<Partial<Record<CommandName, Readonly<Record<string, number>>>>>;
  /** Generic Alerts received, by AlertType; types beyond the first 64 count as `other`. */
  readonly alerts: Readonly<Record<string, number>>;
  readonly uiSessions: LedgerUiSessions;
  /** Answered requests to the Data Repository, firmware downloads included, whatever the answer's code. */
  readonly repository: Readonly<Record<RepositoryMethod, LedgerTransfers>>;
  readonly notifications: LedgerNotifications;
  /** What devices did against the protocol: rule → count, with one example of at most 200 characters. */
  readonly violations: Readonly<Record<string, { readonly count: number; readonly example: string }>>;
  /** Packages that were refused, by HTTP status; those that broke a rule are violations as well. */
  readonly refused: Readonly<Record<string, number>>;
  readonly service: LedgerService;
}

export interface LedgerSessions {
  /** Package#1s that opened a session. */
  readonly started: number;
  /** A Package#2 with END was handed over. */
  readonly completed: number;
  /** The device opened its next session before this one had its END. */
  readonly replaced: number;
  /** Ended by the server because the device sent something invalid. */
  readonly aborted: number;
  /** Not ended yet, as far as the server knows: a device may long have given up. */
  readonly open: number;
  /** Those of `started` that reported the result of an asynchronous EXEC. */
  readonly reports: number;
}

export interface LedgerUiSessions {
  /** First pages served. */
  readonly started: number;
  /** By the alert of CR 3.a.3; without one (the browser was only launched), by the final page having been served. */
  readonly done: number;
  readonly abandoned: number;
  readonly timedOut: number;
  /** SHOWs whose status says that the page could not be opened (neither 200, nor 400, nor 501). */
  readonly failed: number;
  /** Started, and nothing more is known. */
  readonly open: number;
}

export type RepositoryMethod = 'GET' | 'PUT' | 'POST';

/** `bytes`: of bodies; answered for GET, received for PUT and POST. */
export interface LedgerTransfers {
  readonly count: number;
  readonly bytes: number;
}

export interface LedgerNotifications {
  /** Frames handed to an open channel; the same as `packages["0"]`. */
  readonly sent: number;
  /** Waiting for the device's channel to open. */
  readonly queued: number;
  /** Thrown away because too many were waiting. */
  readonly dropped: number;
  /** Devices whose channel is open. */
  readonly channels: number;
}

/** Of the requests the service time applies to; all times in ms. */
export interface LedgerService {
  /** Service times as drawn. */
  readonly serviceMs: MomentsSummary;
  /** Service times as they were: from the start of service until the answer was ready. */
  readonly realisedMs: MomentsSummary;
  /** Time in the queue before service began. */
  readonly waitMs: MomentsSummary;
  readonly busy: number;
  readonly queued: number;
  /** Answered 503 because the queue was full. */
  readonly rejected: number;
}
