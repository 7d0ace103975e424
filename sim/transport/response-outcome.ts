/** A response's parts → what the exchange has come to. */
import { essenceOf } from '../protocol/media-type.ts';
import { decodeBody } from './content-coding.ts';
import { type HttpOutcome, type HttpRequest, type ResponseHeaders } from './http-client.ts';

export interface ReceivedResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** The body as received; empty where it was not kept. */
  readonly parts: readonly Buffer[];
  /** Body bytes received. */
  readonly bytes: number;
}

/** Both times as {@link HttpOutcome} has them. A body that cannot be decoded is a failure. */
export function outcomeOf(
  { status, headers, parts, bytes }: ReceivedResponse,
  { keepBody, maxBodyBytes }: HttpRequest,
  turnaroundMs: number,
  connectMs: number | undefined,
): HttpOutcome {
  const contentType = first(headers['content-type']);
  let body = '';
  if (keepBody && bytes > 0) {
    const decoded = decodeBody(parts, joined(headers['content-encoding']), contentType, maxBodyBytes);
    if (decoded.ok) body = decoded.text;
    // The status of an error says more than the fact that its page could not be read.
    else if (status < 300)
      return { ok: false, failure: decoded.failure, detail: decoded.detail, sent: true, connectMs };
  }
  const response = {
    ok: true,
    status,
    contentType: essenceOf(contentType),
    headers,
    body,
    bytes,
    turnaroundMs,
    connectMs,
  } as const;
  const omadmAccept = headers['omadm-accept'];
  return omadmAccept === undefined ? response : { ...response, omadmAccept: joined(omadmAccept) };
}

function first(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

function joined(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.join(', ') ?? '');
}

/** The outcome of an exchange that no connection was asked to carry. */
export function notSent(failure: 'connection_closed' | 'connect_failed', detail: string): HttpOutcome {
  return { ok: false, failure, detail, sent: false, connectMs: undefined };
}
