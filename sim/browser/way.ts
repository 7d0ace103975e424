/** The ways that lead on from a page, and which of them the user takes. */
import { controlType, isSubmitButton } from './control-value.ts';
import { submission, submissionTarget, type Navigation } from './form-submission.ts';
import { type Control, type Form, type Link, type Page } from './html.ts';
import { meaningOfButton, meaningOfLink, type Meaning } from './meaning.ts';
import { isFragmentOnly, resolveLink } from './reference.ts';
import { type UiDecision } from './ui-user.ts';

/** A page as it is shown: what it holds, and where it was found. */
export interface ShownPage {
  readonly page: Page;
  /** After all redirects. */
  readonly uri: string;
  /** What its references are seen from (`base`). */
  readonly baseUri: string;
}

/** What a user finds to do on a page. */
export type Intention =
  | { readonly kind: 'submit' | 'follow'; readonly navigation: Navigation }
  /** There are ways on, but none that this user would take. */
  | { readonly kind: 'leave' }
  /** The page offers nothing to go on with. */
  | { readonly kind: 'nothing' };

/** Types whose enter key submits a form without a button – if there is just one of them that takes text. */
const TEXT_TYPES: ReadonlySet<string> = new Set(
  'text search tel url email password date month week time datetime-local number'.split(' '),
);
const TICK_TYPES: ReadonlySet<string> = new Set(['checkbox', 'radio', 'range', 'color']);

/**
 * What the user would do:
 * - `accept`, `leave`, `ignore`: the first button of consent or going on; or else the first button that means nothing
 *   known; or else the first such link; or else a form without button, by the enter key;
 * - `decline`: the first button or link of refusal; or else one that just goes on, which agrees to nothing yet; a page
 *   that only offers consent is left.
 * Whoever goes on fills what a form requires; who refuses does not.
 */
export function intentionOn(shown: ShownPage, decision: UiDecision): Intention {
  const onward =
    decision === 'decline'
      ? (button(shown, ['refusal']) ??
        link(shown, ['refusal']) ??
        button(shown, ['onward']) ??
        link(shown, ['onward']))
      : willing(shown);
  if (onward !== undefined) return onward;
  return decision === 'decline' && willing(shown) !== undefined ? { kind: 'leave' } : { kind: 'nothing' };
}

function willing(shown: ShownPage): Intention | undefined {
  return (
    button(shown, ['consent', 'onward']) ??
    button(shown, ['unknown']) ??
    link(shown, ['consent', 'onward']) ??
    enterKey(shown)
  );
}

function button(shown: ShownPage, meanings: readonly Meaning[]): Intention | undefined {
  for (const form of shown.page.forms) {
    for (const control of form.controls) {
      if (!isPressable(control)) continue;
      const meaning = meaningOfButton(control.attributes, control.text);
      const intention = meanings.includes(meaning) ? submit(shown, form, control, meaning) : undefined;
      if (intention !== undefined) return intention;
    }
  }
  return undefined;
}

function link(shown: ShownPage, meanings: readonly Meaning[]): Intention | undefined {
  for (const candidate of shown.page.links) {
    if (!meanings.includes(meaningOfLink(candidate.attributes, candidate.text))) continue;
    const uri = targetOf(shown, candidate);
    if (uri !== undefined) return { kind: 'follow', navigation: { method: 'GET', uri } };
  }
  return undefined;
}

function targetOf({ baseUri }: ShownPage, { attributes }: Link): string | undefined {
  const href = attributes.get('href') ?? '';
  return isFragmentOnly(href) ? undefined : resolveLink(baseUri, href);
}

/** HTML standard, "implicit submission". */
function enterKey(shown: ShownPage): Intention | undefined {
  for (const form of shown.page.forms) {
    if (form.controls.some(isSubmitButton)) continue;
    const types = form.controls.filter((control) => !control.disabled).map(controlType);
    const texts = types.filter((type) => TEXT_TYPES.has(type)).length;
    if (texts > 1 || (texts === 0 && !types.some((type) => TICK_TYPES.has(type)))) continue;
    const intention = submit(shown, form, undefined, 'unknown');
    if (intention !== undefined) return intention;
  }
  return undefined;
}

function submit(
  shown: ShownPage,
  form: Form,
  submitter: Control | undefined,
  meaning: Meaning,
): Intention | undefined {
  const target = submissionTarget(form, submitter, shown.uri, shown.baseUri);
  if (target === undefined) return undefined;
  return { kind: 'submit', navigation: submission(form, submitter, target, meaning !== 'refusal') };
}

function isPressable(control: Control): boolean {
  return isSubmitButton(control) && !control.disabled && !control.attributes.has('hidden');
}
