/** An HTTP/1.1 request as it stands on the wire (RFC 9112, 3). */
import { type HttpRequest } from './http-client.ts';
import { headerObjection } from './request-headers.ts';

/** ASCII and Latin-1 as text, which sockets take as they are; everything else as bytes. */
export type RequestText = string | Buffer;

/** Only to be looked for where UTF-8 and UTF-16 differ in length. */
const NOT_LATIN1 = /[^\t\x20-\x7e\x80-\xff]/;

/** The first lines: method, path with query, host, and that the connection is to be kept. */
export function requestStart(method: HttpRequest['method'], path: string, host: string): string {
  return `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\n`;
}

/**
 * The whole request. PUT and POST say how long their body is even when they have none (RFC 9110, 8.6).
 * @throws RangeError for a header that cannot be sent.
 */
export function requestText(
  start: string,
  method: HttpRequest['method'],
  headers: Readonly<Record<string, string>>,
  body = '',
): RequestText {
  let head = start;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    if (!CHECKED_NAMES.has(name) || NOT_LATIN1.test(value)) refuseUnsendable(name, value);
    head += `${name}: ${value}\r\n`;
  }
  if (body === '') return method === 'GET' ? `${head}\r\n` : `${head}Content-Length: 0\r\n\r\n`;
  const bytes = Buffer.byteLength(body);
  head += `Content-Length: ${bytes}\r\n\r\n`;
  if (bytes === body.length) return head + body;
  const text = Buffer.allocUnsafe(head.length + bytes);
  text.write(head, 0, 'latin1');
  text.write(body, head.length, 'utf8');
  return text;
}

/** The names that devices themselves send, known to be sendable. */
const CHECKED_NAMES: ReadonlySet<string> = new Set([
  'Content-Type',
  'Accept',
  'OMADM-DevID',
  'Authorization',
  'Cookie',
]);

/** @throws RangeError; the value may be a secret, so only its name is told. */
function refuseUnsendable(name: string, value: string): void {
  const objection = headerObjection(name, value);
  if (objection !== undefined) throw new RangeError(`header ${JSON.stringify(name)}: ${objection}`);
}
