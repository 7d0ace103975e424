/** The benchmark as its user starts it: a quick run of some rows, what it writes, and what it says to wrong words. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { ROW_IDS } from './benchmark.ts';
import { BENCH_FORM, type RowResult } from './result/result-schema.ts';

const LAUNCHER = fileURLToPath(new URL('../run.mjs', import.meta.url));
const LONGEST_MS = 280_000;

const folder = mkdtempSync(join(tmpdir(), 'dm-swarm-bench-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Finished> {
  const child = spawn(process.execPath, [LAUNCHER, 'bench', ...argv], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => {
      child.kill('SIGTERM'); // it ends its own processes
      reject(new Error(`bench ${argv.join(' ')} did not end:\n${stdout}\n${stderr}`));
    }, LONGEST_MS);
    child.once('close', (code) => {
      clearTimeout(timeout);
      resolve({ code, stdout, stderr });
    });
  });
}

test(
  'a quick run measures rows beside a peer and writes results by its own schema, on a page too',
  async () => {
    const json = join(folder, 'bench.json');
    const page = join(folder, 'benchmarks.md');
    const run = await bench([
      '--quick',
      '--only',
      'a,c,g',
      '--patience',
      '0',
      '--json',
      json,
      '--markdown',
      page,
    ]);
    expect(run.code, run.stderr).toBe(0);
    const { rows, samples, method } = BENCH_FORM.parse(JSON.parse(readFileSync(json, 'utf8')));
    expect(rows.map(({ id }) => id)).toEqual(['a', 'c', 'g']);
    // Row a and row c share the swarm's measurements.
    expect(samples.map(({ contender }) => contender)).toEqual(['swarm', 'autocannon', 'autocannon', 'swarm']);
    expect(
      samples.every(({ figures }) => (figures['cpuUs'] ?? 0) > 1 && (figures['perSecond'] ?? 0) > 1),
    ).toBe(true);
    expect(readingsOf(rows[0])).toMatchObject({ 'a.cpu': { goal: 18, floor: 26 } });
    expect(readingsOf(rows[1])['c.ratio']).toMatchObject({ portable: true, grosslyWorse: false });
    expect(rows[2]?.outcome).toMatchObject({ kind: 'skipped' });
    expect(method).toMatchObject({ quick: true, rounds: 2 });
    expect(run.stdout).toContain('CPU per iteration');
    expect(readFileSync(page, 'utf8')).toMatch(/^\| a +\| CPU per iteration +\|/m);
  },
  LONGEST_MS + 10_000,
);

test('a peer that is not installed is skipped by name', async () => {
  const json = join(folder, 'without-wrk.json');
  const run = await bench(['--quick', '--only', 'd', '--json', json], {
    ...process.env,
    PATH: dirname(process.execPath) === '/usr/bin' ? folder : dirname(process.execPath),
  });
  expect(run.code, run.stderr).toBe(0);
  expect(run.stdout).toContain('skipped: wrk is not installed');
});

test('the list names every row, and measures nothing', async () => {
  const run = await bench(['--list']);
  expect(
    run.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line[0]),
  ).toEqual([...ROW_IDS]);
});

test('wrong words end in exit code 2 before anything is measured', async () => {
  const json = join(folder, 'never.json');
  for (const [argv, message] of [
    [['--only', 'a,x', '--json', json], /--only: expected one of .* found "x"/],
    [['--rounds', '3', '--json', json], /--rounds: expected an even number/],
    [['--fast'], /--fast: there is no such flag/],
    [['--json', join(folder, 'missing', 'x.json')], /cannot write/],
  ] as const) {
    const run = await bench(argv);
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toMatch(message);
  }
  expect(existsSync(json)).toBe(false);
});

function readingsOf(row: RowResult | undefined): Readonly<Record<string, object>> {
  if (row?.outcome.kind !== 'measured') throw new Error(`not measured: ${JSON.stringify(row)}`);
  return Object.fromEntries(row.outcome.readings.map((reading) => [reading.key, reading]));
}
