/** The length of a text in UTF-8, in k6's time. */
import { utf8Length } from '../../../sim/protocol/utf8.ts';

const NOT_ASCII = /[^\0-\x7f]/;

/** As {@link utf8Length}: k6's engine takes a third of a microsecond for each character that it looks at in JavaScript. */
export function byteLength(text: string): number {
  return NOT_ASCII.test(text) ? utf8Length(text) : text.length;
}
