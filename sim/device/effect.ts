/**
 * What a DM Session asks its driver to do. The session is a generator that yields effects and is resumed with
 * what came of them; the driver (Node's transport, k6, a scripted test) performs and measures them.
 */
import { type UiOutcome, type UiUser } from '../browser/ui-user.ts';

/** Steps 1 and 4: POST a package to the DM Server; resumed with an {@link HttpResult}. */
export interface ExchangeEffect {
  readonly kind: 'exchange';
  readonly package: 1 | 3;
  readonly serverUri: string;
  /** Content-Type, Accept, OMADM-DevID, authorization; cookies are the driver's. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Steps 3b and 3c: move management data; resumed with an {@link HttpResult}. */
export interface TransferEffect {
  readonly kind: 'transfer';
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly serverUri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `false`: the body is counted and thrown away (a firmware image), and may be of any size up to `maxBytes`. */
  readonly keepBody: boolean;
  readonly maxBytes: number;
}

/** Step 3a: open a page in the Web Browser Component; resumed with a {@link ShowResult}. */
export interface ShowEffect {
  readonly kind: 'show';
  readonly serverUri: string;
  /** `wait` (CR): resumed when the UI Session is over. `launch` (TS): resumed when its first page has been opened. */
  readonly mode: ShowMode;
  readonly user: UiUser;
  /** Longest UI Session, in ms. */
  readonly boundMs: number;
}

/** Simulated work of the device; resumed with `undefined`. */
export interface WaitEffect {
  readonly kind: 'wait';
  readonly ms: number;
  readonly reason: 'command' | 'exec';
}

export type ShowMode = 'wait' | 'launch';

export type Effect = ExchangeEffect | TransferEffect | ShowEffect | WaitEffect;

export type HttpResult =
  | {
      readonly ok: true;
      /** HTTP status code; any of them, redirects are not followed. */
      readonly status: number;
      /** Without parameters, lower case; `''` when the header is missing. */
      readonly contentType: string;
      /** `OMADM-Accept` of a 415. */
      readonly omadmAccept?: string;
      /** Decoded text; `''` where the body was not kept. */
      readonly body: string;
      /** Body bytes on the wire. */
      readonly bytes: number;
    }
  | {
      readonly ok: false;
      readonly failure: HttpFailure;
      /** For people, e.g. `connect ECONNREFUSED 127.0.0.1:8080`; never holds a secret. */
      readonly detail: string;
    };

/** Why an exchange has no response; a closed set, used as reasons in metrics and summary. */
export const HTTP_FAILURES = [
  'dns_failed',
  'connect_refused',
  'connect_failed',
  'connect_timeout',
  'tls_failed',
  'connection_closed', // reset or ended before the response was complete
  'exchange_timeout', // `--timeout`, from the start to the last byte
  'response_malformed', // not HTTP
  'headers_too_large',
  'body_too_large',
  'encoding_invalid', // Content-Encoding unknown or its data broken
] as const;
export type HttpFailure = (typeof HTTP_FAILURES)[number];

export type ShowResult =
  /** The page was opened; `outcome` only in mode `wait`. */
  | { readonly opened: true; readonly outcome?: UiOutcome }
  /** It was not: `status` is the web server's answer, 503 when there was none. */
  | { readonly opened: false; readonly status: number; readonly detail: string };

export type EffectResult = HttpResult | ShowResult | undefined;

/** How a DM Session ended. */
export interface SessionEnd {
  readonly outcome: SessionOutcome;
  /** `completed`, `http_503`, `connection_closed`, `package2_invalid`, `exchange_timeout`, … */
  readonly reason: string;
  /** For people; the first one per reason is kept as an example. */
  readonly detail?: string;
}
export type SessionOutcome = 'completed' | 'aborted' | 'timedOut';

/**
 * Reasons a session can end for, besides `http_100` … `http_599`.
 * `completed` is the only one of outcome `completed`; those in {@link TIMED_OUT_REASONS} are `timedOut`, the rest `aborted`.
 */
export const END_REASONS = [
  'completed',
  ...HTTP_FAILURES,
  'package2_wrong_media_type',
  'package2_invalid', // not JSON, no CMD, too deep …: the violation has the rule
  'iterations_exceeded',
  'session_timeout',
  'run_ended',
  'worker_died',
  'internal_error',
] as const;
export const TIMED_OUT_REASONS: readonly string[] = [
  'exchange_timeout',
  'connect_timeout',
  'session_timeout',
  'run_ended',
];
