/** The folder and file that a run's summary goes to. */
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Summary } from '../report/summary-schema.ts';
import { reasonOf } from './config-file.ts';
import { UsageError } from './exit-code.ts';
import { type Terminal } from './terminal.ts';

/** @throws UsageError when the folder cannot be made: better now than after the run. */
export function makeFolder(out: string | undefined): void {
  if (out === undefined) return;
  try {
    makeFolders(resolve(out));
    // The slash says that it has to be a folder.
    accessSync(join(out, '/'), constants.W_OK);
  } catch (error) {
    throw new UsageError(`--out: cannot write to the folder ${out}: ${reasonOf(error)}`);
  }
}

/** One by one: where the system says ENOENT to a new folder (/proc), Node's own recursion never ends. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  mkdirSync(folder);
}

/** False when it could not be written; the run's result is still on the terminal. */
export function writeSummary(out: string | undefined, summary: Summary, terminal: Terminal): boolean {
  if (out === undefined) return true;
  const file = join(out, 'summary.json');
  const draft = `${file}.${process.pid}`;
  try {
    // A full disk must not cost the summary of an earlier run.
    writeFileSync(draft, `${JSON.stringify(summary, undefined, 2)}\n`);
    renameSync(draft, file);
    terminal.say(`summary written to ${file}`);
    return true;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    terminal.warn(`cannot write ${file}: ${reasonOf(error)}`);
    return false;
  }
}
