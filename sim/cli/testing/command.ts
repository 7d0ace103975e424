/** Commands as users start them: a process of the launcher, its output, its exit code, and a bound on everything. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { type Summary } from '../../report/summary-schema.ts';

const LAUNCHER = fileURLToPath(new URL('../../../scripts/run.mjs', import.meta.url));
const LONGEST_MS = 90_000;

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  /** What was printed so far, both streams. */
  output(): string;
  /** Resolves with the first match in what is printed; rejects when the command ends without it. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  readonly finished: Promise<Finished>;
}

/** Starts `swarm` or `server`; a command that takes too long is killed and its promise rejects. */
export function startCommand(command: 'swarm' | 'server', ...argv: readonly string[]): RunningCommand {
  return startCommandWith('pipe', command, ...argv);
}

/** The same with a stdout of one's own, a descriptor. */
export function startCommandWith(
  stdoutTo: 'pipe' | number,
  command: 'swarm' | 'server',
  ...argv: readonly string[]
): RunningCommand {
  const child = spawn(process.execPath, [LAUNCHER, command, ...argv], {
    stdio: ['ignore', stdoutTo, 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const watch of watchers) watch();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const watch of watchers) watch();
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    const timeout = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${command} ${argv.join(' ')} did not end:\n${stdout}\n${stderr}`));
    }, LONGEST_MS);
    child.once('close', (code) => {
      clearTimeout(timeout);
      resolve({ code, stdout, stderr });
    });
  });
  return {
    process: child,
    output: () => stdout + stderr,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const match = pattern.exec(stdout + stderr);
          if (match === null) return;
          watchers.delete(watch);
          resolve(match);
        };
        watchers.add(watch);
        watch();
        finished.then(
          () => reject(new Error(`ended without printing ${pattern.source}:\n${stdout}\n${stderr}`)),
          reject,
        );
      }),
    finished,
  };
}

/** Runs a swarm with its metrics on a free port to its end. */
export function swarm(...argv: readonly string[]): Promise<Finished> {
  return startCommand('swarm', '--metrics-port', '0', ...argv).finished;
}

/** Runs a swarm and reads the summary it wrote. */
export async function swarmSummary(...argv: readonly string[]): Promise<{ summary: Summary; run: Finished }> {
  const out = temporaryFolder();
  const run = await swarm('--out', out, ...argv);
  return { summary: readSummary(out), run };
}

export function readSummary(out: string): Summary {
  return JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as Summary;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Removed when the tests of the file are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dm-swarm-run-'));
  folders.push(folder);
  return folder;
}
