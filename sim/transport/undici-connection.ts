/** One device's connection to one origin: an undici Client and the socket under it. */
import { type Socket } from 'node:net';
import { Client, type buildConnector } from 'undici';
import { type ConnectionRecorder } from '../metrics/recorder.ts';
import { type Clock } from './clock.ts';
import { type SocketConnector } from './socket-connector.ts';

const HEADER_BYTES = 16_384;
/** Longer than any session: a kept connection ends by its session, or when the server says so. */
const KEEP_ALIVE_MS = 600_000;
/** How much earlier than the server's own `Keep-Alive: timeout=` a connection is given up. */
const KEEP_ALIVE_MARGIN_MS = 500;

/** What the connections of one thread share. */
export interface UndiciSurroundings {
  readonly connector: SocketConnector;
  readonly clock: Clock;
  readonly connections: ConnectionRecorder;
}

export class UndiciConnection {
  readonly client: Client;
  readonly secure: boolean;
  /** The response's header section is still to come. */
  awaitingHead = false;
  connecting = false;
  /** The peer has ended its side. */
  ended = false;
  private readonly connector: SocketConnector;
  private readonly clock: Clock;
  private readonly connections: ConnectionRecorder;
  private socket: Socket | undefined = undefined;
  private connectMs: number | undefined = undefined;

  /** @throws Error when the origin is none. */
  constructor(origin: string, { connector, clock, connections }: UndiciSurroundings) {
    this.secure = origin.startsWith('https:');
    this.connector = connector;
    this.clock = clock;
    this.connections = connections;
    this.client = new Client(origin, {
      connect: (options, callback) => this.connect(options, callback),
      maxHeaderSize: HEADER_BYTES,
      // Our own deadline bounds the whole exchange; undici's would only be two more timers.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN_MS,
    });
  }

  /** The time that the latest connect took, in ms; once. */
  takeConnectMs(): number | undefined {
    const ms = this.connectMs;
    this.connectMs = undefined;
    return ms;
  }

  /** Whether the peer has sent anything on the present socket. */
  get answered(): boolean {
    return this.socket !== undefined && this.socket.bytesRead > 0;
  }

  get open(): boolean {
    return this.socket !== undefined && !this.connecting && !this.ended && !this.socket.destroyed;
  }

  /** Ends at once whatever is under way; the connection cannot be used again. */
  destroy(): void {
    // A socket that is still connecting is not yet known to the client, and would linger.
    if (this.connecting) this.socket?.destroy();
    this.connecting = false;
    this.client.destroy(null, nothing);
  }

  private connect(options: buildConnector.Options, callback: buildConnector.Callback): void {
    const startedAt = this.clock.now();
    this.connecting = true;
    this.ended = false;
    const target = {
      secure: this.secure,
      hostname: options.hostname,
      port: Number(options.port === '' ? (this.secure ? 443 : 80) : options.port),
    };
    this.socket = this.connector.open(target, (error, socket) => {
      this.connecting = false;
      if (error !== null) {
        callback(error, null);
        return;
      }
      this.connectMs = this.clock.now() - startedAt;
      this.connections.connectionOpened('http');
      socket.once('close', () => this.connections.connectionClosed('http'));
      socket.once('end', () => (this.ended = true));
      this.skipContinue(socket);
      callback(null, socket);
    });
  }

  /**
   * undici takes a `100 Continue` that it did not ask for as a broken response. Servers may send it all the same, and
   * clients must be able to read it (RFC 9110, 15.2); other interim responses it skips by itself.
   */
  private skipContinue(socket: Socket): void {
    const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
    socket.read = (size?: number): Buffer | null => {
      const chunk = read(size);
      if (chunk === null || !this.awaitingHead) return chunk;
      const rest = behindContinue(chunk);
      return rest.length > 0 ? rest : read(size);
    };
  }
}

/** What follows the leading `HTTP/1.1 100` responses of a chunk. */
function behindContinue(chunk: Buffer): Buffer {
  let rest = chunk;
  // '100' at the status code's place; the parser judges everything else.
  while (rest.length > 12 && rest[9] === 0x31 && rest[10] === 0x30 && rest[11] === 0x30 && rest[4] === 0x2f) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return rest;
    rest = rest.subarray(end + 4);
  }
  return rest;
}

function nothing(): void {
  // `destroy` without a callback would make a promise of which nobody takes care.
}
