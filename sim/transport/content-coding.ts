/** Content-Encoding and charset: a response's bytes become text, within bounds (RFC 9110, 8.4). */
import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { type HttpFailure } from '../device/effect.ts';

/** The text, or why there is none. */
export type DecodedBody =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly failure: HttpFailure; readonly detail: string };

/** More codings on top of one another than anyone needs; each may multiply the size. */
const MOST_CODINGS = 3;
const LATIN1 = /charset\s*=\s*"?(?:iso-8859-1|latin1|windows-1252|us-ascii)\b/i;

/**
 * Undoes `gzip` and `deflate` (also without zlib's wrapping, which some servers send) and decodes the text: UTF-8
 * with replacement characters, or Latin-1 where the Content-Type says so. Unpacking stops at `maxBytes`.
 */
export function decodeBody(
  chunks: readonly Buffer[],
  contentEncoding: string,
  contentType: string,
  maxBytes: number,
): DecodedBody {
  const [first] = chunks;
  let bytes: Buffer | undefined = chunks.length === 1 ? first : Buffer.concat(chunks);
  if (bytes === undefined || bytes.length === 0) return { ok: true, text: '' };
  if (contentEncoding !== '') {
    const codings = contentEncoding.split(',').map((coding) => coding.trim().toLowerCase());
    if (codings.length > MOST_CODINGS) return invalid(`${codings.length} content codings`);
    for (const coding of codings.reverse()) {
      if (coding === 'identity' || coding === '') continue;
      try {
        bytes = undo(coding, bytes, maxBytes);
      } catch (error) {
        if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE')
          return {
            ok: false,
            failure: 'body_too_large',
            detail: `more than ${maxBytes} bytes when unpacked`,
          };
        return invalid(`${coding} data broken (${codeOf(error)})`);
      }
      if (bytes === undefined) return invalid(`content coding ${JSON.stringify(coding.slice(0, 40))}`);
    }
  }
  const text = bytes.toString(LATIN1.test(contentType) ? 'latin1' : 'utf8');
  // A byte order mark is no part of the text (RFC 8259, 8.1 allows readers to skip it).
  return { ok: true, text: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text };
}

/** `undefined`: a coding that is not understood. Throws zlib's errors. */
function undo(coding: string, bytes: Buffer, maxOutputLength: number): Buffer | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(bytes, { maxOutputLength });
    case 'deflate':
      // 8 in the low bits is zlib's mark of the wrapped form; raw deflate blocks practically never begin so.
      return ((bytes[0] ?? 0) & 0x0f) === 8
        ? inflateSync(bytes, { maxOutputLength })
        : inflateRawSync(bytes, { maxOutputLength });
    default:
      return undefined;
  }
}

function invalid(detail: string): DecodedBody {
  return { ok: false, failure: 'encoding_invalid', detail };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
}
