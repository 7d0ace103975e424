/** What a form control holds before anybody touches it (HTML standard, "value sanitization"). */
import { type Control } from './html.ts';

const INPUT_TYPES: ReadonlySet<string> = new Set([
  'button',
  'checkbox',
  'color',
  'date',
  'datetime-local',
  'email',
  'file',
  'hidden',
  'image',
  'month',
  'number',
  'password',
  'radio',
  'range',
  'reset',
  'search',
  'submit',
  'tel',
  'text',
  'time',
  'url',
  'week',
]);
const FORMATS: Readonly<Record<string, RegExp>> = {
  number: /^-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/,
  date: /^\d{4,}-\d\d-\d\d$/,
  month: /^\d{4,}-\d\d$/,
  week: /^\d{4,}-W\d\d$/,
  time: /^\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?$/,
  'datetime-local': /^\d{4,}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?$/,
};

/**
 * An input's type (`text` where it is unknown or missing), a button's (`submit`, `reset`, `button`), or the element's
 * name for `select` and `textarea`.
 */
export function controlType(control: Control): string {
  const type = control.attributes.get('type')?.toLowerCase() ?? '';
  switch (control.element) {
    case 'input':
      return INPUT_TYPES.has(type) ? type : 'text';
    case 'button':
      return type === 'reset' || type === 'button' ? type : 'submit';
    case 'select':
    case 'textarea':
      return control.element;
    default:
      return control.element satisfies never;
  }
}

/** Pressing it submits its form. */
export function isSubmitButton(control: Control): boolean {
  const type = controlType(control);
  return type === 'submit' || type === 'image';
}

/** The value that would be sent; not for `select`, whose options decide. */
export function defaultValue(control: Control): string {
  if (control.element === 'textarea') return control.text;
  const value = control.attributes.get('value');
  const type = controlType(control);
  switch (type) {
    case 'checkbox':
    case 'radio':
      return value ?? 'on';
    case 'submit':
      // Browsers send the label they show; the standard leaves it to them.
      return value ?? (control.element === 'input' ? 'Submit' : '');
    case 'hidden':
      return value ?? '';
    case 'file':
      return '';
    case 'color':
      return value !== undefined && /^#[0-9a-f]{6}$/i.test(value) ? value.toLowerCase() : '#000000';
    case 'range':
      return rangeValue(control);
    case 'email':
    case 'url':
      return (value ?? '').replace(/[\r\n]/g, '').trim();
    default: {
      const format = FORMATS[type];
      if (value === undefined) return '';
      if (format !== undefined) return format.test(value) ? value : '';
      return value.replace(/[\r\n]/g, '');
    }
  }
}

/** A number attribute such as `min`, when it is one. */
export function numberAttribute(control: Control, name: string): number | undefined {
  const text = control.attributes.get(name) ?? '';
  return FORMATS['number']?.test(text) === true ? Number(text) : undefined;
}

/** A slider stands in the middle and never outside its ends. */
function rangeValue(control: Control): string {
  const min = numberAttribute(control, 'min') ?? 0;
  const max = Math.max(numberAttribute(control, 'max') ?? 100, min);
  const step = numberAttribute(control, 'step') ?? 1;
  const given = numberAttribute(control, 'value') ?? min + (max - min) / 2;
  const value = Math.min(Math.max(given, min), max);
  if (step <= 0 || control.attributes.get('step')?.toLowerCase() === 'any') return String(value);
  const stepped = min + Math.round((value - min) / step) * step;
  return String(stepped > max ? stepped - step : stepped);
}
