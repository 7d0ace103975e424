/** {@link HttpClient} on bare sockets and llhttp: the transport for load. */
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
import { Destinations, type Destination } from './http-origin.ts';
import { Llhttp } from './llhttp.ts';
import { LoopTurn } from './loop-turn.ts';
import { NetRoute, type RouteContext } from './net-route.ts';
import { RequestHeaders } from './request-headers.ts';
import { notSent } from './response-outcome.ts';
import { requestStart, requestText, type RequestText } from './request-text.ts';
import { ResponseParsers } from './response-parser.ts';
import { SocketConnector } from './socket-connector.ts';

/** One per shard: holds what all devices' connections share. */
export class NetHttpClient implements HttpClient {
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
    const llhttp = new Llhttp();
    this.shared = {
      clock,
      connections,
      deadlines: new Deadlines(clock, timeoutMs),
      answered: false,
      connector: new SocketConnector(options),
      headers: new RequestHeaders(options.extraHeaders ?? {}, options.extraHeadersOrigin),
      destinations: new Destinations(),
      llhttp,
      parsers: new ResponseParsers(llhttp),
      loopTurn: new LoopTurn(),
    };
  }

  get answered(): boolean {
    return this.shared.answered;
  }

  open(): HttpConnections {
    return new NetConnections(this.shared);
  }
}

interface Shared extends RouteContext {
  readonly headers: RequestHeaders;
  readonly destinations: Destinations;
}

class NetConnections implements HttpConnections {
  private readonly shared: Shared;
  private readonly routes = new Map<string, NetRoute>();
  private closed = false;

  constructor(shared: Shared) {
    this.shared = shared;
  }

  exchange(request: HttpRequest): Promise<HttpOutcome> {
    if (this.closed) return Promise.resolve(notSent('connection_closed', 'the session is over'));
    let destination: Destination;
    try {
      destination = this.shared.destinations.of(request.uri);
    } catch (error) {
      // The server named a URI whose host or port cannot exist.
      return Promise.resolve(notSent('connect_failed', error instanceof Error ? error.message : 'not a URI'));
    }
    // What cannot be sent is thrown in here, and so becomes a rejection.
    return new Promise((resolve) => {
      this.routeTo(destination).begin(request, this.textOf(request, destination), resolve);
    });
  }

  connectedTo(uri: string): boolean {
    if (this.routes.size === 0) return false;
    let destination: Destination;
    try {
      destination = this.shared.destinations.of(uri);
    } catch {
      return false;
    }
    return this.routes.get(destination.origin.name)?.connected === true;
  }

  break(): void {
    for (const route of this.routes.values()) route.drop('connection_closed', 'closed by the device');
  }

  close(): void {
    this.closed = true;
    this.break();
    this.routes.clear();
  }

  private routeTo({ origin }: Destination): NetRoute {
    const known = this.routes.get(origin.name);
    if (known !== undefined) return known;
    const route = new NetRoute(this.shared, origin.target);
    this.routes.set(origin.name, route);
    return route;
  }

  private textOf(request: HttpRequest, { origin, path }: Destination): RequestText {
    const { method, cookie, body } = request;
    const headers = this.shared.headers.of(request.headers, cookie, origin.name);
    return requestText(requestStart(method, path, origin.host), method, headers, body);
  }
}
