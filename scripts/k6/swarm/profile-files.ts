/** Where k6 finds profiles: the shipped ones in profiles.json, others in JSON files. Only while k6 initializes. */
import { type DocumentSource } from '../../../sim/device/profile-choice.ts';
import { decodeProfileDocument } from '../../../sim/device/profile-document.ts';
import { SHIPPED_MIXES, SHIPPED_PROFILES } from '../../../sim/device/profile.ts';
import { fail, ok } from '../../../sim/protocol/fault.ts';

/** `node scripts/run.mjs generate` makes it of the fleet's YAML files. */
const SHIPPED_FILE = open(import.meta.resolve('../profiles.json'));

const SHIPPED: readonly string[] = [...SHIPPED_PROFILES, ...SHIPPED_MIXES];

/** Names in a mix start from the folder of its file, those of an option from the working directory. */
export const profileFiles: DocumentSource<string> = (name, path, folder = __ENV['PWD'] ?? '') => {
  const isShipped = SHIPPED.includes(name);
  if (!isShipped && !name.endsWith('.json'))
    return fail('profile_unknown', path, name, `one of ${SHIPPED.join(', ')} or a JSON file`);
  const file = isShipped ? `${name}.yaml` : name.startsWith('/') ? name : `${folder}/${name}`;
  let data: unknown;
  try {
    data = isShipped
      ? (JSON.parse(SHIPPED_FILE) as Readonly<Record<string, unknown>>)[name]
      : JSON.parse(open(file));
  } catch (error) {
    const expected =
      error instanceof SyntaxError ? 'a file with a profile in JSON' : 'a file that can be read';
    return fail('profile_unreadable', path, file, expected);
  }
  const document = decodeProfileDocument(data);
  if (!document.ok)
    return { ok: false, fault: { ...document.fault, path: `${path}, ${file}, ${document.fault.path}` } };
  return ok({
    document: document.value,
    shown: file,
    place: file.slice(0, Math.max(0, file.lastIndexOf('/'))),
  });
};
