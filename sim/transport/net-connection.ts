/** One TCP or TLS connection from its opening to its end, and the exchanges on it, one after the other. */
import { type Socket } from 'node:net';
import { type HttpFailure } from '../device/effect.ts';
import { type ConnectionRecorder } from '../metrics/recorder.ts';
import { type Clock } from './clock.ts';
import { errorDetail, failureOf } from './http-failure.ts';
import { type Llhttp } from './llhttp.ts';
import { type LoopTurn, type Resting } from './loop-turn.ts';
import { type RequestText } from './request-text.ts';
import { type ReadVerdict, type ResponseParser, type ResponseParsers } from './response-parser.ts';
import { type SocketConnector, type SocketTarget } from './socket-connector.ts';

/** What the connections of one thread share. */
export interface ConnectionContext {
  readonly clock: Clock;
  readonly connections: ConnectionRecorder;
  readonly connector: SocketConnector;
  readonly llhttp: Llhttp;
  readonly parsers: ResponseParsers;
  readonly loopTurn: LoopTurn;
  /** Becomes true with the first byte from any peer. */
  answered: boolean;
}

/** Whose connection it is. Nothing is called any more once the connection was closed from outside. */
export interface ConnectionOwner {
  /** A request may be sent now. */
  connectionReady(): void;
  /** The response to what was sent; the parser is good until this returns. */
  connectionResponded(response: ResponseParser): void;
  /** The connection has ended, or failed to be opened. */
  connectionLost(failure: HttpFailure, detail: string): void;
}

/**
 * | state        | means                                                    | next                  |
 * | ------------ | -------------------------------------------------------- | --------------------- |
 * | `connecting` | TCP and TLS are under way                                | `ready`, `closed`     |
 * | `ready`      | a request may be sent                                    | `busy`, `closed`      |
 * | `busy`       | a request was sent, its response is incomplete           | `resting`, `closed`   |
 * | `resting`    | a response is complete; the peer may be about to close   | `ready`, `closed`     |
 * | `closed`     | by either side; the next exchange needs a new connection |                       |
 */
export type ConnectionState = 'connecting' | 'ready' | 'busy' | 'resting' | 'closed';

/** How much earlier than the server's own `Keep-Alive: timeout=` a connection is given up. */
const KEEP_ALIVE_MARGIN_MS = 500;
const KEEP_ALIVE_TIMEOUT = /timeout=(\d+)/;

export class NetConnection implements Resting {
  state: ConnectionState = 'connecting';
  private readonly context: ConnectionContext;
  private readonly owner: ConnectionOwner;
  private readonly secure: boolean;
  private readonly socket: Socket;
  private readonly openedAtMs: number;
  private opened = false;
  private connectMs: number | undefined = undefined;
  /** When the server is going to give the idle connection up. */
  private usableUntilMs = Number.POSITIVE_INFINITY;
  private parser: ResponseParser | undefined = undefined;
  private maxBodyBytes = 0;
  private keepBody = false;

  /** Begins to connect. */
  constructor(context: ConnectionContext, owner: ConnectionOwner, target: SocketTarget) {
    this.context = context;
    this.owner = owner;
    this.secure = target.secure;
    this.openedAtMs = context.clock.now();
    this.socket = context.connector.open(
      target,
      (error) => {
        if (error === null) this.connected();
        else this.fail(error);
      },
      { buffer: context.llhttp.input, callback: (length) => this.received(length) },
    );
  }

  /** Whether a request would still be taken: neither closed nor about to be. */
  get usable(): boolean {
    return this.state !== 'closed' && this.context.clock.now() < this.usableUntilMs;
  }

  /** Whether connecting has succeeded. */
  get wasOpened(): boolean {
    return this.opened;
  }

  /** The time that connecting took, in ms; once. */
  takeConnectMs(): number | undefined {
    const ms = this.connectMs;
    this.connectMs = undefined;
    return ms;
  }

  /** Sends a request on a connection that is `ready`; its response is read within these bounds. */
  send(request: RequestText, maxBodyBytes: number, keepBody: boolean): void {
    this.state = 'busy';
    this.maxBodyBytes = maxBodyBytes;
    this.keepBody = keepBody;
    if (typeof request === 'string') this.socket.write(request, 'latin1');
    else this.socket.write(request);
  }

  /** Ends it at once; the owner is told nothing more. */
  close(): void {
    if (this.state === 'closed') return;
    this.releaseParser();
    this.end();
  }

  rested(): void {
    if (this.state !== 'resting') return;
    this.state = 'ready';
    this.owner.connectionReady();
  }

  private connected(): void {
    if (this.state !== 'connecting') return;
    this.opened = true;
    this.context.connections.connectionOpened('http');
    this.connectMs = this.context.clock.now() - this.openedAtMs;
    this.socket.on('error', (error) => this.broken(error));
    this.socket.on('end', () => this.ended());
    this.socket.on('close', () => this.ended());
    this.state = 'ready';
    this.owner.connectionReady();
  }

  /** Always `true`: reading goes on. */
  private received(length: number): boolean {
    this.context.answered = true;
    if (this.state === 'busy') this.read(length);
    else if (this.state !== 'closed' && !onlyLineEnds(this.context.llhttp.input, length))
      // Nothing was asked: whatever it is, it must not be taken for the next response.
      this.lose('response_malformed', 'bytes that were not asked for');
    return true;
  }

  private read(length: number): void {
    const parser = (this.parser ??= this.context.parsers.take(this.maxBodyBytes, this.keepBody));
    this.judge(parser, parser.read(length));
  }

  private judge(parser: ResponseParser, verdict: ReadVerdict): void {
    switch (verdict) {
      case 'incomplete':
        return;
      case 'complete':
        this.complete(parser);
        return;
      case 'response_malformed':
        this.lose(verdict, `not HTTP/1.1 (${parser.reason})`);
        return;
      case 'headers_too_large':
        this.lose(verdict, 'more than 16 KiB of headers');
        return;
      case 'body_too_large':
        this.lose(verdict, `more than ${this.maxBodyBytes} bytes`);
        return;
      default:
        return verdict satisfies never;
    }
  }

  private complete(parser: ResponseParser): void {
    this.parser = undefined;
    // A response that came before the request was out leaves a rest of it in the way.
    if (parser.reusable && this.socket.writableLength === 0) this.rest(parser.headers['keep-alive']);
    else this.end();
    this.owner.connectionResponded(parser);
    this.context.parsers.give(parser);
  }

  private rest(keepAlive: string | readonly string[] | undefined): void {
    this.state = 'resting';
    if (keepAlive !== undefined) {
      const seconds = KEEP_ALIVE_TIMEOUT.exec(String(keepAlive))?.[1];
      if (seconds !== undefined)
        this.usableUntilMs = this.context.clock.now() + Number(seconds) * 1_000 - KEEP_ALIVE_MARGIN_MS;
    }
    this.context.loopTurn.add(this);
  }

  private ended(): void {
    if (this.state === 'closed') return;
    this.endResponse();
    this.lose('connection_closed', 'closed by the server');
  }

  private broken(error: Error): void {
    if (this.state === 'closed') return;
    // Servers that close without having read everything reset the connection, after a whole response too.
    if ('code' in error && error.code === 'ECONNRESET') this.endResponse();
    this.fail(error);
  }

  /** Where the connection's end is the response's, the response is complete. */
  private endResponse(): void {
    const { parser } = this;
    if (parser?.end() === 'complete') this.complete(parser);
  }

  private fail(error: Error): void {
    const connecting = this.state === 'connecting';
    if (this.socket.bytesRead > 0) this.context.answered = true;
    this.lose(failureOf(error, { connecting, secure: this.secure, ended: false }), errorDetail(error));
  }

  private lose(failure: HttpFailure, detail: string): void {
    if (this.state === 'closed') return;
    this.close();
    this.owner.connectionLost(failure, detail);
  }

  private end(): void {
    this.state = 'closed';
    if (this.opened) this.context.connections.connectionClosed('http');
    this.socket.destroy();
  }

  private releaseParser(): void {
    if (this.parser === undefined) return;
    this.context.parsers.give(this.parser);
    this.parser = undefined;
  }
}

/** Servers may end a response with line ends too many (RFC 9112, 2.2). */
function onlyLineEnds(bytes: Buffer, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[i] !== 0x0d && bytes[i] !== 0x0a) return false;
  return true;
}
