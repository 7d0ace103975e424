/** From a pressed button to the request it makes (HTML standard, "form submission algorithm"). */
import { encodeMultipart, encodePlainText, encodeUrlencoded, multipartBoundary } from './form-encoding.ts';
import { formEntries } from './form-entries.ts';
import { type Control, type Form } from './html.ts';
import { resolveLink, withoutFragment } from './reference.ts';

/** Where the browser goes next. */
export interface Navigation {
  readonly method: 'GET' | 'POST';
  /** Absolute, http or https, without fragment. */
  readonly uri: string;
  /** Both or none. */
  readonly contentType?: string;
  readonly body?: string;
}

/**
 * Where the form would be sent: `formaction` of the button before `action` of the form, the document itself without
 * either; `undefined` when that is no http(s) URI, or `method=dialog`, which sends nothing.
 */
export function submissionTarget(
  form: Form,
  submitter: Control | undefined,
  documentUri: string,
  baseUri: string,
): string | undefined {
  if (submissionMethod(form, submitter) === 'dialog') return undefined;
  const action = submitter?.attributes.get('formaction') ?? form.attributes.get('action') ?? '';
  return action === '' ? withoutFragment(documentUri) : resolveLink(baseUri, action);
}

/** The request itself; `target` as {@link submissionTarget} gave it, `complete` as in {@link formEntries}. */
export function submission(
  form: Form,
  submitter: Control | undefined,
  target: string,
  complete: boolean,
): Navigation {
  const entries = formEntries(form, submitter, complete);
  if (submissionMethod(form, submitter) !== 'post') {
    const query = target.indexOf('?');
    return {
      method: 'GET',
      uri: `${query < 0 ? target : target.slice(0, query)}?${encodeUrlencoded(entries)}`,
    };
  }
  const enctype = submitter?.attributes.get('formenctype') ?? form.attributes.get('enctype') ?? '';
  switch (enctype.toLowerCase()) {
    case 'multipart/form-data': {
      const boundary = multipartBoundary(entries);
      return {
        method: 'POST',
        uri: target,
        contentType: `multipart/form-data; boundary=${boundary}`,
        body: encodeMultipart(entries, boundary),
      };
    }
    case 'text/plain':
      return { method: 'POST', uri: target, contentType: 'text/plain', body: encodePlainText(entries) };
    default:
      return {
        method: 'POST',
        uri: target,
        contentType: 'application/x-www-form-urlencoded',
        body: encodeUrlencoded(entries),
      };
  }
}

function submissionMethod(form: Form, submitter: Control | undefined): string {
  return (submitter?.attributes.get('formmethod') ?? form.attributes.get('method') ?? 'get').toLowerCase();
}
