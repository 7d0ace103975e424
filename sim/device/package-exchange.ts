/** Steps 1, 4 and 2 on the wire: one package goes out, a Package#2 comes back (CR 6.2, protocol.md section 2). */
import { describeFault, type Fault } from '../protocol/fault.ts';
import { acceptsMediaType, HEADER, isJsonMediaType, MEDIA_TYPE } from '../protocol/media-type.ts';
import { decodePackage2, type Package2, violationOf } from '../protocol/package2.ts';
import { type Violation, VIOLATION_RULES, type ViolationRule } from '../protocol/violation.ts';
import {
  type Effect,
  type EffectResult,
  type HttpFailure,
  type HttpResult,
  type SessionEnd,
  TIMED_OUT_REASONS,
} from './effect.ts';
import { httpResult } from './effect-result.ts';
import { type ExecutionContext } from './execution-context.ts';

/** What the failure of an exchange says about the server, where it says anything. */
const FAILURE_RULES: Partial<Record<HttpFailure, ViolationRule>> = {
  body_too_large: 'package2.too_large',
  encoding_invalid: 'package2.encoding',
  response_malformed: 'http.malformed',
  headers_too_large: 'http.headers_too_large',
};

/**
 * Sends a package and reads the answer; the session's end when there is none that can be executed.
 *
 * A 415 whose OMADM-Accept names a type that the device has is answered once with that type, which the session then
 * keeps to. Every other status but 200 ends the session (4xx, 5xx by protocol.md; other 2xx and redirects are a
 * violation besides). Package#2 has one media type: any other is a violation, and one that is no JSON ends the session.
 */
export function* exchange(
  context: ExecutionContext,
  number: 1 | 3,
  body: string,
): Generator<Effect, Package2 | SessionEnd, EffectResult> {
  const sent = packageType(context, number);
  let result = httpResult(yield post(context, number, sent, body));
  if (result.ok && result.status === 415) {
    const other = otherType(number, sent, result.omadmAccept);
    if (other !== undefined) {
      context.plainJson = other === MEDIA_TYPE.json;
      result = httpResult(yield post(context, number, other, body));
    }
  }
  return understand(context, number, result);
}

function post(context: ExecutionContext, number: 1 | 3, contentType: string, body: string): Effect {
  const { device, serverUri } = context;
  const headers: Record<string, string> = {
    'Content-Type': contentType,
    Accept: MEDIA_TYPE.package2,
    [HEADER.devId]: device.devId,
  };
  // CONT may name any host, as the account's server wishes; but what was said under TLS is not repeated in the open.
  const exposed = device.serverUri.startsWith('https:') && !serverUri.startsWith('https:');
  if (device.authorization !== undefined && !exposed) headers['Authorization'] = device.authorization;
  return { kind: 'exchange', package: number, serverUri, headers, body };
}

function packageType({ plainJson }: ExecutionContext, number: 1 | 3): string {
  if (plainJson) return MEDIA_TYPE.json;
  return number === 1 ? MEDIA_TYPE.package1 : MEDIA_TYPE.package3;
}

function otherType(number: 1 | 3, sent: string, accepted: string | undefined): string | undefined {
  if (accepted === undefined || accepted === '') return undefined;
  const types = [number === 1 ? MEDIA_TYPE.package1 : MEDIA_TYPE.package3, MEDIA_TYPE.json];
  return types.find((type) => type !== sent && acceptsMediaType(accepted, type));
}

function understand(context: ExecutionContext, after: 1 | 3, result: HttpResult): Package2 | SessionEnd {
  const { listener, device } = context;
  if (!result.ok) {
    const rule = FAILURE_RULES[result.failure];
    if (rule !== undefined)
      listener.violation(violation(rule, `answer to Package#${after}: ${result.detail}`));
    return ended(result.failure, `Package#${after}: ${result.detail}`);
  }
  const { status, contentType } = result;
  if (status < 100 || status > 599) {
    const detail = `Package#${after} was answered ${status}, which is no HTTP status`;
    listener.violation(violation('http.malformed', detail));
    return ended('response_malformed', detail);
  }
  if (status !== 200) {
    const detail = `Package#${after} was answered ${status}`;
    if (status < 400) listener.violation(violation('package2.wrong_status', detail));
    return ended(`http_${status}`, detail);
  }
  if (contentType !== MEDIA_TYPE.package2) {
    const found = contentType === '' ? 'no Content-Type' : contentType.slice(0, 80);
    const detail = `answer to Package#${after}: expected ${MEDIA_TYPE.package2}, found ${found}`;
    listener.violation(violation('package2.wrong_media_type', detail));
    // Readers are liberal: JSON by another name, or by none, is read all the same.
    if (contentType !== '' && !isJsonMediaType(contentType))
      return ended('package2_wrong_media_type', detail);
  }
  const package2 = decodePackage2(result.body, device.limits.package2);
  if (!package2.ok) {
    listener.violation(violationOf(ruleOf(package2.fault), package2.fault));
    return ended('package2_invalid', describeFault(package2.fault));
  }
  return package2.value;
}

/** How a session ends that did not complete. */
export function ended(reason: string, detail: string): SessionEnd {
  return { outcome: TIMED_OUT_REASONS.includes(reason) ? 'timedOut' : 'aborted', reason, detail };
}

/** A violation with its example cut to the 200 characters that are kept. */
export function violation(rule: ViolationRule, example: string): Violation {
  return { rule, example: example.length > 200 ? `${example.slice(0, 197)}...` : example };
}

/** @throws Error when the decoder's fault has no rule: its code is not from the vocabulary agreed on. */
function ruleOf({ code }: Fault): ViolationRule {
  const rule = VIOLATION_RULES.find((name) => name === code);
  if (rule === undefined) throw new Error(`no violation rule ${code}`);
  return rule;
}
