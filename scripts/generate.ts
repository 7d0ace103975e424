/** Writes the files that are generated from code and committed; `--check` only tells which are stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { DASHBOARDS } from '../dashboards/generated.ts';
import { summarySchema } from '../sim/report/summary.ts';
import { k6Profiles } from './k6-profiles.ts';

const GENERATED: readonly { readonly file: string; readonly content: () => string }[] = [
  { file: 'sim/report/summary.schema.json', content: () => JSON.stringify(summarySchema()) },
  { file: 'scripts/k6/profiles.json', content: k6Profiles },
  ...DASHBOARDS.map(({ file, model }) => ({ file, content: () => JSON.stringify(model()) })),
];

export async function main(
  _command: string,
  argv: readonly string[],
  { root }: { root: string },
): Promise<void> {
  const check = argv.includes('--check');
  let stale = 0;
  for (const { file, content } of GENERATED) {
    const path = join(root, file);
    const fresh = await format(content(), { parser: 'json', printWidth: 110 });
    if (read(path) === fresh) continue;
    if (check) {
      stale++;
      process.stderr.write(`${file} is stale: run node scripts/run.mjs generate\n`);
    } else {
      writeFileSync(path, fresh);
      process.stdout.write(`${file} written\n`);
    }
  }
  process.exitCode = stale > 0 ? 1 : 0;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
