/** A reader of this project's Dockerfile: instructions by stage, for tests that do what it says. */

export interface Instruction {
  readonly keyword: string;
  /** What follows the keyword, continuation lines joined. */
  readonly text: string;
  /** The same as words: the JSON form as it stands, else split at spaces, quotes taken away. */
  readonly words: readonly string[];
}

export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** @throws Error for a line that is no instruction, or one in front of the first FROM */
export function readDockerfile(source: string): readonly Stage[] {
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  const lines = source.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n/g, ' ');
  for (const line of lines.split('\n')) {
    if (line.trim() === '') continue;
    const match = /^([A-Z]+)\s+(.+)$/.exec(line);
    if (match === null) throw new Error(`no instruction: ${line}`);
    const [, keyword = '', text = ''] = match;
    const words = wordsOf(text);
    if (keyword === 'FROM') {
      const [base = '', , name = ''] = words;
      stages.push({ name, base, instructions: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`${keyword} stands in front of FROM`);
    stage.instructions.push({ keyword, text, words });
  }
  return stages;
}

/** The words of the last instruction of that kind, as Docker takes it; empty when there is none. */
export function lastOf(stage: Stage, keyword: string): readonly string[] {
  return stage.instructions.findLast((instruction) => instruction.keyword === keyword)?.words ?? [];
}

/** `KEY=value` pairs of all instructions of that kind (ENV, LABEL, ARG). */
export function pairsOf(stage: Stage, keyword: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    stage.instructions
      .filter((instruction) => instruction.keyword === keyword)
      .flatMap(({ words }) => words)
      .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
}

function wordsOf(text: string): readonly string[] {
  if (text.startsWith('[')) return JSON.parse(text) as string[];
  return (text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []).map((word) => word.replaceAll(/["']/g, ''));
}
