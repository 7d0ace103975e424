/** Command-line words → values by option name. */
import { UsageError } from './exit-code.ts';
import { type Given, type Option } from './option.ts';

/**
 * Reads `--name value`, `--name=value` and switches.
 * @throws UsageError for a word that is no flag, an unknown flag (with the nearest known one), a missing or surplus value.
 */
export function parseArgv(argv: readonly string[], options: readonly Option[]): Given {
  const byName = new Map(options.map((option) => [option.name, option]));
  const given = new Map<string, { text: string; from: string }[]>();
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '-h') {
      given.set('help', [{ text: 'true', from: '-h' }]);
      continue;
    }
    if (!word.startsWith('--'))
      throw new UsageError(`${JSON.stringify(word)}: expected a flag such as --devices; try --help`);
    const equals = word.indexOf('=');
    const name = word.slice(2, equals < 0 ? undefined : equals);
    const option = byName.get(name);
    if (option === undefined)
      throw new UsageError(`--${name}: there is no such flag${suggestion(name, options)}; try --help`);
    let text: string;
    if (equals >= 0) text = word.slice(equals + 1);
    else if (option.metavar === undefined) text = 'true';
    else {
      const next = argv[i + 1];
      // A value may start with a single dash (-5), so that its own check can say what is wrong with it.
      const isValue = next !== undefined && !next.startsWith('--');
      if (isValue) i++;
      else if (option.bare === undefined)
        throw new UsageError(`--${name}: expected a value: --${name} ${option.metavar}`);
      text = isValue ? next : (option.bare ?? '');
    }
    const values = given.get(name) ?? [];
    if (values.length > 0 && option.many !== true)
      throw new UsageError(`--${name}: given twice, expected once`);
    values.push({ text, from: `--${name}` });
    given.set(name, values);
  }
  return given;
}

/** ` (did you mean --devices?)` when a known flag is near enough. */
function suggestion(name: string, options: readonly Option[]): string {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const option of options) {
    const distance = editDistance(name, option.name);
    if (distance < bestDistance) [best, bestDistance] = [option.name, distance];
  }
  return best === undefined ? '' : ` (did you mean --${best}?)`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
