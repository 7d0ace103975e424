/** k6's error codes and Go's error texts as the closed set of reasons an exchange can fail for. */
import { type HttpFailure } from '../../../sim/device/effect.ts';

const DETAIL_LENGTH = 200;

/** k6's `error_code`s that mean one thing; their list stands in k6's documentation, "Error codes". */
const BY_CODE: Readonly<Record<number, HttpFailure>> = {
  1010: 'connect_failed',
  1020: 'connect_failed',
  1050: 'exchange_timeout',
  1100: 'dns_failed',
  1101: 'dns_failed',
  1110: 'connect_failed',
  1111: 'connect_failed',
  1201: 'connection_closed',
  1210: 'connect_failed',
  1211: 'connect_timeout',
  1212: 'connect_refused',
  1213: 'connect_failed',
  1220: 'connection_closed',
  1300: 'tls_failed',
  1301: 'tls_failed',
  1310: 'tls_failed',
  1311: 'tls_failed',
  1701: 'encoding_invalid',
};

/** What Go says where k6 has no code for it; the first that fits. */
const BY_TEXT: readonly (readonly [RegExp, HttpFailure])[] = [
  [/response headers exceeded/, 'headers_too_large'],
  // A response that is cut short looks malformed, but it is the connection that went.
  [/\bEOF\b|server closed|connection reset|use of closed|broken pipe/, 'connection_closed'],
  [
    /malformed|bad Content-Length|chunk|transfer encoding|Location header|response status/,
    'response_malformed',
  ],
  [/\btls:|\bx509:/, 'tls_failed'],
];

/** The reason for an exchange without a response. */
export function failureOf(errorCode: number, text: string): HttpFailure {
  const known = BY_CODE[errorCode];
  if (known !== undefined) return known;
  return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? 'connection_closed';
}

/** One line about it. */
export function failureDetail(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > DETAIL_LENGTH ? `${line.slice(0, DETAIL_LENGTH - 3)}...` : line;
}
