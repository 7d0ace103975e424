/** One session step by step, for people: what `--trace` shows. Plain data, so that it crosses threads. */
import { type HttpFailure, type SessionOutcome, type WaitEffect } from '../device/effect.ts';
import { type TriggerName } from '../metrics/recorder.ts';
import { type DmCommand } from '../protocol/command.ts';
import { withoutUserInformation } from '../protocol/server-uri.ts';
import { type Violation } from '../protocol/violation.ts';
import { type UiOutcome } from '../browser/ui-user.ts';
import { type ResponseHeaders } from './http-client.ts';

/** Names as sent or received; what is secret reads `…`. */
export type TraceHeaders = readonly (readonly [name: string, value: string])[];

/** `atMs`: since the session's start; all durations in ms. */
export type TraceEvent = { readonly atMs: number } & TraceStep;

export type TraceStep =
  | {
      readonly kind: 'session_started';
      readonly device: number;
      readonly trigger: TriggerName;
      /** Somebody began to look in mid-session: steps before `atMs` were not seen. */
      readonly joined?: true;
    }
  | {
      readonly kind: 'package_sent';
      readonly package: 1 | 3;
      readonly uri: string;
      readonly headers: TraceHeaders;
      readonly body: string;
    }
  /** Any response to a package; whether it is a Package#2 shows next. */
  | {
      readonly kind: 'package_answered';
      readonly status: number;
      readonly headers: TraceHeaders;
      readonly body: string;
      readonly turnaroundMs: number;
      /** When the exchange had to connect. */
      readonly connectMs?: number;
    }
  | { readonly kind: 'package_unanswered'; readonly failure: HttpFailure; readonly detail: string }
  | { readonly kind: 'command_started'; readonly command: DmCommand }
  | { readonly kind: 'command_ended'; readonly command: DmCommand; readonly sc: number; readonly ms: number }
  | { readonly kind: 'command_cut'; readonly command: DmCommand }
  | {
      readonly kind: 'transfer';
      readonly method: 'GET' | 'PUT' | 'POST';
      readonly uri: string;
      /** The repository's status, or why there is none. */
      readonly answer: number | HttpFailure;
      /** Of body: received for GET, sent otherwise. */
      readonly bytes: number;
      readonly ms: number;
    }
  | {
      readonly kind: 'page_shown';
      readonly uri: string;
      readonly status: number;
      readonly title: string;
    }
  | { readonly kind: 'ui_session_ended'; readonly outcome: UiOutcome; readonly ms: number }
  | { readonly kind: 'waited'; readonly reason: WaitEffect['reason']; readonly ms: number }
  | { readonly kind: 'violation'; readonly violation: Violation }
  | {
      readonly kind: 'session_ended';
      readonly outcome: SessionOutcome;
      readonly reason: string;
      readonly detail?: string;
    };

/** Told of each step as it happens. */
export type SessionTrace = (event: TraceEvent) => void;

const SECRET = /^(?:proxy-)?authorization$|cookie|token|secret|password|api-?key/i;

/** A header section without what authenticates. */
export function traceHeaders(headers: ResponseHeaders): TraceHeaders {
  const shown: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'string' ? [value] : value)
      shown.push([name, SECRET.test(name) ? '…' : one]);
  }
  return shown;
}

/** A URI without user information. */
export function traceUri(uri: string): string {
  return withoutUserInformation(uri);
}
