/** A WebSocket that is kept open: reconnects with growing pauses, notices a peer that has gone silent. */
import { WebSocket, type RawData } from 'ws';
import { originOf, parseServerUri } from '../protocol/server-uri.ts';
import { type Random } from '../random/random.ts';
import { realClock, type Clock, type Timer } from './clock.ts';
import { type HttpClientOptions } from './http-client.ts';
import { RequestHeaders } from './request-headers.ts';
import { SocketConnector, type SocketTarget } from './socket-connector.ts';

export type PushState = 'connecting' | 'connected' | 'closed';

export interface PushOptions {
  /** Address of the push channel, `http` or `https`, e.g. `https://dm.example/push`. */
  readonly uri: string;
  readonly http: HttpClientOptions;
  /** Made from `http` unless given: the channels of a shard had better share one. */
  readonly connector?: SocketConnector;
  /** Spreads reconnects and liveness checks, so that a server's restart does not bring all devices at once. */
  readonly random: Random;
  readonly onState?: (state: PushState) => void;
  /** Told once, when the channel could not be opened; it goes on trying. */
  readonly onTrouble?: (detail: string) => void;
  readonly clock?: Clock;
}

/** What a kind of channel adds to a connection. */
export interface PushProtocol {
  readonly subprotocol: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly opened: () => void;
  readonly received: (frame: Buffer, isBinary: boolean) => void;
}

const HANDSHAKE_MS = 10_000;
/** A Package#0 has well under a kilobyte. */
const FRAME_BYTES = 65_536;
const PING_EVERY_MS = 30_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A connection that lasted this long was a good one: the next pause is the first again. */
const GOOD_AFTER_MS = 5_000;
const CLOSE_MS = 500;

export class PushConnection {
  private readonly options: PushOptions;
  private readonly protocol: PushProtocol;
  private readonly clock: Clock;
  private readonly connector: SocketConnector;
  private readonly target: SocketTarget;
  private readonly headers: Record<string, string>;
  private socket: WebSocket | undefined = undefined;
  /** One at a time: the handshake's bound, the next liveness check, the next attempt. */
  private timer: Timer | undefined = undefined;
  private present: PushState = 'connecting';
  private openedAtMs = 0;
  private attempts = 0;
  private alive = false;
  private troubled = false;

  /** @throws TypeError for a URI that is none, RangeError for extra headers that cannot be sent. */
  constructor(options: PushOptions, protocol: PushProtocol) {
    const parts = parseServerUri(options.uri);
    if (!parts.ok) throw new TypeError(`push channel: not an http or https URI: ${parts.fault.found}`);
    const { scheme, host, port } = parts.value;
    this.options = options;
    this.protocol = protocol;
    this.clock = options.clock ?? realClock;
    this.connector = options.connector ?? new SocketConnector(options.http);
    this.target = { secure: scheme === 'https', hostname: host.replace(/^\[|\]$/g, ''), port };
    const { extraHeaders = {}, extraHeadersOrigin } = options.http;
    const origin = originOf(options.uri);
    this.headers = new RequestHeaders(extraHeaders, extraHeadersOrigin).of(
      protocol.headers,
      undefined,
      origin,
    );
    this.connect();
  }

  get state(): PushState {
    return this.present;
  }

  /** Sends a text frame; `false`: not connected. */
  send(text: string): boolean {
    if (this.present !== 'connected') return false;
    this.socket?.send(text);
    return true;
  }

  /** Ends the channel for good. Safe to call twice. */
  close(): void {
    if (this.present === 'closed') return;
    this.timer?.cancel();
    this.timer = undefined;
    const { socket } = this;
    if (this.present === 'connected') {
      // A peer that does not answer the closing handshake is not waited for.
      this.timer = this.clock.after(CLOSE_MS, () => socket?.terminate());
      socket?.close(1000);
    } else socket?.terminate();
    this.enter('closed');
  }

  private connect(): void {
    const { protocol } = this;
    const socket = new WebSocket(this.options.uri, [protocol.subprotocol], {
      headers: this.headers,
      maxPayload: FRAME_BYTES,
      perMessageDeflate: false,
      followRedirects: false,
      createConnection: () => this.connector.open(this.target, () => undefined),
    });
    this.socket = socket;
    // Bounds the whole handshake; the library's own time-out starts anew with every byte.
    this.timer = this.clock.after(HANDSHAKE_MS, () => socket.terminate());
    let problem = `no handshake within ${HANDSHAKE_MS} ms`;
    socket.on('open', () => {
      problem = 'closed';
      this.opened();
    });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      this.alive = true;
      if (this.present === 'connected') protocol.received(data as Buffer, isBinary);
    });
    socket.on('pong', () => (this.alive = true));
    socket.on('error', (error) => (problem = error.message));
    socket.on('close', () => this.lost(problem));
  }

  private opened(): void {
    if (this.present === 'closed') return;
    this.openedAtMs = this.clock.now();
    this.alive = true;
    this.checkLater();
    this.enter('connected');
    this.protocol.opened();
  }

  private checkLater(): void {
    this.timer?.cancel();
    this.timer = this.clock.after(this.spread(PING_EVERY_MS), () => {
      // Silence since the last ping: the peer is gone, and TCP would not tell for a quarter of an hour.
      if (!this.alive) {
        this.socket?.terminate();
        return;
      }
      this.alive = false;
      this.socket?.ping();
      this.checkLater();
    });
  }

  private lost(problem: string): void {
    this.timer?.cancel();
    this.timer = undefined;
    if (this.present === 'closed') return;
    const wasOpen = this.present === 'connected';
    if (wasOpen && this.clock.now() - this.openedAtMs >= GOOD_AFTER_MS) this.attempts = 0;
    this.enter('connecting');
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** this.attempts, LONGEST_PAUSE_MS);
    this.attempts++;
    this.timer = this.clock.after(this.spread(pauseMs), () => this.connect());
    if (wasOpen || this.troubled) return;
    this.troubled = true;
    this.options.onTrouble?.(problem);
  }

  /** Half to one and a half times as long. */
  private spread(ms: number): number {
    return ms * (0.5 + this.options.random.next());
  }

  private enter(state: PushState): void {
    if (this.present === state) return;
    this.present = state;
    this.options.onState?.(state);
  }
}
