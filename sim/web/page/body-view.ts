/** What a package carried, folded away until somebody wants to read it. */
import { formatBytes } from '../../report/format.ts';
import { type TraceHeaders } from '../../transport/trace.ts';
import { element } from './element.ts';

/** A `<details>` with headers and body; laid out only when it is opened. `undefined` when there is nothing. */
export function bodyView(body: string, headers: TraceHeaders): HTMLDetailsElement | undefined {
  if (body === '' && headers.length === 0) return undefined;
  const size = body === '' ? 'no body' : formatBytes(new Blob([body]).size);
  const details = element(
    'details',
    'body',
    element('summary', {}, element('span', 'body-gist', gist(body)), element('span', 'body-size', size)),
  );
  details.addEventListener('toggle', () => {
    if (!details.open || details.childElementCount > 1) return;
    details.append(
      element('pre', 'headers', headers.map(([name, value]) => `${name}: ${value}`).join('\n')),
      ...(body === '' ? [] : [element('pre', {}, laidOut(body))]),
    );
  });
  return details;
}

/** JSON with a line for each value; lists of strings, as commands are, stay on one. Anything else is shown as it came. */
export function laidOut(body: string): string {
  try {
    return jsonText(JSON.parse(body), '');
  } catch {
    return body;
  }
}

function jsonText(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    if (list.every((item) => typeof item !== 'object' || item === null))
      return `[${list.map((item) => JSON.stringify(item)).join(', ')}]`;
    return `[\n${list.map((item) => inner + jsonText(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value);
  if (members.length === 0) return '{}';
  const lines = members.map(
    ([name, member]) => `${inner}${JSON.stringify(name)}: ${jsonText(member, inner)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** The body's beginning on one line. */
function gist(body: string): string {
  return body.slice(0, 240).replace(/\s+/g, ' ');
}
