/** `--profile`: a shipped profile, a mix, a YAML file, or weights such as `vehicle=3,gateway=1`. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineCounter, parseDocument } from 'yaml';
import { chooseProfiles, type DocumentSource, type WeightedProfiles } from '../device/profile-choice.ts';
import { decodeProfileDocument } from '../device/profile-document.ts';
import { SHIPPED_MIXES, SHIPPED_PROFILES } from '../device/profile.ts';
import { describeFault, fail, ok } from '../protocol/fault.ts';
import { readTextFile, yamlReason } from './config-file.ts';
import { UsageError } from './exit-code.ts';

const SHIPPED_FOLDER = fileURLToPath(new URL('../device/profiles/', import.meta.url));
const SHIPPED: readonly string[] = [...SHIPPED_PROFILES, ...SHIPPED_MIXES];

/**
 * The profiles a fleet consists of, with their weights.
 * @param place the flag or the configuration file's line, for messages
 * @throws UsageError naming file, line and member.
 */
export function readProfiles(text: string, place: string): WeightedProfiles {
  const chosen = chooseProfiles(text, place, readDocument);
  if (!chosen.ok) throw new UsageError(describeFault(chosen.fault));
  return chosen.value;
}

/** `folder`: where file names that are not absolute start from; the working directory for those of the command line. */
const readDocument: DocumentSource<string> = (name, place, folder = '.') => {
  const isShipped = SHIPPED.includes(name);
  const file = isShipped
    ? join(SHIPPED_FOLDER, `${name}.yaml`)
    : isAbsolute(name)
      ? name
      : join(folder, name);
  if (!isShipped && !/\.(ya?ml|json)$/i.test(name) && !existsSync(file))
    return fail('profile_unknown', place, name, `one of ${SHIPPED.join(', ')} or a YAML file`);
  const shown = isShipped ? `${name}.yaml` : file;
  const { data, lineOf } = parseYaml(readTextFile(file, place), shown);
  const decoded = decodeProfileDocument(data);
  if (!decoded.ok)
    throw new UsageError(`${shown}:${lineOf(decoded.fault.path)}: ${describeFault(decoded.fault)}`);
  return ok({ document: decoded.value, shown, place: dirname(file) });
};

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
