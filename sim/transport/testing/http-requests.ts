/** Requests and clients as tests of HTTP need them: short bounds, few bytes. */
import { type HttpFailed, type HttpOutcome, type HttpRequest, type HttpResponse } from '../http-client.ts';

export function post(uri: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: 'POST',
    uri,
    headers: { 'Content-Type': 'application/json', 'OMADM-DevID': 'IMEI:1' },
    body: '{}',
    maxBodyBytes: 100_000,
    keepBody: true,
    ...more,
  };
}

export function get(uri: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', uri, headers: {}, maxBodyBytes: 100_000, keepBody: true, ...more };
}

/** The outcome, which has to be a response. */
export function responded(outcome: HttpOutcome): HttpResponse {
  if (!outcome.ok) throw new Error(`no response: ${outcome.failure} (${outcome.detail})`);
  return outcome;
}

/** The outcome, which has to be a failure. */
export function failed(outcome: HttpOutcome): HttpFailed {
  if (outcome.ok) throw new Error(`a response: ${outcome.status}`);
  return outcome;
}
