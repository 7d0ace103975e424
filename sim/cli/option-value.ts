/** Readers of option values that only a command line has: addresses, ports, headers. */
import { fail, ok } from '../protocol/fault.ts';
import { integer, type ValueParser } from '../random/value-parser.ts';

export const port = integer(0, 65_535);

/** An absolute `http` or `https` URL without fragment; returned as given, without a slash at the end. */
export const httpUrl: ValueParser<string> = (value, path) => {
  const expected = 'an absolute http:// or https:// URL, such as http://127.0.0.1:8080/dm';
  if (!/^https?:\/\/[^\s/]/i.test(value) || !URL.canParse(value))
    return fail('url_invalid', path, value, expected);
  const url = new URL(value);
  if (url.username !== '' || url.password !== '')
    return fail(
      'url_invalid',
      path,
      `${url.protocol}//***@${url.host}`,
      'a URL without credentials; use --devices-file for user and secret',
    );
  if (url.hash !== '') return fail('url_invalid', path, value, 'a URL without fragment');
  return ok(url.href);
};
