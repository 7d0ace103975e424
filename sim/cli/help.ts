/** The `--help` text of a command, made from its option table. */
import { type Option } from './option.ts';

export interface CommandDescription {
  /** `npm run swarm --` */
  readonly invocation: string;
  readonly purpose: string;
  readonly examples: readonly { readonly command: string; readonly meaning: string }[];
  readonly options: readonly Option[];
  readonly exitCodes: readonly string[];
}

const WIDTH = 100;
const INDENT = 30;

export function helpText({ invocation, purpose, examples, options, exitCodes }: CommandDescription): string {
  const lines = [purpose, '', `Usage: ${invocation} [options]`, '', 'Examples:'];
  for (const { command, meaning } of examples) lines.push(`  ${invocation} ${command}`, `      ${meaning}`);
  for (const group of new Set(options.map((option) => option.group))) {
    lines.push('', `${group}:`);
    for (const option of options) if (option.group === group) lines.push(...optionLines(option));
  }
  lines.push('', 'Exit codes:', ...exitCodes.map((line) => `  ${line}`), '');
  return lines.join('\n');
}

function optionLines(option: Option): string[] {
  const value =
    option.metavar === undefined
      ? ''
      : option.bare === undefined
        ? ` ${option.metavar}`
        : ` [${option.metavar}]`;
  const head = `  --${option.name}${value}`;
  const notes = [
    option.many === true ? 'repeatable' : '',
    option.fallback === undefined ? '' : `default ${option.fallback}`,
  ];
  const note = notes.filter((text) => text !== '').join('; ');
  const text = wrap(note === '' ? option.help : `${option.help} (${note})`, WIDTH - INDENT);
  if (head.length >= INDENT - 1) return [head, ...text.map((line) => ' '.repeat(INDENT) + line)];
  return text.map((line, i) => (i === 0 ? head.padEnd(INDENT) : ' '.repeat(INDENT)) + line);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
