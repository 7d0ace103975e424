/** A server of bare sockets on a loopback address that answers byte for byte what a test says, hostile or not. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

export interface RawServer {
  readonly origin: string;
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Connections open now. */
  readonly open: number;
  close(): Promise<void>;
}

export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
}

/** `onConnection` gets each socket and its number, from 0. Errors of sockets are expected and ignored. */
export async function startRawServer(
  onConnection: (socket: Socket, number: number) => void,
  tls?: TlsIdentity,
  address = '127.0.0.1',
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const accept = (socket: Socket): void => {
    socket.on('error', () => undefined);
    onConnection(socket, accepted++);
    // Whoever does not read does not see the other side leave.
    socket.resume();
  };
  const server: Server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept);
  // On the TCP level, so that connections whose handshake never ends are seen as well.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `${tls === undefined ? 'http' : 'https'}://${address.includes(':') ? `[${address}]` : address}:${port}`,
    get accepted() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Calls back with each complete request (head and body as text) that arrives on a socket. */
export function onRequest(socket: Socket, answer: (request: string, number: number) => void): void {
  let buffered = '';
  let number = 0;
  socket.on('data', (chunk: Buffer) => {
    buffered += chunk.toString('latin1');
    for (;;) {
      const head = buffered.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(buffered.slice(0, head))?.[1] ?? 0);
      const end = head + 4 + length;
      if (buffered.length < end) return;
      const request = buffered.slice(0, end);
      buffered = buffered.slice(end);
      answer(request, number++);
    }
  });
}

/** A server that answers every request with the same bytes. */
export function startAnswering(response: string | Buffer): Promise<RawServer> {
  return startRawServer((socket) => onRequest(socket, () => socket.write(response)));
}

/** A complete 200 response. */
export function http200(body: string, headers: readonly string[] = []): string {
  return [
    'HTTP/1.1 200 OK',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
    '',
    body,
  ].join('\r\n');
}

/** Waits until a condition holds, looking every few milliseconds; fails after five seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > 5_000) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
