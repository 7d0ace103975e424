/** Which profiles a fleet consists of: a profile, a mix of them, or weights such as `vehicle=3,gateway=1`. */
import { fail, ok, type Result } from '../protocol/fault.ts';
import { type ProfileDocument } from './profile-document.ts';
import { type Profile } from './profile.ts';

export type WeightedProfiles = readonly { readonly profile: Profile; readonly weight: number }[];

/** A document by its name, as a runtime has found it. */
export interface FoundDocument<Place> {
  readonly document: ProfileDocument;
  /** How messages call it. */
  readonly shown: string;
  /** Where the names in it are looked up from. */
  readonly place: Place;
}

/** Finds a document by the name that stands at `path`; `from`: the place of the mix that names it. */
export type DocumentSource<Place> = (
  name: string,
  path: string,
  from: Place | undefined,
) => Result<FoundDocument<Place>>;

/** Mixes may name mixes; a file that names itself must end somewhere. */
const DEEPEST_MIX = 4;

/**
 * The profiles with their weights; a mix's parts share its weight.
 * Faults: `profile_weights`, `profile_mix_too_deep`, and those of the source.
 */
export function chooseProfiles<Place>(
  text: string,
  path: string,
  source: DocumentSource<Place>,
): Result<WeightedProfiles> {
  if (!text.includes('=')) return load(text, path, source, undefined, 0);
  const parts: { readonly name: string; readonly weight: number }[] = [];
  for (const part of text.split(',')) {
    const [name = '', weight = ''] = part.trim().split('=');
    if (!/^\d+(\.\d+)?$/.test(weight) || Number(weight) <= 0)
      return fail('profile_weights', path, part, 'weights such as vehicle=3,gateway=1');
    parts.push({ name, weight: Number(weight) });
  }
  return loadAll(parts, path, source, undefined, 0);
}

function load<Place>(
  name: string,
  path: string,
  source: DocumentSource<Place>,
  from: Place | undefined,
  depth: number,
): Result<WeightedProfiles> {
  const found = source(name, path, from);
  if (!found.ok) return found;
  const { document, shown, place } = found.value;
  if (document.kind === 'profile') return ok([{ profile: document.profile, weight: 1 }]);
  if (depth === DEEPEST_MIX)
    return fail('profile_mix_too_deep', path, shown, `mixes nested at most ${DEEPEST_MIX} deep`);
  return loadAll(document.mix.profiles, `${shown}: profiles`, source, place, depth + 1);
}

function loadAll<Place>(
  parts: readonly { readonly name: string; readonly weight: number }[],
  path: string,
  source: DocumentSource<Place>,
  from: Place | undefined,
  depth: number,
): Result<WeightedProfiles> {
  const all: { readonly profile: Profile; readonly weight: number }[] = [];
  for (const { name, weight } of parts) {
    const loaded = load(name, path, source, from, depth);
    if (!loaded.ok) return loaded;
    const sum = loaded.value.reduce((total, entry) => total + entry.weight, 0);
    for (const entry of loaded.value)
      all.push({ profile: entry.profile, weight: (entry.weight / sum) * weight });
  }
  return ok(all);
}
