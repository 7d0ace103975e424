/** `--config FILE.yaml`: the same options as on the command line, by the same names. */
import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';
import { UsageError } from './exit-code.ts';
import { type Given, type Option } from './option.ts';

type Values = { text: string; from: string }[];

/**
 * Reads a configuration file: a mapping from option names to values. Options that can be repeated take a list, or a
 * mapping (`latency: { HGET: 80ms }` is `--latency HGET=80ms`).
 * @throws UsageError naming file, line, key, what was found and what is expected.
 */
export function readConfigFile(file: string, options: readonly Option[]): Given {
  const lines = new LineCounter();
  const document = parseDocument(readTextFile(file, '--config'), { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined)
    throw new UsageError(
      `${file}:${lines.linePos(broken.pos[0]).line}: not valid YAML: ${yamlReason(broken.message)}`,
    );
  const place = (node: unknown): string => {
    const offset = (node as Node | null | undefined)?.range?.[0];
    return offset === undefined ? file : `${file}:${lines.linePos(offset).line}`;
  };
  const root = document.contents;
  if (root === null) return new Map();
  if (!isMap(root)) throw new UsageError(`${place(root)}: expected a mapping from option names to values`);
  const given = new Map<string, Values>();
  for (const { key, value } of root.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const option = options.find((candidate) => candidate.name === name);
    if (option === undefined || name === 'config' || name === 'help')
      throw new UsageError(
        `${place(key)}: ${JSON.stringify(name)} is no option; expected one of the flags' names without dashes`,
      );
    given.set(name, valuesOf(option, value, place));
  }
  return given;
}

/** The command line's values over the file's. */
export function overlay(file: Given, argv: Given): Given {
  return new Map([...file, ...argv]);
}

/** @throws UsageError when the file cannot be read; `flag` is what named it. */
export function readTextFile(file: string, flag: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${flag}: cannot read ${file}: ${reasonOf(error)}`);
  }
}

/** `ENOENT: no such file or directory` without call and path. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(', ')[0] ?? error.message) : String(error);
}

function valuesOf(option: Option, value: unknown, place: (node: unknown) => string): Values {
  const scalar = (node: unknown, prefix = ''): Values[number] => {
    if (isScalar(node) && node.value !== null)
      return { text: prefix + scalarText(node), from: `${place(node)}: ${option.name}` };
    throw new UsageError(
      `${place(node ?? value)}: ${option.name}: expected ${option.metavar ?? 'true or false'}, found a list, a mapping or nothing`,
    );
  };
  if (option.many === true && isSeq(value)) return value.items.map((item) => scalar(item));
  if (option.many === true && isMap(value))
    return value.items.map((pair) =>
      scalar(pair.value, `${isScalar(pair.key) ? String(pair.key.value) : ''}=`),
    );
  return [scalar(value)];
}

/** As it stands in the file, so that `0x10` or `1e3` is judged by the option and not by YAML. */
function scalarText(node: Scalar): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? JSON.stringify(node.value));
}

/** The library's own message ends with the place, which stands in front already, and a picture of it. */
export function yamlReason(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
}
