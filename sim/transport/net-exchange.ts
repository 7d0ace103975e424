/** One HTTP exchange on a route, from its request's text to its outcome. */
import { type HttpFailure } from '../device/effect.ts';
import { type Expirable } from './deadlines.ts';
import { type HttpOutcome, type HttpRequest } from './http-client.ts';
import { type RequestText } from './request-text.ts';
import { outcomeOf, type ReceivedResponse } from './response-outcome.ts';

/** Gets the outcome; calls after the first do nothing. */
export type Settled = (outcome: HttpOutcome) => void;

export class NetExchange implements Expirable {
  dueAtMs = 0;
  earlier: Expirable | undefined = undefined;
  later: Expirable | undefined = undefined;
  readonly request: HttpRequest;
  readonly text: RequestText;
  /** When the request was handed to the connection; negative: it was not. */
  sentAtMs = -1;
  private readonly route: { expired(exchange: NetExchange): void };
  private readonly settled: Settled;

  constructor(
    route: { expired(exchange: NetExchange): void },
    request: HttpRequest,
    text: RequestText,
    settled: Settled,
  ) {
    this.route = route;
    this.request = request;
    this.text = text;
    this.settled = settled;
  }

  expire(): void {
    this.route.expired(this);
  }

  respond(response: ReceivedResponse, nowMs: number, connectMs: number | undefined): void {
    this.settled(outcomeOf(response, this.request, nowMs - this.sentAtMs, connectMs));
  }

  fail(failure: HttpFailure, detail: string, connectMs: number | undefined): void {
    this.settled({ ok: false, failure, detail, sent: this.sentAtMs >= 0, connectMs });
  }
}
