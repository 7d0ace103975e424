/** Push channels: WebSockets over which Package#0 reaches devices, one a device or one for many (protocol.md section 3). */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { type Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { encodeBase64 } from '../protocol/base64.ts';
import { isJsonObject, isStringArray, parseJson } from '../protocol/json.ts';
import { HEADER } from '../protocol/media-type.ts';
import { printable } from './http-answer.ts';
import { type LedgerBook } from './ledger-book.ts';
import { type PeerRule } from './peer-violation.ts';

/** One device a channel: its DevID stands in a header, nothing is sent back. */
export const OWN_CHANNEL = 'omadm-push';
/** Many devices a channel, subscribed and unsubscribed by frames of JSON. */
export const SHARED_CHANNEL = 'omadm-push-shared';

const LARGEST_FRAME_BYTES = 4_194_304;
/** A peer that reads nothing is cut off when this much waits for it. */
const MOST_BUFFERED_BYTES = 1_048_576;
const MOST_SUBSCRIPTIONS = 1_000_000;
const LONGEST_DEV_ID = 255;
/** The kernel finds out about peers that vanished. */
const PROBE_AFTER_MS = 60_000;

/** A Package#0 ready to be sent. */
export interface PushFrame {
  readonly binary: Uint8Array;
  /** Sent instead on a device's own channel. */
  readonly text?: string;
}

interface Channel {
  readonly socket: WebSocket;
  readonly shared: boolean;
}

export class PushChannels {
  private readonly book: LedgerBook;
  private readonly opened: (devId: string) => void;
  private readonly byDevice = new Map<string, Channel>();
  private readonly sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: LARGEST_FRAME_BYTES,
    handleProtocols: (offered) => (offered.has(SHARED_CHANNEL) ? SHARED_CHANNEL : OWN_CHANNEL),
  });

  /** @param opened called when a device can be reached that could not before */
  constructor(book: LedgerBook, opened: (devId: string) => void) {
    this.book = book;
    this.opened = opened;
  }

  /** Devices that can be reached. */
  get size(): number {
    return this.byDevice.size;
  }

  ids(): IterableIterator<string> {
    return this.byDevice.keys();
  }

  isOpen(devId: string): boolean {
    return this.byDevice.has(devId);
  }

  /** @returns false when the device's channel is not open */
  send(devId: string, frame: PushFrame): boolean {
    const channel = this.byDevice.get(devId);
    if (channel?.socket.readyState !== 1) return false;
    const { socket, shared } = channel;
    if (socket.bufferedAmount > MOST_BUFFERED_BYTES) {
      socket.terminate();
      return false;
    }
    if (shared) socket.send(JSON.stringify({ to: devId, package0: encodeBase64(frame.binary) }));
    else socket.send(frame.text ?? frame.binary);
    return true;
  }

  /** Answers an upgrade to `/push`. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until the WebSocket takes over, a reset must not become an uncaught error.
    socket.on('error', () => socket.destroy());
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    const devId = request.headers[HEADER.devId.toLowerCase()];
    const shared = offered.includes(SHARED_CHANNEL);
    if (!shared && !offered.includes(OWN_CHANNEL)) {
      const text = `Sec-WebSocket-Protocol: expected ${OWN_CHANNEL} or ${SHARED_CHANNEL}`;
      this.refuse(socket, 'push.subprotocol', text);
    } else if (shared)
      this.sockets.handleUpgrade(request, socket, head, (channel) => this.openShared(channel));
    else if (typeof devId !== 'string' || devId === '' || devId.length > LONGEST_DEV_ID)
      this.refuse(socket, 'push.dev_id', `${HEADER.devId}: expected 1 to ${LONGEST_DEV_ID} characters`);
    else this.sockets.handleUpgrade(request, socket, head, (channel) => this.openOwn(channel, devId));
    request.socket.setKeepAlive(true, PROBE_AFTER_MS);
  }

  /** Ends all channels, the orderly way first. */
  close(): void {
    for (const socket of this.sockets.clients) socket.close(1001);
    this.sockets.close();
    setTimeout(() => {
      for (const socket of this.sockets.clients) socket.terminate();
    }, 500).unref();
  }

  private openOwn(socket: WebSocket, devId: string): void {
    socket.on('error', () => socket.terminate());
    socket.on('message', () => this.cut(socket, `${devId}: a frame, although nothing is sent back`));
    socket.on('close', () => this.remove(devId, socket));
    const before = this.byDevice.get(devId);
    this.byDevice.set(devId, { socket, shared: false });
    if (before?.shared === false) before.socket.close(1000, 'replaced');
    this.opened(devId);
  }

  private openShared(socket: WebSocket): void {
    const subscribed = new Set<string>();
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      for (const devId of subscribed) this.remove(devId, socket);
    });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      const text = Buffer.isBuffer(data) && !isBinary ? data.toString('utf8') : undefined;
      const lists = text === undefined ? undefined : subscriptionsIn(text);
      if (lists === undefined || subscribed.size + lists.subscribe.length > MOST_SUBSCRIPTIONS) {
        this.cut(socket, `shared channel: ${printable(text ?? 'a binary frame')}`);
        return;
      }
      for (const devId of lists.unsubscribe) {
        subscribed.delete(devId);
        this.remove(devId, socket);
      }
      for (const devId of lists.subscribe) {
        subscribed.add(devId);
        this.byDevice.set(devId, { socket, shared: true });
        this.opened(devId);
      }
    });
  }

  /** A device may have opened another channel since. */
  private remove(devId: string, socket: WebSocket): void {
    if (this.byDevice.get(devId)?.socket === socket) this.byDevice.delete(devId);
  }

  private cut(socket: WebSocket, example: string): void {
    this.book.violation('push.frame', () => example);
    socket.close(1008);
  }

  private refuse(socket: Duplex, rule: PeerRule, text: string): void {
    this.book.violation(rule, () => text);
    refuseUpgrade(socket, 400, text);
  }
}

/** Answers an upgrade that is not wanted. */
export function refuseUpgrade(socket: Duplex, status: number, text: string): void {
  const body = `${text}\n`;
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

interface Subscriptions {
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
}

function subscriptionsIn(text: string): Subscriptions | undefined {
  const parsed = parseJson(text, 'push', 4);
  if (!parsed.ok || !isJsonObject(parsed.value)) return undefined;
  const { subscribe = [], unsubscribe = [] } = parsed.value as { subscribe?: unknown; unsubscribe?: unknown };
  if (!isStringArray(subscribe) || !isStringArray(unsubscribe)) return undefined;
  const tooLong = (devId: string): boolean => devId === '' || devId.length > LONGEST_DEV_ID;
  return subscribe.some(tooLong) ? undefined : { subscribe, unsubscribe };
}
