/** The browser's HTML parser in k6: `k6/html`, asked for what a page's user could act on. */
import { type Element, parseHTML, type Selection } from 'k6/html';
import {
  type Attributes,
  type Control,
  type Form,
  type HtmlParser,
  type Link,
  type SelectOption,
} from '../../../sim/browser/html.ts';

/** Links, and controls, that are looked at: each costs k6 some microseconds, and a page of 1 MiB can have 200,000. */
const MOST = 5_000;
const HTML_NAMESPACE = 'http://www.w3.org/1999/xhtml';
const CONTROLS = 'input, button, select, textarea';

/**
 * Without scripts, so `noscript` is shown. Other than a browser – and than the fleet's parser – k6 does not tell which
 * form was open where tables pull a form and its controls apart: such a control belongs to the form around it, if any.
 */
export const k6Html: HtmlParser = {
  parse(text) {
    // k6 parses as if scripts ran and takes what is in a noscript for text.
    const page = parseHTML(/<noscript/i.test(text) ? text.replace(/<\/?noscript\b[^>]*>/gi, '') : text);
    const base = found(page, 'base[href]', 1)[0];
    const refresh = found(page, 'meta[http-equiv]').find(
      ({ element }) =>
        attribute(element, 'http-equiv')?.toLowerCase() === 'refresh' && element.hasAttribute('content'),
    );
    const title = found(page, 'title', 1)[0];
    return {
      title: title === undefined ? '' : textOf(title.element),
      ...(base === undefined ? {} : { base: attribute(base.element, 'href') ?? '' }),
      ...(refresh === undefined ? {} : { refresh: attribute(refresh.element, 'content') ?? '' }),
      forms: formsOf(page),
      links: found(page, 'a[href], area[href]').map(({ element }): Link => ({
        attributes: attributesOf(element),
        text: textOf(element),
      })),
    };
  },
};

/** An element, and the selection of it alone, from which others are found. */
interface Found {
  readonly element: Element;
  readonly selection: Selection;
}

/** Controls go to the form that their `form` attribute names, or else to the one around them. */
function formsOf(page: Selection): Form[] {
  const forms = found(page, 'form');
  const attributes = forms.map(({ element }) => attributesOf(element));
  const controls = forms.map((): Control[] => []);
  for (const control of found(page, CONTROLS)) {
    if (control.selection.closest('datalist').size() > 0) continue;
    const id = attribute(control.element, 'form');
    const owner =
      id === undefined ? formAround(control, forms) : attributes.findIndex((own) => own.get('id') === id);
    controls[owner]?.push(controlOf(control));
  }
  return attributes.map((own, i) => ({ attributes: own, controls: controls[i] ?? [] }));
}

function formAround(control: Found, forms: readonly Found[]): number {
  const around = control.selection.closest('form');
  return around.size() === 0 ? -1 : forms.findIndex(({ selection }) => around.is(selection));
}

function controlOf({ element, selection }: Found): Control {
  const name = element.nodeName() as Control['element'];
  const attributes = attributesOf(element);
  return {
    element: name,
    attributes,
    disabled: attributes.has('disabled') || isInDisabledFieldset(selection),
    text: name === 'button' ? textOf(element) : name === 'textarea' ? element.textContent() : '',
    options: name === 'select' ? optionsOf(selection) : [],
  };
}

/** A disabled fieldset disables all that is in it but its first legend. */
function isInDisabledFieldset(control: Selection): boolean {
  const fieldsets = control.parents('fieldset[disabled]');
  const legends = control.parents('legend');
  for (let i = 0; i < fieldsets.size(); i++)
    if (!legends.is(fieldsets.eq(i).children('legend').first())) return true;
  return false;
}

function optionsOf(select: Selection): SelectOption[] {
  return found(select, 'option').map(({ element, selection }) => ({
    value: attribute(element, 'value') ?? textOf(element),
    selected: element.hasAttribute('selected'),
    disabled: element.hasAttribute('disabled') || selection.closest('optgroup[disabled]').size() > 0,
  }));
}

/** In document order; no SVG, and nothing of a template's content. */
function found(within: Selection, selector: string, most = MOST): Found[] {
  const all = within.find(selector);
  const size = Math.min(all.size(), MOST);
  const taken: Found[] = [];
  for (let i = 0; i < size && taken.length < most; i++) {
    const element = all.get(i);
    const selection = all.eq(i);
    if (element.namespaceURI() === HTML_NAMESPACE && selection.closest('template').size() === 0)
      taken.push({ element, selection });
  }
  return taken;
}

function attribute(element: Element, name: string): string | undefined {
  return element.hasAttribute(name) ? element.getAttribute(name) : undefined;
}

function attributesOf(element: Element): Attributes {
  return new Map(Object.entries(element.attributes()).map(([name, { value }]) => [name, value]));
}

function textOf(element: Element): string {
  return element
    .textContent()
    .split(/[\t\n\f\r ]+/)
    .join(' ')
    .trim();
}
