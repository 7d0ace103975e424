/** `--profile`: a shipped profile, a mix, a YAML file, or weights such as `vehicle=3,gateway=1`. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineCounter, parseDocument } from 'yaml';
import { decodeProfileDocument } from '../device/profile-document.ts';
import { type Profile, SHIPPED_MIXES, SHIPPED_PROFILES } from '../device/profile.ts';
import { describeFault } from '../protocol/fault.ts';
import { readTextFile, yamlReason } from './config-file.ts';
import { UsageError } from './exit-code.ts';

export type WeightedProfiles = readonly { readonly profile: Profile; readonly weight: number }[];

const SHIPPED_FOLDER = fileURLToPath(new URL('../device/profiles/', import.meta.url));
const SHIPPED: readonly string[] = [...SHIPPED_PROFILES, ...SHIPPED_MIXES];
/** Mixes may name mixes; a file that names itself must end somewhere. */
const DEEPEST_MIX = 4;

/**
 * The profiles a fleet consists of, with their weights.
 * @param place the flag or the configuration file's line, for messages
 * @throws UsageError naming file, line and member.
 */
export function chooseProfiles(text: string, place: string): WeightedProfiles {
  if (!text.includes('=')) return load(text, place, '.', 0);
  return text.split(',').flatMap((part) => {
    const [name = '', weight = ''] = part.trim().split('=');
    if (!/^\d+(\.\d+)?$/.test(weight) || Number(weight) <= 0)
      throw new UsageError(
        `${place}: expected weights such as vehicle=3,gateway=1, found ${JSON.stringify(part)}`,
      );
    return scaled(load(name, place, '.', 0), Number(weight));
  });
}

/** `folder`: where file names that are not absolute start from. */
function load(name: string, place: string, folder: string, depth: number): WeightedProfiles {
  const isShipped = SHIPPED.includes(name);
  const file = isShipped
    ? join(SHIPPED_FOLDER, `${name}.yaml`)
    : isAbsolute(name)
      ? name
      : join(folder, name);
  if (!isShipped && !/\.(ya?ml|json)$/i.test(name) && !existsSync(file))
    throw new UsageError(
      `${place}: expected one of ${SHIPPED.join(', ')} or a YAML file, found ${JSON.stringify(name)}`,
    );
  const shown = isShipped ? `${name}.yaml` : file;
  const { data, lineOf } = parseYaml(readTextFile(file, place), shown);
  const decoded = decodeProfileDocument(data);
  if (!decoded.ok)
    throw new UsageError(`${shown}:${lineOf(decoded.fault.path)}: ${describeFault(decoded.fault)}`);
  if (decoded.value.kind === 'profile') return [{ profile: decoded.value.profile, weight: 1 }];
  if (depth === DEEPEST_MIX)
    throw new UsageError(`${place}: mixes are nested more than ${DEEPEST_MIX} deep at ${shown}`);
  return decoded.value.mix.profiles.flatMap((part) =>
    scaled(
      load(part.name, `${shown}: profiles`, isShipped ? SHIPPED_FOLDER : dirname(file), depth + 1),
      part.weight,
    ),
  );
}

/** A mix's parts share its weight. */
function scaled(profiles: WeightedProfiles, weight: number): WeightedProfiles {
  const sum = profiles.reduce((total, entry) => total + entry.weight, 0);
  return profiles.map((entry) => ({ profile: entry.profile, weight: (entry.weight / sum) * weight }));
}

/** @throws UsageError with file and line when the text is no YAML. */
function parseYaml(text: string, file: string): { data: unknown; lineOf: (path: string) => number } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined)
    throw new UsageError(
      `${file}:${lines.linePos(broken.pos[0]).line}: not valid YAML: ${yamlReason(broken.message)}`,
    );
  return {
    data: document.toJS({ maxAliasCount: 100 }) as unknown,
    lineOf: (path) => {
      // `$.ui.decisions.acept` or `$.objects[2].name`: the deepest part of the path that stands in the file.
      const keys = [...path.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)].map(
        ([, name, index]) => name ?? Number(index),
      );
      for (let length = keys.length; length > 0; length--) {
        const node = document.getIn(keys.slice(0, length), true) as { range?: readonly number[] } | undefined;
        const offset = node?.range?.[0];
        if (offset !== undefined) return lines.linePos(offset).line;
      }
      return 1;
    },
  };
}
