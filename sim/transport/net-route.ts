/** One device's way to one origin: its exchanges in turn, and the connection they use. */
import { type HttpFailure } from '../device/effect.ts';
import { type Deadlines } from './deadlines.ts';
import { type HttpRequest } from './http-client.ts';
import { NetConnection, type ConnectionContext, type ConnectionOwner } from './net-connection.ts';
import { NetExchange, type Settled } from './net-exchange.ts';
import { type RequestText } from './request-text.ts';
import { type ResponseParser } from './response-parser.ts';
import { type SocketTarget } from './socket-connector.ts';

export interface RouteContext extends ConnectionContext {
  readonly deadlines: Deadlines;
}

/** A request is sent once: a connection is replaced only while it has carried nothing of the present exchange. */
export class NetRoute implements ConnectionOwner {
  private readonly context: RouteContext;
  private readonly target: SocketTarget;
  private connection: NetConnection | undefined = undefined;
  private current: NetExchange | undefined = undefined;
  /** Exchanges behind the current one; hardly ever any. */
  private waiting: NetExchange[] | undefined = undefined;

  constructor(context: RouteContext, target: SocketTarget) {
    this.context = context;
    this.target = target;
  }

  /** Whether an exchange would find an open connection. */
  get connected(): boolean {
    return this.connection !== undefined && this.connection.state !== 'connecting' && this.connection.usable;
  }

  /** Begins an exchange, or puts it behind those that are under way; its deadline runs from here. */
  begin(request: HttpRequest, text: RequestText, settled: Settled): void {
    const exchange = new NetExchange(this, request, text, settled);
    this.context.deadlines.add(exchange);
    if (this.current !== undefined) {
      (this.waiting ??= []).push(exchange);
      return;
    }
    this.current = exchange;
    this.proceed();
  }

  /** Ends the connection and whatever is under way. */
  drop(failure: HttpFailure, detail: string): void {
    this.connection?.close();
    this.failAll(failure, detail);
  }

  expired(exchange: NetExchange): void {
    const { lengthMs } = this.context.deadlines;
    if (this.connection?.state === 'connecting')
      this.settleFailed(exchange, 'connect_timeout', `not connected within ${lengthMs} ms`);
    else this.settleFailed(exchange, 'exchange_timeout', `no complete response within ${lengthMs} ms`);
    this.drop('connection_closed', 'another exchange on the connection has timed out');
  }

  connectionReady(): void {
    const { connection, current } = this;
    if (connection === undefined || current === undefined) return;
    current.sentAtMs = this.context.clock.now();
    current.request.listener?.requestSent();
    connection.send(current.text, current.request.maxBodyBytes, current.request.keepBody);
  }

  connectionResponded(response: ResponseParser): void {
    const { current, context } = this;
    if (current === undefined) return;
    context.deadlines.remove(current);
    current.respond(response, context.clock.now(), this.connection?.takeConnectMs());
    this.next();
  }

  connectionLost(failure: HttpFailure, detail: string): void {
    const { current, connection } = this;
    if (current === undefined) return;
    if (connection === undefined || !connection.wasOpened) {
      // Whoever waits behind would only fail alike.
      this.failAll(failure, detail);
    } else if (current.sentAtMs < 0) this.proceed();
    else {
      this.settleFailed(current, failure, detail);
      this.next();
    }
  }

  private next(): void {
    this.current = this.waiting?.shift();
    if (this.current !== undefined) this.proceed();
  }

  /** Sends the current exchange's request as soon as there is a connection to send it on. */
  private proceed(): void {
    if (this.connection?.usable !== true) {
      this.connection?.close();
      this.connection = new NetConnection(this.context, this, this.target);
    } else if (this.connection.state === 'ready') this.connectionReady();
  }

  private failAll(failure: HttpFailure, detail: string): void {
    const { current, waiting } = this;
    this.waiting = undefined;
    if (current !== undefined) this.settleFailed(current, failure, detail);
    this.current = undefined;
    if (waiting !== undefined) for (const exchange of waiting) this.settleFailed(exchange, failure, detail);
  }

  private settleFailed(exchange: NetExchange, failure: HttpFailure, detail: string): void {
    this.context.deadlines.remove(exchange);
    const connectMs = exchange === this.current ? this.connection?.takeConnectMs() : undefined;
    exchange.fail(failure, detail, connectMs);
  }
}
