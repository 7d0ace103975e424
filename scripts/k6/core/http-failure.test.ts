import { describe, expect, it } from 'vitest';
import { HTTP_FAILURES } from '../../../sim/device/effect.ts';
import { failureDetail, failureOf } from './http-failure.ts';

describe("k6's errors", () => {
  it.each([
    [1101, 'lookup: no such host', 'dns_failed'],
    [1211, 'dial: i/o timeout', 'connect_timeout'],
    [1212, 'dial: connection refused', 'connect_refused'],
    [1220, 'read: connection reset by peer', 'connection_closed'],
    [1050, 'request timeout', 'exchange_timeout'],
    [1310, 'x509: unknown authority', 'tls_failed'],
    [1200, 'remote error: tls: bad certificate', 'tls_failed'],
    [1000, 'unexpected EOF', 'connection_closed'],
    [1000, 'http: server closed idle connection', 'connection_closed'],
    [1000, 'malformed HTTP response "What"', 'response_malformed'],
    [1000, 'invalid byte in chunk length', 'response_malformed'],
    [1000, 'net/http: server response headers exceeded 10485760 bytes; aborted', 'headers_too_large'],
    [1701, 'error decompressing response body', 'encoding_invalid'],
    [1999, 'something of a later k6', 'connection_closed'],
  ])('have one reason each: %i %s', (code, text, reason) => {
    expect(failureOf(code, text)).toBe(reason);
    expect(HTTP_FAILURES).toContain(failureOf(code, text));
  });

  it('are told in one line of bounded length', () => {
    expect(failureDetail(' a\n b ')).toBe('a b');
    expect(failureDetail('x'.repeat(500))).toHaveLength(200);
  });
});
