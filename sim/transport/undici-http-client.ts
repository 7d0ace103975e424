/** {@link HttpClient} on undici: one Client per device, session and origin. */
import { originOf, pathAndQueryOf } from '../protocol/server-uri.ts';
import { realClock } from './clock.ts';
import { Deadlines } from './deadlines.ts';
import {
  type HttpClient,
  type HttpClientOptions,
  type HttpConnections,
  type HttpOutcome,
  type HttpRequest,
  type HttpSurroundings,
  UNCOUNTED,
} from './http-client.ts';
import { RequestHeaders } from './request-headers.ts';
import { notSent } from './response-outcome.ts';
import { SocketConnector } from './socket-connector.ts';
import { UndiciConnection, type UndiciSurroundings } from './undici-connection.ts';
import { UndiciExchange, type ExchangeContext } from './undici-exchange.ts';

/** One per shard: holds what all devices' connections share. */
export class UndiciHttpClient implements HttpClient {
  private readonly shared: Shared;

  /**
   * `timeoutMs` bounds every exchange from its start, connecting included, to its last byte.
   * @throws Error when `options.ca` holds no readable certificate, RangeError for extra headers that cannot be sent.
   */
  constructor(
    options: HttpClientOptions,
    timeoutMs: number,
    { clock = realClock, connections = UNCOUNTED }: HttpSurroundings = {},
  ) {
    this.shared = {
      clock,
      connections,
      deadlines: new Deadlines(clock, timeoutMs),
      answered: false,
      connector: new SocketConnector(options),
      headers: new RequestHeaders(options.extraHeaders ?? {}, options.extraHeadersOrigin),
    };
  }

  get answered(): boolean {
    return this.shared.answered;
  }

  open(): HttpConnections {
    return new UndiciConnections(this.shared);
  }
}

interface Shared extends ExchangeContext, UndiciSurroundings {
  readonly headers: RequestHeaders;
}

class UndiciConnections implements HttpConnections {
  private readonly shared: Shared;
  private readonly byOrigin = new Map<string, UndiciConnection>();
  private closed = false;
  // A session's packages mostly go to one and the same URI.
  private latestUri = '';
  private latestOrigin = '';
  private latestPath = '';

  constructor(shared: Shared) {
    this.shared = shared;
  }

  exchange(request: HttpRequest): Promise<HttpOutcome> {
    if (this.closed) return Promise.resolve(notSent('connection_closed', 'the session is over'));
    let connection: UndiciConnection;
    try {
      connection = this.connectionFor(request.uri);
    } catch (error) {
      // The server named a URI whose host or port cannot exist.
      return Promise.resolve(notSent('connect_failed', error instanceof Error ? error.message : 'not a URI'));
    }
    const headers = this.shared.headers.of(request.headers, request.cookie, this.latestOrigin);
    return new Promise((resolve, reject) => {
      new UndiciExchange(this.shared, connection, request, resolve, reject).start(this.latestPath, headers);
    });
  }

  connectedTo(uri: string): boolean {
    try {
      this.locate(uri);
    } catch {
      return false;
    }
    return this.byOrigin.get(this.latestOrigin)?.open === true;
  }

  break(): void {
    for (const connection of this.byOrigin.values()) connection.destroy();
    this.byOrigin.clear();
  }

  close(): void {
    this.closed = true;
    this.break();
  }

  private connectionFor(uri: string): UndiciConnection {
    this.locate(uri);
    let connection = this.byOrigin.get(this.latestOrigin);
    if (connection === undefined || connection.client.destroyed) {
      connection = new UndiciConnection(this.latestOrigin, this.shared);
      this.byOrigin.set(this.latestOrigin, connection);
    }
    return connection;
  }

  private locate(uri: string): void {
    if (uri === this.latestUri) return;
    this.latestOrigin = originOf(uri);
    this.latestPath = pathAndQueryOf(uri);
    this.latestUri = uri;
  }
}
