/** Steps 3b and 3c on the wire: management data to and from a Data Repository (CR 6.2, protocol.md sections 2 and 4). */
import { acceptsMediaType, isJsonMediaType, MEDIA_TYPE } from '../protocol/media-type.ts';
import { decodeMo, encodeMo, type IncomingMo, type MoSerialization } from '../protocol/mo.ts';
import { violationOf } from '../protocol/package2.ts';
import { originOf } from '../protocol/server-uri.ts';
import { type Effect, type EffectResult, type HttpResult, type TransferEffect } from './effect.ts';
import { httpResult } from './effect-result.ts';
import { type ExecutionContext } from './execution-context.ts';
import { violation } from './package-exchange.ts';
import { SC } from './status-code.ts';

/** Any JSON type is read; the weights tell the repository which it had better send. */
const ACCEPT = `${MEDIA_TYPE.mo}, ${MEDIA_TYPE.json};q=0.9, application/*;q=0.5`;

/** What came of a fetch: data, or the status code that the command gets. */
export type Fetched =
  | { readonly ok: true; readonly data: readonly IncomingMo[] }
  | { readonly ok: false; readonly status: number };

/**
 * Fetches management data (HTTP GET). The repository's code becomes the command's; any 2xx is fine, and a 204 has
 * nothing to take in. Not to be reached: 503; longer than the device reads: 413; no JSON type, or no MO serialization:
 * 415; the last three are violations.
 */
export function* fetchData(
  context: ExecutionContext,
  serverUri: string,
): Generator<Effect, Fetched, EffectResult> {
  const { listener, device } = context;
  const { maxDataBytes, maxDataDepth } = device.limits;
  const result = httpResult(
    yield {
      kind: 'transfer',
      method: 'GET',
      serverUri,
      headers: headersFor(context, serverUri, { Accept: ACCEPT }),
      keepBody: true,
      maxBytes: maxDataBytes,
    },
  );
  if (!result.ok) {
    switch (result.failure) {
      case 'body_too_large':
        listener.violation(violation('repository.too_large', `GET: ${result.detail}`));
        return { ok: false, status: SC.tooLarge };
      case 'encoding_invalid':
        listener.violation(violation('repository.malformed_mo', `GET: ${result.detail}`));
        return { ok: false, status: SC.unsupportedMediaType };
      default:
        reportBrokenHttp(context, result);
        return { ok: false, status: SC.unavailable };
    }
  }
  const status = transferStatus(result);
  if (status !== SC.ok) return { ok: false, status };
  if (result.status === 204) return { ok: true, data: [] };
  if (!isJsonMediaType(result.contentType)) {
    const found = result.contentType === '' ? 'no Content-Type' : result.contentType.slice(0, 80);
    listener.violation(violation('repository.wrong_media_type', `GET: expected a JSON type, found ${found}`));
    return { ok: false, status: SC.unsupportedMediaType };
  }
  const data = decodeMo(result.body, { maxDepth: maxDataDepth });
  if (!data.ok) {
    listener.violation(violationOf('repository.malformed_mo', data.fault));
    return { ok: false, status: SC.unsupportedMediaType };
  }
  return { ok: true, data: data.value };
}

/**
 * Sends management data; returns the command's status code. A 415 whose OMADM-Accept names a type that the device has
 * is answered once with that type; one that names none of them is 406 (protocol.md section 2).
 */
export function* sendData(
  context: ExecutionContext,
  method: 'PUT' | 'POST',
  serverUri: string,
  data: readonly MoSerialization[],
): Generator<Effect, number, EffectResult> {
  const body = encodeMo(data);
  const send = (contentType: string): TransferEffect => ({
    kind: 'transfer',
    method,
    serverUri,
    headers: headersFor(context, serverUri, { 'Content-Type': contentType }),
    body,
    keepBody: false,
    maxBytes: context.device.limits.maxDataBytes,
  });
  const result = httpResult(yield send(MEDIA_TYPE.mo));
  if (!result.ok || result.status !== 415 || (result.omadmAccept ?? '') === '') {
    reportBrokenHttp(context, result);
    return transferStatus(result);
  }
  if (!acceptsMediaType(result.omadmAccept ?? '', MEDIA_TYPE.json)) return SC.notAcceptable;
  const second = httpResult(yield send(MEDIA_TYPE.json));
  reportBrokenHttp(context, second);
  return transferStatus(second);
}

/** A transfer's status code: the repository's own, any 2xx as 200, 503 when there was no answer. */
export function transferStatus(result: HttpResult): number {
  if (!result.ok) return SC.unavailable;
  return result.status >= 200 && result.status < 300 ? SC.ok : result.status;
}

/** Counts an answer that was no HTTP; any other result is no fault of the repository's. */
export function reportBrokenHttp({ listener }: ExecutionContext, result: HttpResult): void {
  if (result.ok) return;
  if (result.failure === 'response_malformed')
    listener.violation(violation('http.malformed', `repository: ${result.detail}`));
  else if (result.failure === 'headers_too_large')
    listener.violation(violation('http.headers_too_large', `repository: ${result.detail}`));
}

/** The account's credentials go to repositories of the DM Server's own origin only: a ServerURI may name any host. */
export function headersFor(
  { device }: ExecutionContext,
  serverUri: string,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (device.authorization === undefined || originOf(serverUri) !== originOf(device.serverUri))
    return headers;
  return { ...headers, Authorization: device.authorization };
}
