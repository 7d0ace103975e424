/** Runs of the real k6: the binary, the scripts' output, their summaries. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../../sim/cli/testing/command.ts';
import { K6_SUMMARY_FORM, type K6Summary } from '../../../sim/report/k6-summary-schema.ts';
import { findK6 } from '../../k6-binary.ts';

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
const LONGEST_MS = 100_000;

export const K6 = findK6();

export type ScriptName = 'session' | 'polling' | 'storm' | 'capacity';

export interface FinishedK6 {
  readonly code: number | null;
  /** Log and summary. */
  readonly output: string;
  /** Checked against its schema; `undefined` when none was written. */
  readonly summary: K6Summary | undefined;
  /** By device, where they were asked for. */
  readonly fingerprints: ReadonlyMap<number, readonly [high: number, low: number]>;
}

/** Runs a script to its end with these `-e`; kills one that takes too long. */
export async function runK6(
  script: ScriptName,
  env: Readonly<Record<string, string | number>>,
  ...flags: readonly string[]
): Promise<FinishedK6> {
  const file = join(temporaryFolder(), 'summary.json');
  const values = words({ SUMMARY: file, ...env });
  const { code, output } = await k6('run', '--no-color', ...flags, ...values, join(FOLDER, `${script}.ts`));
  return { code, output, summary: readSummary(file), fingerprints: fingerprintsIn(output) };
}

/** Makes an archive of a script with some `-e` and runs it with others. */
export async function runArchive(
  script: ScriptName,
  made: Readonly<Record<string, string | number>>,
  run: Readonly<Record<string, string | number>>,
): Promise<FinishedK6> {
  const folder = temporaryFolder();
  const archive = join(folder, 'test.tar');
  const file = join(folder, 'summary.json');
  const making = await k6(
    'archive',
    ...words({ SUMMARY: file, ...made }),
    '-O',
    archive,
    join(FOLDER, `${script}.ts`),
  );
  if (making.code !== 0) throw new Error(making.output);
  const { code, output } = await k6('run', '--no-color', ...words(run), archive);
  return { code, output, summary: readSummary(file), fingerprints: fingerprintsIn(output) };
}

function words(env: Readonly<Record<string, string | number>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
}

/** `k6 inspect` of a script; the options it prints, or what it complains of. */
export function inspectK6(
  script: ScriptName,
  env: Readonly<Record<string, string | number>>,
): Promise<{ readonly code: number | null; readonly output: string }> {
  return k6('inspect', ...words(env), join(FOLDER, `${script}.ts`));
}

/** What k6's HTML parser makes of the pages of a JSON file. */
export async function pagesInK6(file: string): Promise<readonly unknown[]> {
  const script = join(FOLDER, 'testing/html-pages.ts');
  const { output } = await k6('run', '--log-format', 'raw', '--quiet', '-e', `PAGES=${file}`, script);
  return [...output.matchAll(/^page \d+ (.*) end$/gm)].map(([, json = '']) => JSON.parse(json) as unknown);
}

function k6(...argv: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(K6 ?? 'k6', argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, K6_NO_USAGE_REPORT: 'true' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`k6 ${argv.join(' ')} did not end:\n${output}`));
    }, LONGEST_MS);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timeout);
      resolve({ code, output });
    });
  });
}

function readSummary(file: string): K6Summary | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  return K6_SUMMARY_FORM.parse(JSON.parse(text));
}

function fingerprintsIn(output: string): FinishedK6['fingerprints'] {
  const found = new Map<number, readonly [number, number]>();
  for (const [, device, high, low] of output.matchAll(/fingerprint (\d+) (\d+) (\d+)/g))
    found.set(Number(device), [Number(high), Number(low)]);
  return found;
}
