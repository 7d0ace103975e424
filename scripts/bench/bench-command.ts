/** `npm run bench`: from the words on the command line to the exit code. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { format } from 'prettier';
import { EXIT, UsageError } from '../../sim/cli/exit-code.ts';
import { reasonOf } from '../../sim/cli/config-file.ts';
import { type BenchContext, type Scale } from './bench-context.ts';
import { BENCH_HELP, type BenchOptions, readBenchOptions } from './bench-options.ts';
import { runBench } from './bench-run.ts';
import { profileSwarm } from './probes/swarm-profile.ts';
import { isInstalled } from './kit/machine.ts';
import { BENCH_FORM, type BenchResult } from './result/result-schema.ts';
import { resultsPage } from './result/results-page.ts';
import { terminalResult } from './result/terminal-result.ts';
import { ROWS } from './rows/all-rows.ts';

/** Both files may be committed, where every file is laid out like this. */
const LAYOUT = { printWidth: 110, singleQuote: true };

/** The quick run that later quick runs are compared with. */
const RECORDED = 'scripts/bench/recorded-quick.json';

export async function main(
  _command: string,
  argv: readonly string[],
  { root, directory }: { readonly root: string; readonly directory: string },
): Promise<void> {
  process.on('SIGINT', () => process.exit(EXIT.interrupted));
  process.on('SIGTERM', () => process.exit(EXIT.interrupted));
  const scratch = mkdtempSync(join(tmpdir(), 'dm-swarm-bench-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  try {
    process.exit(await run(readBenchOptions(argv), { root, directory, scratch }));
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`dm-swarm bench: ${error.message}\n`);
      process.exit(EXIT.usage);
    }
    process.stderr.write(`dm-swarm bench: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    process.exit(EXIT.internal);
  }
}

async function run(
  options: BenchOptions,
  places: { readonly root: string; readonly directory: string; readonly scratch: string },
): Promise<number> {
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  if (options.help) {
    print(BENCH_HELP);
    return EXIT.fine;
  }
  const rows = ROWS.filter(({ id }) => options.only.includes(id));
  if (options.list) {
    for (const { id, title } of rows) print(`${id}  ${title}`);
    return EXIT.fine;
  }
  requireMachine(options);
  for (const file of [options.json, options.markdown]) if (file !== undefined) requireWritable(file);
  const bench: BenchContext = {
    ...places,
    scale: scaleOf(options),
    pinned: options.pin ? { measured: 0, server: 1 } : undefined,
  };
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  if (options.cpuProfile !== undefined) {
    for (const line of await profileSwarm(bench, options.cpuProfile)) print(line);
    return EXIT.fine;
  }
  const recorded = options.quick ? readRecorded(places.root, options.json) : new Map<string, number>();
  const result = await runBench(bench, { rows, recorded, say, patienceMs: options.patienceMs });
  print(terminalResult(result).join('\n'));
  if (options.json !== undefined) {
    const text = JSON.stringify(BENCH_FORM.parse(result));
    writeFileSync(options.json, await format(text, { ...LAYOUT, parser: 'json' }));
  }
  if (options.markdown !== undefined)
    writeFileSync(options.markdown, await format(resultsPage(result), { ...LAYOUT, parser: 'markdown' }));
  return isFailed(result) ? EXIT.internal : EXIT.fine;
}

function scaleOf({ quick, rounds }: BenchOptions): Scale {
  return quick
    ? { quick, rounds, warmUpMs: 1_000, warmUpCount: 10_000, windowMs: 1_000 }
    : { quick, rounds, warmUpMs: 3_000, warmUpCount: 50_000, windowMs: 5_000 };
}

function isFailed({ rows }: BenchResult): boolean {
  return rows.some(
    ({ outcome }) =>
      outcome.kind === 'failed' ||
      (outcome.kind === 'measured' && outcome.readings.some(({ grosslyWorse }) => grosslyWorse === true)),
  );
}

/** @throws UsageError where the figures cannot be had. */
function requireMachine({ pin }: BenchOptions): void {
  if (process.platform !== 'linux')
    throw new UsageError(`found ${process.platform}, expected Linux: CPU and memory are read from /proc`);
  if (pin && availableParallelism() < 2) throw new UsageError('--pin: found one CPU, expected at least two');
  if (pin && !isInstalled('taskset')) throw new UsageError('--pin: taskset is not installed');
}

/** Better now than after the run. @throws UsageError */
function requireWritable(file: string): void {
  try {
    writeFileSync(file, '', { flag: 'a' });
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${reasonOf(error)}`);
  }
}

/**
 * Nothing is compared while a run is being recorded.
 * @throws Error when there is no recorded run of the present form: a comparison that silently compares nothing is none.
 */
function readRecorded(root: string, json: string | undefined): ReadonlyMap<string, number> {
  const file = join(root, RECORDED);
  if (json !== undefined && resolve(json) === file) return new Map();
  try {
    const { rows } = BENCH_FORM.parse(JSON.parse(readFileSync(file, 'utf8')));
    return new Map(
      rows.flatMap(({ outcome }) =>
        outcome.kind === 'measured'
          ? outcome.readings.map(({ key, spread }) => [key, spread.median] as const)
          : [],
      ),
    );
  } catch (error) {
    throw new Error(
      `${RECORDED} cannot be compared with: record one by npm run bench -- --quick --json ${RECORDED}`,
      { cause: error },
    );
  }
}
