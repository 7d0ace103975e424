/** Formats of leaves: what JSON a server may send for each, and how a leaf's text reads as JSON again. */
import { type MoData } from '../protocol/mo.ts';
import { type Format } from './mo-definition.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const DATE = /^\d{4}(-?)(0[1-9]|1[0-2])\1(0[1-9]|[12]\d|3[01])$/;
const TIME = /^([01]\d|2[0-3])(:?)[0-5]\d\2([0-5]\d|60)Z?$/;
const INTEGER = /^[+-]?\d{1,16}$/;
const FLOAT = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;

/**
 * A leaf's text for a JSON value, in the format's normal form; `undefined` when the value is not of that format.
 * Numbers and truth values may also come as strings, as some servers write them; text never comes as a number.
 * `bin` travels as base64, for JSON has no bytes.
 */
export function leafText(format: Format, data: MoData): string | undefined {
  switch (format) {
    case 'null':
      return data === null || data === '' ? '' : undefined;
    case 'chr':
    case 'xml':
      return typeof data === 'string' ? data : undefined;
    case 'b64':
    case 'bin':
      return typeof data === 'string' && BASE64.test(data) ? data : undefined;
    case 'bool':
      if (typeof data === 'boolean') return data ? 'true' : 'false';
      return data === 'true' || data === 'false' ? data : undefined;
    case 'int': {
      const number =
        typeof data === 'number'
          ? data
          : typeof data === 'string' && INTEGER.test(data)
            ? Number(data)
            : Number.NaN;
      return Number.isSafeInteger(number) ? String(number + 0) : undefined;
    }
    case 'float': {
      const number =
        typeof data === 'number'
          ? data
          : typeof data === 'string' && FLOAT.test(data)
            ? Number(data)
            : Number.NaN;
      return Number.isFinite(number) ? String(number + 0) : undefined;
    }
    case 'date':
      return typeof data === 'string' && DATE.test(data) ? data : undefined;
    case 'time':
      return typeof data === 'string' && TIME.test(data) ? data : undefined;
    default:
      return format satisfies never;
  }
}

/** A leaf's text as the JSON that an MO serialization carries. */
export function leafData(format: Format, text: string): MoData {
  switch (format) {
    case 'null':
      return null;
    case 'bool':
      return text === 'true';
    case 'int':
    case 'float':
      return Number(text);
    case 'chr':
    case 'xml':
    case 'b64':
    case 'bin':
    case 'date':
    case 'time':
      return text;
    default:
      return format satisfies never;
  }
}

/** What a leaf holds that must be there and that nobody gave a value. */
export function emptyText(format: Format): string {
  switch (format) {
    case 'int':
    case 'float':
      return '0';
    case 'bool':
      return 'false';
    case 'date':
      return '1970-01-01';
    case 'time':
      return '00:00:00';
    case 'null':
    case 'chr':
    case 'xml':
    case 'b64':
    case 'bin':
      return '';
    default:
      return format satisfies never;
  }
}
