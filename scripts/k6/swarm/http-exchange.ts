/** One HTTP exchange by `k6/http`: request out, final response or the reason why there is none. */
import http, { type CookieJar, type RefinedParams, type RefinedResponse, type ResponseType } from 'k6/http';
import { type HttpResult } from '../../../sim/device/effect.ts';
import { essenceOf } from '../../../sim/protocol/media-type.ts';
import { parseServerUri } from '../../../sim/protocol/server-uri.ts';
import { byteLength } from '../core/byte-length.ts';
import { failureDetail, failureOf } from '../core/http-failure.ts';

/** Takes the place of the URL in k6's `name` and `url` tags: each device has URLs of its own. */
export type RequestName = 'Package#1' | 'Package#3' | 'repository' | 'UI Session';

export interface HttpRequest {
  readonly name: RequestName;
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** k6 sends its cookies and fills it. */
  readonly jar: CookieJar;
  /** Bound on the response's body, in bytes; judged when it has been received, for k6 knows no bound. */
  readonly maxBodyBytes: number;
  /** `false`: the body is counted and thrown away. */
  readonly keepBody: boolean;
  /** From the start to the last byte; at least 1. */
  readonly timeoutMs: number;
  /** The connection is not to be used again. */
  readonly closes: boolean;
}

/** The device's result and what the driver wants to know besides. */
export type HttpOutcome = HttpResult & {
  /** By Go's canonical names (`Omadm-Accept`); a repeated one is joined with commas. */
  readonly responseHeaders: Readonly<Record<string, string>>;
  /** The request was handed to a connected transport. */
  readonly sent: boolean;
  readonly turnaroundMs: number;
  /** TCP and TLS, in ms, when the exchange had to connect. */
  readonly connectMs: number | undefined;
};

/** Content codings that k6 undoes by itself. */
const UNDONE = ['gzip', 'deflate', 'br', 'zstd', 'identity', ''];

const PACKAGE2_STATUS = http.expectedStatuses(200);
const ANY_STATUS = http.expectedStatuses({ min: 100, max: 599 });

/** Never throws for what the peer does; redirects are not followed. */
export function httpExchange(request: HttpRequest): HttpOutcome {
  const { method, headers, body, keepBody } = request;
  const params: RefinedParams<ResponseType> = {
    headers: request.closes ? { ...headers, Connection: 'close' } : { ...headers },
    jar: request.jar,
    redirects: 0,
    // 'none' would also throw away how much it was.
    responseType: keepBody ? 'text' : 'binary',
    // What is an error is for the device to say: a 404 of a repository is a status, not a failed request.
    responseCallback: request.name.startsWith('Package') ? PACKAGE2_STATUS : ANY_STATUS,
    tags: { name: request.name },
    timeout: Math.max(1, request.timeoutMs),
  };
  let response: RefinedResponse<ResponseType>;
  try {
    response = http.request(method, plainUri(request.uri), body ?? null, params);
  } catch (error) {
    // k6 throws for a response 101, and for nothing else that a peer can do.
    return failed(failureOf(0, textOf(error)), failureDetail(textOf(error)), true, undefined);
  }
  const { timings, status } = response;
  const connecting = timings.connecting + timings.tls_handshaking;
  const connectMs = connecting > 0 ? connecting : undefined;
  if (status === 0)
    return failed(
      failureOf(response.error_code, response.error),
      failureDetail(response.error),
      timings.sending > 0,
      connectMs,
    );
  return received(request, response, connectMs);
}

/** k6 would make an Authorization header of user information; devices authenticate by their account alone. */
function plainUri(uri: string): string {
  const parts = parseServerUri(uri);
  if (!parts.ok || !parts.value.authority.includes('@')) return uri;
  const { authority } = parts.value;
  return uri.replace(authority, () => authority.slice(authority.lastIndexOf('@') + 1));
}

function received(
  { maxBodyBytes, keepBody }: HttpRequest,
  response: RefinedResponse<ResponseType>,
  connectMs: number | undefined,
): HttpOutcome {
  const { status, timings, headers } = response;
  const coding = (headers['Content-Encoding'] ?? '').trim().toLowerCase();
  const text = typeof response.body === 'string' ? response.body : '';
  const bytes = wireBytes(response.body, headers['Content-Length'], coding);
  if (bytes > maxBodyBytes || (coding !== '' && byteLength(text) > maxBodyBytes))
    return failed('body_too_large', `more than ${maxBodyBytes} bytes`, true, connectMs);
  // The status of an error says more than the fact that its page could not be read.
  const unreadable = keepBody && bytes > 0 && coding.split(',').some((one) => !UNDONE.includes(one.trim()));
  if (unreadable && status < 300)
    return failed(
      'encoding_invalid',
      `content coding ${JSON.stringify(coding.slice(0, 40))}`,
      true,
      connectMs,
    );
  const omadmAccept = headers['Omadm-Accept'];
  return {
    ok: true,
    status,
    contentType: essenceOf(headers['Content-Type'] ?? ''),
    ...(omadmAccept === undefined ? {} : { omadmAccept }),
    // A byte order mark is no part of the text.
    body: unreadable ? '' : text.charCodeAt(0) === 0xfeff ? text.slice(1) : text,
    bytes,
    responseHeaders: headers,
    sent: true,
    turnaroundMs: timings.duration,
    connectMs,
  };
}

function failed(
  failure: Extract<HttpResult, { ok: false }>['failure'],
  detail: string,
  sent: boolean,
  connectMs: number | undefined,
): HttpOutcome {
  return { ok: false, failure, detail, responseHeaders: {}, sent, turnaroundMs: 0, connectMs };
}

/** Body bytes on the wire; of a packed body without Content-Length those of the unpacked one. */
function wireBytes(body: unknown, contentLength: string | undefined, coding: string): number {
  if (coding !== '' && contentLength !== undefined) return Number(contentLength);
  if (body instanceof ArrayBuffer) return body.byteLength;
  if (typeof body !== 'string' || body === '') return 0;
  return contentLength === undefined ? byteLength(body) : Number(contentLength);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
