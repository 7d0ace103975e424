/** The HTTP server's front: which part of the reference DM Server answers which path. */
import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Duplex } from 'node:stream';
import { describeFault } from '../protocol/fault.ts';
import { type DataRepository } from './data-repository.ts';
import { type DmEndpoint } from './dm-endpoint.ts';
import { type FirmwareStore } from './firmware-store.ts';
import { answerJson, answerText, collectBody } from './http-answer.ts';
import { type LedgerBook } from './ledger-book.ts';
import { parseNotificationRequest } from './notification-request.ts';
import { type Notifier } from './notifier.ts';
import { refuseUpgrade } from './push-channel.ts';
import { type ServerGroup } from './server-group.ts';
import { type WebComponent } from './web-component.ts';

/** A million DevIDs fit. */
const LARGEST_NOTIFY_BYTES = 33_554_432;

export interface Front {
  readonly dm: DmEndpoint;
  readonly repository: DataRepository;
  readonly firmware: FirmwareStore;
  readonly web: WebComponent;
  readonly notifier: Notifier;
  readonly book: LedgerBook;
  /** Answers for all processes of the server. */
  readonly group: ServerGroup;
}

/** Has the server answer requests, upgrades, and what is no HTTP. */
export function attach(server: Server, front: Front): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) =>
    route(front, request, response),
  );
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (pathOf(request.url ?? '') === '/push') front.notifier.channels.upgrade(request, socket, head);
    else refuseUpgrade(socket, 404, 'no such path');
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) =>
    refuseClient(front, error, socket),
  );
}

function route(front: Front, request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? '';
  if (path === '/dm' || path.startsWith('/dm/') || path.startsWith('/dm?')) {
    if (request.method === 'POST') front.dm.exchange(request, response, path);
    else answerText(response, 405, 'expected POST', ['Allow', 'POST']);
  } else if (path.startsWith('/repository/')) front.repository.exchange(request, response, path);
  else if (path.startsWith('/firmware/')) front.firmware.exchange(request, response, path);
  else if (path.startsWith('/ui/')) front.web.exchange(request, response, path);
  else routeService(front, request, response, pathOf(path));
}

/** What people and tools ask for, not devices. */
function routeService(front: Front, request: IncomingMessage, response: ServerResponse, path: string): void {
  const method = path === '/notify' ? 'POST' : 'GET';
  if (!SERVICE_PATHS.includes(path)) answerText(response, 404, 'no such path');
  else if (request.method !== method) answerText(response, 405, `expected ${method}`, ['Allow', method]);
  else if (path === '/ledger') answerWith(response, 200, front.group.ledger());
  else if (path === '/health') answerWith(response, 200, front.group.health());
  else if (path === '/push') answerText(response, 426, 'expected a WebSocket', ['Upgrade', 'websocket']);
  else
    collectBody(request, LARGEST_NOTIFY_BYTES, (body) => {
      if (body === undefined) answerText(response, 413, 'too large', ['Connection', 'close']);
      else notify(front.group, response, body.toString('utf8'));
    });
}

const SERVICE_PATHS: readonly string[] = ['/ledger', '/health', '/notify', '/push'];

function notify(group: ServerGroup, response: ServerResponse, text: string): void {
  const request = parseNotificationRequest(text);
  if (request.ok) answerWith(response, 202, group.notify(request.value.to, request.value.wish));
  else answerText(response, 400, describeFault(request.fault));
}

/** 503 when another process of the server does not answer. */
function answerWith(response: ServerResponse, status: number, value: Promise<unknown>): void {
  value.then(
    (known) => answerJson(response, status, known),
    (error: unknown) => answerText(response, 503, error instanceof Error ? error.message : String(error)),
  );
}

/** Answers what the HTTP parser refuses; a peer that just went away did nothing wrong. */
function refuseClient({ book }: Front, { code, message }: NodeJS.ErrnoException, socket: Duplex): void {
  const gone = code === 'ECONNRESET' || code === 'EPIPE' || code === 'HPE_INVALID_EOF_STATE';
  if (gone || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooSlow = code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (!tooSlow) book.violation('http.malformed', () => message);
  refuseUpgrade(
    socket,
    tooSlow ? 408 : code === 'HPE_HEADER_OVERFLOW' ? 431 : 400,
    'expected an HTTP request',
  );
}

function pathOf(url: string): string {
  const question = url.indexOf('?');
  return question < 0 ? url : url.slice(0, question);
}
