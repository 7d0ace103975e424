/** What the browser needs to know of an HTML page, as plain data; a runtime brings its own parser for it. */

/** Names in lower case, values as they stand; a `Map`, since names come from the peer (`__proto__`). */
export type Attributes = ReadonlyMap<string, string>;

export interface Page {
  /** Text of the first `title`. */
  readonly title: string;
  /** `href` of the first `base` that has one, unresolved. */
  readonly base?: string;
  /** `content` of the first `meta http-equiv=refresh`. */
  readonly refresh?: string;
  /** In document order. */
  readonly forms: readonly Form[];
  /** `a` and `area` elements with an `href`, in document order. */
  readonly links: readonly Link[];
}

export interface Form {
  readonly attributes: Attributes;
  /** The controls whose form owner this is (`form=` included), in document order; those in a `datalist` left out. */
  readonly controls: readonly Control[];
}

export interface Control {
  readonly element: 'input' | 'button' | 'select' | 'textarea';
  readonly attributes: Attributes;
  /** By its own attribute or by a `fieldset` around it (but for that fieldset's first `legend`). */
  readonly disabled: boolean;
  /** A button's label, a textarea's raw value; `''` otherwise. */
  readonly text: string;
  /** A select's options, in document order; empty otherwise. */
  readonly options: readonly SelectOption[];
}

export interface SelectOption {
  /** The `value` attribute, or else the text. */
  readonly value: string;
  /** Has the `selected` attribute. */
  readonly selected: boolean;
  /** By its own attribute or its `optgroup`'s. */
  readonly disabled: boolean;
}

export interface Link {
  readonly attributes: Attributes;
  readonly text: string;
}

/** Reads HTML as a browser without scripts does: whatever the text is, a page comes of it; never throws. */
export interface HtmlParser {
  parse(text: string): Page;
}
