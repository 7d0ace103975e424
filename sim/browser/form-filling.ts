/** Plausible values for what a form insists on: deterministic, so that the same page always gets the same answer. */
import { controlType, numberAttribute } from './control-value.ts';
import { type Control } from './html.ts';

/** A `minlength` beyond this is a page's joke. */
const LONGEST = 10_000;
const CONSTANTS: Readonly<Record<string, string>> = {
  tel: '+12025550100',
  date: '2026-01-01',
  month: '2026-01',
  week: '2026-W01',
  time: '12:00',
  'datetime-local': '2026-01-01T12:00',
};

/** Whether a form cannot be sent while this control is empty. */
export function isRequired(control: Control): boolean {
  return control.attributes.has('required') && !control.attributes.has('readonly');
}

/** What a willing user types into an empty required field; `''` where nothing can be typed (a file). */
export function plausibleValue(control: Control): string {
  const { attributes } = control;
  const type = controlType(control);
  switch (type) {
    case 'number':
      return plausibleNumber(control);
    case 'email':
      return padded(control, '@example.org', 'user');
    case 'url':
      return padded(control, '', 'https://example.org/');
    case 'file':
      return '';
    case 'text':
    case 'search':
    case 'password':
    case 'textarea':
      return padded(control, '', 'text');
    default:
      return attributes.get('min') ?? attributes.get('max') ?? CONSTANTS[type] ?? '';
  }
}

function plausibleNumber(control: Control): string {
  const min = numberAttribute(control, 'min');
  if (min !== undefined) return String(min);
  const max = numberAttribute(control, 'max');
  return String(max === undefined ? 1 : Math.min(max, 1));
}

/** As long as `minlength` wants, cut to `maxlength`. */
function padded(control: Control, end: string, start: string): string {
  const minLength = Math.min(numberAttribute(control, 'minlength') ?? 0, LONGEST);
  const maxLength = numberAttribute(control, 'maxlength') ?? Number.POSITIVE_INFINITY;
  const text = start.padEnd(minLength - end.length, 'x') + end;
  return maxLength >= 0 ? text.slice(0, maxLength) : text;
}
