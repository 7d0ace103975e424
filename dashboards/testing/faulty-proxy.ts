/**
 * A TCP proxy in front of the reference server that is at fault now and then: some sessions' first package gets no
 * proper answer, as on a bad day. Everything else goes through untouched, repository, pages and push channels too.
 */
import { connect, type Socket } from 'node:net';
import { type RawServer, startRawServer } from '../../sim/transport/testing/raw-server.ts';

/** Every so many DM sessions one goes wrong, each time in the next of these ways. */
const EVERY = 9;
const FAULTS = ['refusal', 'reset', 'violation', 'silence', 'delay'] as const;
const DELAY_MS = 700;

const REFUSAL = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n';
/** A command that does not exist, and one without its parameters. */
const WRONG_PACKAGE = JSON.stringify({ CMD: [['REBOOT', 'now'], ['HGET'], ['END']] });
const VIOLATION =
  'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oma.dm.request+json\r\n' +
  `Content-Length: ${WRONG_PACKAGE.length}\r\n\r\n${WRONG_PACKAGE}`;

export interface FaultyProxy {
  readonly origin: string;
  /** To be told before the first connection. */
  readonly upstream: { port: number };
  close(): Promise<void>;
}

export async function startFaultyProxy(): Promise<FaultyProxy> {
  const upstream = { port: 0 };
  let sessions = 0;
  const server: RawServer = await startRawServer((socket) => {
    socket.pause();
    socket.once('data', (first: Buffer) => {
      const isSession = first.subarray(0, 8).toString('latin1') === 'POST /dm';
      const turn = isSession ? ++sessions : 0;
      const fault = turn > 0 && turn % EVERY === 0 ? FAULTS[(turn / EVERY) % FAULTS.length] : undefined;
      answer(socket, first, upstream.port, fault);
    });
  });
  return { origin: server.origin, upstream, close: () => server.close() };
}

function answer(
  socket: Socket,
  first: Buffer,
  port: number,
  fault: (typeof FAULTS)[number] | undefined,
): void {
  switch (fault) {
    case 'refusal':
      socket.end(REFUSAL);
      return;
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'violation':
      socket.end(VIOLATION);
      return;
    case 'silence':
      return;
    case 'delay':
      setTimeout(() => passOn(socket, first, port), DELAY_MS);
      return;
    case undefined:
      passOn(socket, first, port);
      return;
    default:
      fault satisfies never;
  }
}

function passOn(socket: Socket, first: Buffer, port: number): void {
  const server = connect(port, '127.0.0.1');
  server.on('error', () => socket.destroy());
  socket.on('close', () => server.destroy());
  server.write(first);
  server.pipe(socket);
  socket.pipe(server);
}
