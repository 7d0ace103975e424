/** The words of a command line again, as they can be shown: without secrets, fit to be pasted into a shell. */
import { type Given, type Option } from './option.ts';

const ELIDED = '…';
/** They say where options come from, or that a question was answered; the options themselves are all there. */
const LEFT_OUT = new Set(['config']);

/** The options that were set, by flag or file, in the order of their table; what is secret reads `…`. */
export function commandLine(options: readonly Option[], given: Given): string {
  const words: string[] = [];
  for (const option of options) {
    if (LEFT_OUT.has(option.name)) continue;
    for (const { text } of given.get(option.name) ?? []) {
      const flag = `--${option.name}`;
      if (option.metavar === undefined) words.push(text === 'true' ? flag : `${flag}=${quoted(text)}`);
      else words.push(flag, quoted(shown(option, text)));
    }
  }
  return words.join(' ');
}

function shown({ secret }: Option, text: string): string {
  switch (secret) {
    case undefined:
      return text;
    case 'value':
      return ELIDED;
    case 'after-colon':
      return `${text.split(':', 1)[0] ?? ''}: ${ELIDED}`;
    default:
      return secret satisfies never;
  }
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
