/** The port of the live page: HTTP for the page itself, a WebSocket for its feed. */
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { fail, ok, type Result } from '../protocol/fault.ts';
import { FEED_FULL, FEED_LOCKED } from './feed-message.ts';
import { type PageAccess } from './page-access.ts';
import { PAGE_HEADERS, type PageFile } from './page-file.ts';
import { LONGEST_MESSAGE } from './page-message.ts';

/** What is beyond this is not read at all; what is merely too long for a message gets an answer. */
const LARGEST_FRAME = 16 * LONGEST_MESSAGE;
const MOST_CONNECTIONS = 128;
const TURNED_AWAY_MS = 1_000;
/** A Host header is repeated in the page's policy. */
const HOST = /^[\w.:[\]-]{1,255}$/;

export interface PageServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly page: PageFile;
  readonly access: PageAccess;
  /** Another page can be served. */
  readonly hasRoom: () => boolean;
  readonly onPage: (socket: WebSocket) => void;
}

export interface PageServer {
  /** Where it listens: another port than the one asked for when that was taken. */
  readonly port: number;
  /** Ends connections too, once they had `graceMs` to say goodbye; resolves when the port is free again. */
  close(graceMs: number): Promise<void>;
}

/** Starts it; an address that cannot be listened on is a fault `listen_failed`, a port that is taken is none. */
export async function startPageServer(options: PageServerOptions): Promise<Result<PageServer>> {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: LARGEST_FRAME,
  });
  const server = createServer((request, response) => answer(options, request, response));
  server.maxConnections = MOST_CONNECTIONS;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Until the WebSocket takes over, a reset must not become an uncaught error.
    socket.on('error', () => socket.destroy());
    const { url = '/', headers } = request;
    const refusal = options.access.refusalOf(headers, url);
    if (refusal?.status === 403) refuse(socket, refusal.status, refusal.reason);
    else if (pathOf(url) !== '/feed') refuse(socket, 404, 'not found; the feed is at /feed');
    else
      sockets.handleUpgrade(request, socket, head, (feed) => {
        // A page cannot read why its upgrade was refused; it can read why its feed was closed.
        if (refusal !== undefined) turnAway(feed, FEED_LOCKED, refusal.reason);
        else if (!options.hasRoom()) turnAway(feed, FEED_FULL, 'too many pages look at this run');
        else options.onPage(feed);
      });
  });
  let problem = await listen(server, options.host, options.port);
  if (problem?.code === 'EADDRINUSE') problem = await listen(server, options.host, 0);
  if (problem !== undefined)
    return fail(
      'listen_failed',
      'ui-host, ui-port',
      `${options.host}:${options.port}`,
      `an address that can be listened on (${problem.message})`,
    );
  return ok({
    port: (server.address() as AddressInfo).port,
    close: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const deadline = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
        server.closeAllConnections();
      }, graceMs);
      await closed;
      clearTimeout(deadline);
    },
  });
}

function answer(
  { page, access }: PageServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { url = '/', headers, method } = request;
  // What a client sends along with a request for a page is of no interest.
  request.resume();
  const refusal = access.refusalOf(headers, url);
  if (refusal !== undefined) {
    say(response, refusal.status, refusal.reason);
    return;
  }
  if (pathOf(url) === '/feed') {
    response.setHeader('Upgrade', 'websocket');
    say(response, 426, 'the feed is a WebSocket');
  } else if (pathOf(url) !== '/') say(response, 404, 'not found; the page is at /');
  else if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    say(response, 405, 'only GET and HEAD');
  } else if (access.cookieFor(headers, url) !== undefined) {
    response.writeHead(303, { Location: '/', 'Set-Cookie': access.cookieFor(headers, url), ...PAGE_HEADERS });
    response.end();
  } else {
    const { host = '' } = headers;
    response.writeHead(200, page.headers(HOST.test(host) ? host : 'localhost'));
    response.end(method === 'HEAD' ? undefined : page.html);
  }
}

function turnAway(feed: WebSocket, code: number, reason: string): void {
  feed.on('error', () => undefined);
  feed.close(code, reason);
  // Who does not answer the goodbye keeps no place.
  const deadline = setTimeout(() => feed.terminate(), TURNED_AWAY_MS);
  feed.once('close', () => clearTimeout(deadline));
}

function say(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...PAGE_HEADERS });
  response.end(`${reason}\n`);
}

function refuse(socket: Duplex, status: number, reason: string): void {
  const body = `${reason}\n`;
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n` +
      `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/** Resolves with what kept the server from listening. */
function listen(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    // Stays after listening: a late error such as EMFILE must not end the process.
    server.on('error', resolve);
    server.listen(port, host, () => resolve(undefined));
  });
}
