/** Small helpers for building and finding elements of the page. */

type Child = Node | string;

interface Properties {
  readonly class?: string;
  readonly id?: string;
  /** `data-…`, `aria-…`, `role` and other plain attributes; `undefined` leaves one out. */
  readonly attributes?: Readonly<Record<string, string | undefined>>;
}

/** A new element with its children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties | string = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  const given = typeof properties === 'string' ? { class: properties } : properties;
  if (given.class !== undefined) node.className = given.class;
  if (given.id !== undefined) node.id = given.id;
  for (const [name, value] of Object.entries(given.attributes ?? {}))
    if (value !== undefined) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/**
 * The element of the template with this id.
 * @throws Error when the template has none of that kind.
 */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const node = document.getElementById(id);
  if (node instanceof kind) return node;
  throw new Error(`page.html has no ${kind.name} #${id}`);
}

export function block(id: string): HTMLElement {
  return byId(id, HTMLElement);
}

/** Sets the text only where it differs, so that selections and live regions are left in peace. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** A table with its head; cells of `numeric` columns are aligned for figures. The first cell of a row is its header. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly Child[])[],
): HTMLTableElement {
  const cell = (content: Child, column: number): HTMLElement =>
    column === 0
      ? element('th', { attributes: { scope: 'row' } }, content)
      : element('td', { class: 'number' }, content);
  return element(
    'table',
    {},
    element('caption', {}, caption),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...head.map((text, column) =>
          element('th', { class: column > 0 ? 'number' : '', attributes: { scope: 'col' } }, text),
        ),
      ),
    ),
    element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map(cell)))),
  );
}
