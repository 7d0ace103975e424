/** One HTTP exchange on undici: request out, response in, within its bounds. */
import { type Dispatcher } from 'undici';
import { type HttpFailure } from '../device/effect.ts';
import { type Clock } from './clock.ts';
import { type Deadlines, type Expirable } from './deadlines.ts';
import { type HttpOutcome, type HttpRequest, type ResponseHeaders } from './http-client.ts';
import { errorCode, errorDetail, failureOf } from './http-failure.ts';
import { outcomeOf } from './response-outcome.ts';
import { type UndiciConnection } from './undici-connection.ts';

/** What the exchanges of one client share. */
export interface ExchangeContext {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** Becomes true with the first byte from any peer. */
  answered: boolean;
}

/** Settled exactly once: the handler's end, its error and the deadline all lead to `settle`. */
export class UndiciExchange implements Dispatcher.DispatchHandler, Expirable {
  dueAtMs = 0;
  earlier: Expirable | undefined = undefined;
  later: Expirable | undefined = undefined;
  private readonly context: ExchangeContext;
  private readonly connection: UndiciConnection;
  private readonly request: HttpRequest;
  private readonly resolve: (outcome: HttpOutcome) => void;
  private readonly reject: (error: Error) => void;
  private settled = false;
  private sentAtMs = -1;
  private status = 0;
  private headers: ResponseHeaders = {};
  private readonly chunks: Buffer[] = [];
  private bytes = 0;

  constructor(
    context: ExchangeContext,
    connection: UndiciConnection,
    request: HttpRequest,
    resolve: (outcome: HttpOutcome) => void,
    reject: (error: Error) => void,
  ) {
    this.context = context;
    this.connection = connection;
    this.request = request;
    this.resolve = resolve;
    this.reject = reject;
  }

  /** Hands the request over; the deadline runs from here. */
  start(path: string, headers: Record<string, string>): void {
    this.context.deadlines.add(this);
    const { method, body } = this.request;
    this.connection.client.dispatch({ path, method, headers, body: body ?? null }, this);
  }

  onRequestStart(): void {
    this.connection.awaitingHead = true;
    this.sentAtMs = this.context.clock.now();
    this.request.listener?.requestSent();
  }

  onResponseStart(
    _controller: unknown,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.context.answered = true;
    if (status < 200) return;
    this.connection.awaitingHead = false;
    this.status = status;
    this.headers = headers;
    if (Number(headers['content-length']) > this.request.maxBodyBytes) this.refuseBody();
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.settled) return;
    this.bytes += chunk.length;
    if (this.bytes > this.request.maxBodyBytes) this.refuseBody();
    else if (this.request.keepBody) this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.settled) return;
    const turnaroundMs = this.context.clock.now() - this.sentAtMs;
    const { status, headers, chunks: parts, bytes } = this;
    const connectMs = this.connection.takeConnectMs();
    this.settle(outcomeOf({ status, headers, parts, bytes }, this.request, turnaroundMs, connectMs));
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.settled) return;
    if (errorCode(error) === 'UND_ERR_INVALID_ARG' || errorCode(error) === 'UND_ERR_NOT_SUPPORTED') {
      this.finish();
      this.reject(error);
      return;
    }
    const { secure, ended } = this.connection;
    this.fail(failureOf(error, { connecting: this.sentAtMs < 0, secure, ended }), errorDetail(error));
  }

  expire(): void {
    const { lengthMs } = this.context.deadlines;
    if (this.connection.connecting) this.fail('connect_timeout', `not connected within ${lengthMs} ms`);
    else this.fail('exchange_timeout', `no complete response within ${lengthMs} ms`);
    this.connection.destroy();
  }

  private refuseBody(): void {
    this.fail('body_too_large', `more than ${this.request.maxBodyBytes} bytes`);
    // Aborting the request alone would make undici connect anew for nothing.
    this.connection.destroy();
  }

  private fail(failure: HttpFailure, detail: string): void {
    const { connection } = this;
    if (connection.answered) this.context.answered = true;
    this.settle({
      ok: false,
      failure,
      detail,
      sent: this.sentAtMs >= 0,
      connectMs: connection.takeConnectMs(),
    });
  }

  private settle(outcome: HttpOutcome): void {
    if (this.settled) return;
    this.finish();
    this.resolve(outcome);
  }

  private finish(): void {
    this.settled = true;
    this.connection.awaitingHead = false;
    this.chunks.length = 0;
    this.context.deadlines.remove(this);
  }
}
