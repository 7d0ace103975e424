/** The browser's HTML parser on Node: parse5's tree, walked once and without recursion. */
import { defaultTreeAdapter, Parser, type DefaultTreeAdapterTypes } from 'parse5';
import {
  type Attributes,
  type Control,
  type Form,
  type HtmlParser,
  type Link,
  type Page,
  type SelectOption,
} from '../browser/html.ts';

type Element = DefaultTreeAdapterTypes.Element;
type ChildNode = DefaultTreeAdapterTypes.ChildNode;

/**
 * Formatting elements that a page leaves open are made anew in every paragraph, so a page of 1 MiB can ask for
 * millions of elements. What lies behind this many is not shown.
 */
const MAX_ELEMENTS = 200_000;
/** Nodes and characters looked at for a label, a link's text or a title. */
const MAX_TEXT_NODES = 200;
const MAX_TEXT_LENGTH = 1_000;
const HTML_NAMESPACE = 'http://www.w3.org/1999/xhtml';
/** Thrown to stop the parser, and caught right here: it offers no other way. */
const ENOUGH = new Error('more elements than a page may have');

/** Without scripts, so `noscript` is shown; never throws; `template` content is no part of the page. */
export const parse5Html: HtmlParser = {
  parse(text) {
    const { document, owners } = parseTree(text);
    return collectPage(document, owners);
  },
};

/** The tree, and the form that each control belongs to by the parser's form element pointer. */
function parseTree(text: string): {
  document: DefaultTreeAdapterTypes.Document;
  owners: ReadonlyMap<Element, Element>;
} {
  const owners = new Map<Element, Element>();
  let elements = 0;
  const parser = new Parser<DefaultTreeAdapterTypes.DefaultTreeAdapterMap>({
    scriptingEnabled: false,
    treeAdapter: {
      ...defaultTreeAdapter,
      createElement(tagName, namespaceUri, attributes) {
        if (++elements > MAX_ELEMENTS) throw ENOUGH;
        return defaultTreeAdapter.createElement(tagName, namespaceUri, attributes);
      },
      onElementCreated(element, { formElement, isInTemplate }) {
        if (formElement !== null && !isInTemplate && isControl(element)) owners.set(element, formElement);
      },
    },
  });
  try {
    parser.tokenizer.write(text, true);
  } catch (error) {
    if (error !== ENOUGH) throw error;
  }
  return { document: parser.document, owners };
}

/** What surrounds a node on the walk; a new one only where something changes. */
interface Surroundings {
  readonly form: Element | undefined;
  readonly disabled: boolean;
  /** In a disabled fieldset: its first legend, where controls stay as they are outside. */
  readonly exempt?: { readonly legend: ChildNode | undefined; readonly outside: Surroundings };
  readonly inDatalist: boolean;
}

interface FoundControl {
  readonly control: Control;
  readonly owner: Element | undefined;
}

function collectPage(
  document: DefaultTreeAdapterTypes.Document,
  owners: ReadonlyMap<Element, Element>,
): Page {
  const forms: Element[] = [];
  const formsById = new Map<string, Element>();
  const found: FoundControl[] = [];
  const links: Link[] = [];
  let title: string | undefined;
  let base: string | undefined;
  let refresh: string | undefined;

  const stack: { node: ChildNode; around: Surroundings }[] = [];
  const push = (children: readonly ChildNode[], around: Surroundings): void => {
    for (let i = children.length - 1; i >= 0; i--) {
      const node = children[i];
      if (node !== undefined && 'tagName' in node) stack.push({ node, around });
    }
  };
  push(document.childNodes, { form: undefined, disabled: false, inDatalist: false });
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node } = next;
    let { around } = next;
    if (!('tagName' in node)) continue;
    const isHtml = (node.namespaceURI as string) === HTML_NAMESPACE;
    switch (isHtml ? node.tagName : '') {
      case 'title':
        title ??= textOf(node);
        break;
      case 'base':
        base ??= attribute(node, 'href');
        break;
      case 'meta':
        if (attribute(node, 'http-equiv')?.toLowerCase() === 'refresh')
          refresh ??= attribute(node, 'content');
        break;
      case 'form': {
        forms.push(node);
        const id = attribute(node, 'id');
        if (id !== undefined && !formsById.has(id)) formsById.set(id, node);
        around = { ...around, form: node };
        break;
      }
      case 'fieldset':
        if (attribute(node, 'disabled') !== undefined && !around.disabled)
          around = { ...around, disabled: true, exempt: { legend: firstLegendOf(node), outside: around } };
        break;
      case 'legend':
        if (around.exempt?.legend === node) around = { ...around.exempt.outside, form: around.form };
        break;
      case 'datalist':
        around = { ...around, inDatalist: true };
        break;
      case 'a':
      case 'area':
        if (attribute(node, 'href') !== undefined)
          links.push({ attributes: attributesOf(node), text: textOf(node) });
        break;
      case 'input':
      case 'button':
      case 'select':
      case 'textarea':
        if (!around.inDatalist) found.push(foundControl(node, around, owners));
        break;
    }
    push(node.childNodes, around);
  }
  return {
    title: title ?? '',
    ...(base === undefined ? {} : { base }),
    ...(refresh === undefined ? {} : { refresh }),
    forms: formsOf(forms, found, formsById),
    links,
  };
}

/** Controls go to the form that their `form` attribute names, or else to their owner. */
function formsOf(
  elements: readonly Element[],
  found: readonly FoundControl[],
  byId: ReadonlyMap<string, Element>,
): Form[] {
  const controls = new Map<Element, Control[]>(elements.map((element) => [element, []]));
  for (const { control, owner } of found) {
    const id = control.attributes.get('form');
    const form = id === undefined ? owner : byId.get(id);
    if (form !== undefined) controls.get(form)?.push(control);
  }
  return elements.map((element) => ({
    attributes: attributesOf(element),
    controls: controls.get(element) ?? [],
  }));
}

function foundControl(
  element: Element,
  around: Surroundings,
  owners: ReadonlyMap<Element, Element>,
): FoundControl {
  const attributes = attributesOf(element);
  const name = element.tagName as Control['element'];
  return {
    control: {
      element: name,
      attributes,
      disabled: around.disabled || attributes.has('disabled'),
      text: name === 'button' ? textOf(element) : name === 'textarea' ? rawTextOf(element) : '',
      options: name === 'select' ? optionsOf(element) : [],
    },
    owner: owners.get(element) ?? around.form,
  };
}

function optionsOf(select: Element): SelectOption[] {
  const options: SelectOption[] = [];
  const stack: { node: ChildNode; disabled: boolean }[] = [{ node: select, disabled: false }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node } = next;
    if (!('tagName' in node)) continue;
    if (node.tagName === 'option') {
      options.push({
        value: attribute(node, 'value') ?? textOf(node),
        selected: attribute(node, 'selected') !== undefined,
        disabled: next.disabled || attribute(node, 'disabled') !== undefined,
      });
      continue;
    }
    const disabled =
      next.disabled || (node.tagName === 'optgroup' && attribute(node, 'disabled') !== undefined);
    for (let i = node.childNodes.length - 1; i >= 0; i--) {
      const child = node.childNodes[i];
      if (child !== undefined) stack.push({ node: child, disabled });
    }
  }
  return options;
}

function isControl({ tagName }: Element): boolean {
  return tagName === 'input' || tagName === 'button' || tagName === 'select' || tagName === 'textarea';
}

function firstLegendOf(fieldset: Element): ChildNode | undefined {
  return fieldset.childNodes.find((child) => 'tagName' in child && child.tagName === 'legend');
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((candidate) => candidate.name === name)?.value;
}

function attributesOf(element: Element): Attributes {
  return new Map(element.attrs.map(({ name, value }) => [name, value]));
}

/** The text within, blanks collapsed; as much of it as a label needs. */
function textOf(element: Element): string {
  let text = '';
  let nodes = 0;
  const stack: ChildNode[] = [element];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (++nodes > MAX_TEXT_NODES || text.length > MAX_TEXT_LENGTH) break;
    if ('value' in node) text += node.value.slice(0, MAX_TEXT_LENGTH);
    else if ('tagName' in node && node.tagName !== 'script') {
      for (let i = Math.min(node.childNodes.length, MAX_TEXT_NODES) - 1; i >= 0; i--) {
        const child = node.childNodes[i];
        if (child !== undefined) stack.push(child);
      }
    }
  }
  return text
    .split(/[\t\n\f\r ]+/)
    .join(' ')
    .trim();
}

/** A textarea holds text alone. */
function rawTextOf(textarea: Element): string {
  let text = '';
  for (const child of textarea.childNodes) if ('value' in child) text += child.value;
  return text;
}
