/** The options of `npm run bench`. */
import { parseArgv } from '../../sim/cli/argv.ts';
import { helpText } from '../../sim/cli/help.ts';
import { type Option, OptionValues } from '../../sim/cli/option.ts';
import { duration, integer, listOf, oneOf, text, type ValueParser } from '../../sim/random/value-parser.ts';
import { fail } from '../../sim/protocol/fault.ts';
import { ROW_IDS, type RowId } from './benchmark.ts';

const WHAT = 'What is measured';
const HOW = 'How';
const RESULT = 'Output';

const BENCH_OPTIONS: readonly Option[] = [
  {
    name: 'only',
    metavar: 'ROWS',
    group: WHAT,
    help: `some rows of the table: letters from ${ROW_IDS.join(', ')}`,
  },
  { name: 'list', group: WHAT, help: 'say what there is to measure, and measure nothing' },
  {
    name: 'quick',
    group: HOW,
    help: 'under two minutes: short windows, fewer devices; fails only for gross regressions against the recorded run',
  },
  {
    name: 'rounds',
    metavar: 'N',
    group: HOW,
    help: 'measurements of each contender, an even number (default 6, quick 2)',
  },
  {
    name: 'patience',
    metavar: 'TIME',
    group: HOW,
    help: 'what waiting for a quiet machine may cost in all; 0 takes it as it is (default 5m, quick 5s)',
  },
  { name: 'pin', group: HOW, help: 'bind the measured process to CPU 0 and its server to CPU 1' },
  { name: 'json', metavar: 'FILE', group: RESULT, help: 'write the results there as JSON' },
  { name: 'markdown', metavar: 'FILE', group: RESULT, help: 'write the results page there' },
  {
    name: 'cpu-profile',
    metavar: 'DIR',
    group: RESULT,
    help: 'instead of measuring: profile the swarm under the load of row a, print its costliest functions, keep the profile there',
  },
  { name: 'help', group: 'Help', help: 'show this text' },
];

export interface BenchOptions {
  readonly help: boolean;
  readonly list: boolean;
  readonly only: readonly RowId[];
  readonly quick: boolean;
  readonly rounds: number;
  readonly patienceMs: number;
  readonly pin: boolean;
  readonly json: string | undefined;
  readonly markdown: string | undefined;
  readonly cpuProfile: string | undefined;
}

/** @throws UsageError for the first word that is wrong. */
export function readBenchOptions(argv: readonly string[]): BenchOptions {
  const values = new OptionValues(BENCH_OPTIONS, parseArgv(argv, BENCH_OPTIONS));
  const quick = values.isSet('quick');
  return {
    help: values.isSet('help'),
    list: values.isSet('list'),
    only: [...new Set(values.optional('only', listOf(oneOf(...ROW_IDS))) ?? ROW_IDS)],
    quick,
    rounds: values.optional('rounds', evenRounds) ?? (quick ? 2 : 6),
    patienceMs: values.optional('patience', duration()) ?? (quick ? 5_000 : 300_000),
    pin: values.isSet('pin'),
    json: values.optional('json', text),
    markdown: values.optional('markdown', text),
    cpuProfile: values.optional('cpu-profile', text),
  };
}

/** A B B A is balanced over two rounds. */
const evenRounds: ValueParser<number> = (word, path) => {
  const rounds = integer(2, 100)(word, path);
  return !rounds.ok || rounds.value % 2 === 0
    ? rounds
    : fail(
        'rounds_odd',
        path,
        word,
        'an even number of rounds, so that each contender comes as often early as late',
      );
};

export const BENCH_HELP = helpText({
  invocation: 'npm run bench --',
  purpose:
    'Measures the swarm and the reference server against the goals of docs/performance.md, beside other load generators.',
  examples: [
    { command: '--quick', meaning: 'a smoke test for CI' },
    { command: '--only a,c --json out/bench.json', meaning: 'two rows of the table, results for programs' },
    { command: '--markdown docs/benchmarks.md', meaning: 'everything, as the results page' },
  ],
  options: BENCH_OPTIONS,
  exitCodes: [
    '0    measured; the table tells what came of it, below a floor or not',
    '1    a row failed, or a quick run is grossly worse than the recorded one',
    '2    bad usage; nothing was started',
    '130  interrupted',
  ],
});
