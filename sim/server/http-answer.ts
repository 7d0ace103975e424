/** Writing HTTP answers, and reading request bodies within a bound. */
import { type IncomingMessage, type ServerResponse } from 'node:http';

/** Header names and values in turn. */
export type RawHeaders = readonly string[];

/** With a 503: the queue was full a moment ago. */
export const RETRY_AFTER: RawHeaders = ['Retry-After', '1'];

/** The answer can still reach the peer; that of a pipelined request may have to wait for its turn. */
export function isOpen(response: ServerResponse): boolean {
  return !response.destroyed && response.req.socket.writable;
}

export function answer(
  response: ServerResponse,
  status: number,
  mediaType: string,
  body: string | Buffer,
  headers?: RawHeaders,
): void {
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const framing = ['Content-Type', mediaType, 'Content-Length', String(size)];
  response.writeHead(status, headers === undefined ? framing : framing.concat(headers));
  response.end(body);
}

/** A short text for people; returns its size in bytes. */
export function answerText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: RawHeaders = [],
): number {
  const body = `${text}\n`;
  answer(response, status, 'text/plain; charset=utf-8', body, headers);
  return Buffer.byteLength(body);
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  answer(response, status, 'application/json', JSON.stringify(value));
}

/** Text without the few characters that a header or a terminal could choke on. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 120);
}

/**
 * Collects a request's body and hands it over once, when it is complete. A peer that goes away or is cut off by the
 * server's request timeout gets nothing called.
 * @param done called with the body, or with `undefined` as soon as it is larger than `maxBytes`; the rest is then
 *   thrown away unread
 */
export function collectBody(
  request: IncomingMessage,
  maxBytes: number,
  done: (body: Buffer | undefined) => void,
): void {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > maxBytes) {
    request.resume();
    done(undefined);
    return;
  }
  let first: Buffer | undefined;
  let others: Buffer[] | undefined;
  let bytes = 0;
  const onData = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      request.off('data', onData);
      request.off('end', onEnd);
      request.resume();
      done(undefined);
    } else if (first === undefined) first = chunk;
    else (others ??= [first]).push(chunk);
  };
  const onEnd = (): void => done(others === undefined ? (first ?? EMPTY) : Buffer.concat(others, bytes));
  request.on('data', onData);
  request.on('end', onEnd);
}

const EMPTY = Buffer.alloc(0);
