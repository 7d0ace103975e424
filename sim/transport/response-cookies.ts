/** The cookies that a response sets. */
import { type ResponseHeaders } from './http-client.ts';

const NONE: readonly string[] = [];

/** The values of all `Set-Cookie` headers, in order. */
export function setCookiesOf(headers: ResponseHeaders): readonly string[] {
  const values = headers['set-cookie'];
  if (values === undefined) return NONE;
  return typeof values === 'string' ? [values] : values;
}
