/** The entries a form sends: its successful controls (HTML standard, "constructing the entry list"). */
import { controlType, defaultValue, isSubmitButton } from './control-value.ts';
import { isRequired, plausibleValue } from './form-filling.ts';
import { type Control, type Form, type SelectOption } from './html.ts';

export interface FormEntry {
  readonly name: string;
  readonly value: string;
  /** An empty file: nobody chooses one here. */
  readonly file?: true;
}

/**
 * In document order. `submitter` is the button that was pressed, if any; with `complete` the user first fills what is
 * required and empty.
 */
export function formEntries(form: Form, submitter: Control | undefined, complete: boolean): FormEntry[] {
  const entries: FormEntry[] = [];
  const radios = chosenRadios(form, complete);
  for (const control of form.controls) {
    const { attributes } = control;
    if (control.disabled || (control !== submitter && isButton(control))) continue;
    const name = attributes.get('name') ?? '';
    const type = controlType(control);
    if (type === 'image') {
      // Pressed by the keyboard, so to speak: browsers send the corner.
      const prefix = name === '' ? '' : `${name}.`;
      entries.push({ name: `${prefix}x`, value: '0' }, { name: `${prefix}y`, value: '0' });
      continue;
    }
    if (name === '') continue;
    switch (type) {
      case 'select':
        for (const { value } of chosenOptions(control, complete)) entries.push({ name, value });
        break;
      case 'radio':
        if (radios.get(name) === control) entries.push({ name, value: defaultValue(control) });
        break;
      case 'checkbox':
        if (attributes.has('checked') || (complete && isRequired(control)))
          entries.push({ name, value: defaultValue(control) });
        break;
      case 'file':
        entries.push({ name, value: '', file: true });
        break;
      case 'hidden':
        entries.push({
          name,
          value: name.toLowerCase() === '_charset_' ? 'UTF-8' : defaultValue(control),
        });
        break;
      default: {
        const value = defaultValue(control);
        const missing = value === '' && complete && isRequired(control);
        entries.push({ name, value: missing ? plausibleValue(control) : value });
        const directionName = attributes.get('dirname') ?? '';
        if (directionName !== '' && !isButton(control)) entries.push({ name: directionName, value: 'ltr' });
      }
    }
  }
  return entries;
}

function isButton(control: Control): boolean {
  const type = controlType(control);
  return isSubmitButton(control) || type === 'reset' || type === 'button';
}

/** The pressed radio button of each group: the last one checked, or the first that can be when one is required. */
function chosenRadios(form: Form, complete: boolean): ReadonlyMap<string, Control> {
  const chosen = new Map<string, Control>();
  const first = new Map<string, Control>();
  const required = new Set<string>();
  for (const control of form.controls) {
    if (controlType(control) !== 'radio') continue;
    const name = control.attributes.get('name') ?? '';
    if (control.attributes.has('checked')) chosen.set(name, control);
    if (!control.disabled && !first.has(name)) first.set(name, control);
    if (isRequired(control)) required.add(name);
  }
  if (complete) {
    for (const [name, control] of first) {
      if (required.has(name) && !chosen.has(name)) chosen.set(name, control);
    }
  }
  return chosen;
}

function chosenOptions(control: Control, complete: boolean): readonly SelectOption[] {
  const { options, attributes } = control;
  const enabled = options.filter((option) => !option.disabled);
  let chosen: readonly SelectOption[];
  if (attributes.has('multiple')) {
    chosen = enabled.filter((option) => option.selected);
  } else {
    const size = Number(attributes.get('size') ?? 1);
    const shown = options.findLast((option) => option.selected) ?? (size > 1 ? undefined : enabled[0]);
    chosen = shown === undefined || shown.disabled ? [] : [shown];
  }
  if (!complete || !isRequired(control) || chosen.some((option) => option.value !== '')) return chosen;
  // A placeholder such as "please choose" does not count.
  const choice = enabled.find((option) => option.value !== '');
  return choice === undefined ? chosen : [choice];
}
