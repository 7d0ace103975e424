/** Entries as text: `application/x-www-form-urlencoded`, `multipart/form-data` and `text/plain`, as browsers write them. */
import { encodeUtf8 } from '../protocol/utf8.ts';
import { type FormEntry } from './form-entries.ts';

const PLAIN = /^[A-Za-z0-9*\-._]*$/;
const BOUNDARY = /----dm-swarm-form-\d{8}/g;
const ENCODED_BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (character === ' ') return '+';
  return PLAIN.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** `a=1&b=%C3%BC+x` (URL standard, 5.2); line ends become CRLF. */
export function encodeUrlencoded(entries: readonly FormEntry[]): string {
  let text = '';
  for (const { name, value } of entries) {
    text += `${text === '' ? '' : '&'}${encodeComponent(name)}=${encodeComponent(value)}`;
  }
  return text;
}

/** `name=value` lines; not unambiguous, and not meant to be. */
export function encodePlainText(entries: readonly FormEntry[]): string {
  let text = '';
  for (const { name, value } of entries) text += `${withCrLf(name)}=${withCrLf(value)}\r\n`;
  return text;
}

/** RFC 7578 as the HTML standard has it: quotes and line ends of names are percent-encoded. */
export function encodeMultipart(entries: readonly FormEntry[], delimiter: string): string {
  let text = '';
  for (const { name, value, file } of entries) {
    text += `--${delimiter}\r\nContent-Disposition: form-data; name="${escapeName(name)}"`;
    text += file === true ? '; filename=""\r\nContent-Type: application/octet-stream' : '';
    text += `\r\n\r\n${withCrLf(value)}\r\n`;
  }
  return `${text}--${delimiter}--\r\n`;
}

/** A boundary that stands in none of the entries; the same entries always get the same one. */
export function multipartBoundary(entries: readonly FormEntry[]): string {
  const taken = new Set<string>();
  for (const { name, value } of entries) {
    for (const text of [name, value]) for (const [found] of text.matchAll(BOUNDARY)) taken.add(found);
  }
  let number = 0;
  while (taken.has(boundary(number))) number++;
  return boundary(number);
}

function boundary(number: number): string {
  return `----dm-swarm-form-${String(number).padStart(8, '0')}`;
}

function encodeComponent(text: string): string {
  if (PLAIN.test(text)) return text;
  let encoded = '';
  for (const byte of encodeUtf8(withCrLf(text))) encoded += ENCODED_BYTES[byte] ?? '';
  return encoded;
}

function escapeName(name: string): string {
  return withCrLf(name).replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function withCrLf(text: string): string {
  return text.replace(/\r\n?|\n/g, '\r\n');
}
