/** Errors of sockets, TLS and the HTTP parser as the closed set of reasons an exchange can fail for. */
import { type HttpFailure } from '../device/effect.ts';

export interface FailureContext {
  /** The connection was not there yet. */
  readonly connecting: boolean;
  readonly secure: boolean;
  /** The peer had ended the connection: what looks malformed is merely cut short. */
  readonly ended: boolean;
}

const DETAIL_LENGTH = 200;

/** Codes that mean the same wherever they turn up. */
const ANYWHERE: Readonly<Record<string, HttpFailure>> = {
  UND_ERR_DESTROYED: 'connection_closed', // by ourselves
  ECONNREFUSED: 'connect_refused',
  ENOTFOUND: 'dns_failed',
  EAI_AGAIN: 'dns_failed',
  EAI_FAIL: 'dns_failed',
  EAI_NODATA: 'dns_failed',
  EAI_NONAME: 'dns_failed',
  ENODATA: 'dns_failed',
};

/** Routing and resources; with TLS, whatever else goes wrong while connecting is the handshake. */
const CONNECTING: Readonly<Record<string, HttpFailure>> = {
  ETIMEDOUT: 'connect_timeout',
  EHOSTUNREACH: 'connect_failed',
  ENETUNREACH: 'connect_failed',
  EADDRNOTAVAIL: 'connect_failed',
  EADDRINUSE: 'connect_failed',
  EACCES: 'connect_failed',
  EPERM: 'connect_failed',
  EMFILE: 'connect_failed',
  ENFILE: 'connect_failed',
  ENOBUFS: 'connect_failed',
};

/** The reason for an error that ended an exchange before its response was complete. */
export function failureOf(error: Error, context: FailureContext): HttpFailure {
  const code = errorCode(error) ?? '';
  const known = ANYWHERE[code];
  if (known !== undefined) return known;
  if (!context.connecting) return responseFailureOf(error, code, context.ended);
  return CONNECTING[code] ?? (context.secure ? 'tls_failed' : 'connect_failed');
}

/** One line about an error. */
export function errorDetail(error: Error): string {
  // A host with several addresses fails with all their errors; the first says enough.
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  const { message } = first instanceof Error ? first : error;
  const line = (message === '' ? (errorCode(error) ?? error.name) : message).replace(/\s+/g, ' ');
  return line.length > DETAIL_LENGTH ? `${line.slice(0, DETAIL_LENGTH - 3)}...` : line;
}

export function errorCode(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function responseFailureOf(error: Error, code: string, ended: boolean): HttpFailure {
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'headers_too_large';
  // A body cut short shows as a wrong length or as the early end of the parser's input. (The parser's errors have
  // lost their codes in this version of undici.)
  if (error.name === 'HTTPParserError' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH')
    return ended ? 'connection_closed' : 'response_malformed';
  // undici trips over status codes below 100.
  if (code === 'ERR_ASSERTION') return 'response_malformed';
  if (code === 'UND_ERR_SOCKET')
    return error.message.startsWith('bad ') ? 'response_malformed' : 'connection_closed';
  // TLS 1.3 servers reject a client only after the client thinks that the handshake is over.
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return 'tls_failed';
  return 'connection_closed';
}
