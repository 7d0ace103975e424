/**
 * What a button or link means to the user, judged by its words as a person would. Known words are English, German,
 * French and Spanish; a refusal outweighs every other word beside it ("do not accept", "continue without installing").
 */
import { type Attributes } from './html.ts';

/**
 * - `consent`: agrees to what the page asks (accept, yes, install);
 * - `onward`: goes on without saying more than that (next, continue, ok);
 * - `refusal`: the negative way (decline, no, cancel, later);
 * - `aside`: leads elsewhere (back, help, search); nobody on the way through the pages takes it;
 * - `unknown`: says nothing that is known.
 */
export type Meaning = 'consent' | 'onward' | 'refusal' | 'aside' | 'unknown';

const REFUSALS =
  'decline declined no nope never not dont cancel cancelled abort later reject rejected refuse refused deny denied ' +
  'disagree dismiss without skip close exit quit leave logout ' +
  'nein nicht ohne ablehnen abbrechen später schließen schliessen beenden verweigern ' +
  'non refuser annuler fermer rechazar cancelar cerrar';
const ASIDES =
  'back previous prev return reset clear help search details settings language print ' +
  'zurück hilfe suche retour anterior';
const CONSENTS =
  'accept accepted agree agreed yes consent allow approve confirm grant install update upgrade enable activate ' +
  'ja akzeptieren annehmen zustimmen erlauben bestätigen installieren aktualisieren ' +
  'oui accepter autoriser installer sí si aceptar permitir instalar';
const ONWARDS =
  'ok okay next continue proceed submit weiter fortfahren absenden suivant continuer siguiente continuar enviar';
/** In a link these are as often headlines ("What this update brings") or layout (`class="no-margin"`) as decisions. */
const TOO_COMMON_FOR_LINKS = 'install update upgrade enable activate confirm submit installer si';
const TOO_COMMON_FOR_CLASSES = 'no not non without close skip never clear reset back prev si';

const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  (
    [
      [ONWARDS, 'onward'],
      [CONSENTS, 'consent'],
      [ASIDES, 'aside'],
      [REFUSALS, 'refusal'],
    ] as const
  ).flatMap(([words, meaning]) => words.split(' ').map((word) => [word, meaning] as const)),
);
const NOT_IN_LINKS: ReadonlySet<string> = new Set(TOO_COMMON_FOR_LINKS.split(' '));
const NOT_IN_CLASSES: ReadonlySet<string> = new Set(TOO_COMMON_FOR_CLASSES.split(' '));
const NONE: ReadonlySet<string> = new Set();
const STRENGTH: Readonly<Record<Meaning, number>> = {
  unknown: 0,
  onward: 1,
  consent: 2,
  aside: 3,
  refusal: 4,
};
/** Labels longer than this are no labels. */
const LONGEST_LABEL = 200;

/**
 * The meaning of a submit button. Looked at in turn: `data-*` values, `value`, label, `alt`, `aria-label`, `title`,
 * `name`, `id`, `class`; the first that speaks of consent, refusal or aside decides, or else the first `onward`.
 */
export function meaningOfButton(attributes: Attributes, label: string): Meaning {
  return firstMeaning(attributes, ['value'], label, ['name'], NONE);
}

/** The meaning of a link, likewise; `rel=next` is onward, and words that are common in links count for nothing. */
export function meaningOfLink(attributes: Attributes, label: string): Meaning {
  if (attributes.get('rel')?.toLowerCase().split(/\s+/).includes('next') === true) return 'onward';
  return firstMeaning(attributes, [], label, [], NOT_IN_LINKS);
}

function firstMeaning(
  attributes: Attributes,
  before: readonly string[],
  label: string,
  behind: readonly string[],
  ignored: ReadonlySet<string>,
): Meaning {
  let first: Meaning = 'unknown';
  const settle = (text: string, alsoIgnored = NONE): boolean => {
    const meaning = meaningOf(text, ignored, alsoIgnored);
    if (first === 'unknown') first = meaning;
    if (STRENGTH[meaning] < STRENGTH.consent) return false;
    first = meaning;
    return true;
  };
  for (const [name, value] of attributes) if (name.startsWith('data-') && settle(value)) return first;
  for (const name of before) if (settle(attributes.get(name) ?? '')) return first;
  if (settle(label)) return first;
  for (const name of ['alt', 'aria-label', 'title', ...behind, 'id'])
    if (settle(attributes.get(name) ?? '')) return first;
  settle(attributes.get('class') ?? '', NOT_IN_CLASSES);
  return first;
}

/** The strongest meaning among the words of a text. */
function meaningOf(text: string, ignored: ReadonlySet<string>, alsoIgnored: ReadonlySet<string>): Meaning {
  let strongest: Meaning = 'unknown';
  if (text === '') return strongest;
  for (const word of wordsOf(text)) {
    const meaning = ignored.has(word) || alsoIgnored.has(word) ? undefined : MEANINGS.get(word);
    if (meaning !== undefined && STRENGTH[meaning] > STRENGTH[strongest]) strongest = meaning;
  }
  return strongest;
}

/** `btnAccept`, `accept-button` and `Accept now!` have `accept` in common; `don't` is one word. */
function wordsOf(text: string): readonly string[] {
  return text
    .slice(0, LONGEST_LABEL)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/['’]/g, '')
    .toLowerCase()
    .split(/[^a-zà-ÿ]+/);
}
