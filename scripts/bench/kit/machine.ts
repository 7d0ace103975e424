/** The machine and the programs a result was measured with: without them its numbers mean nothing. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  /** By program; those that are there. */
  readonly versions: Readonly<Record<string, string>>;
  /** Open files a process may have. */
  readonly descriptors: number | undefined;
  /** The checkout's commit, with `+` where it was changed; `undefined` outside of git. */
  readonly commit: string | undefined;
}

export function describeMachine(root: string): Machine {
  const [first] = cpus();
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    versions: versions(root),
    descriptors: descriptorLimit(),
    commit: commitOf(root),
  };
}

export function isInstalled(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function versions(root: string): Record<string, string> {
  const found: Record<string, string> = { node: process.versions.node, v8: process.versions.v8 };
  for (const name of ['undici', 'autocannon']) {
    const version = packageVersion(join(root, 'node_modules', name, 'package.json'));
    if (version !== undefined) found[name] = version;
  }
  const wrk = firstMatch('wrk', ['-v'], /wrk (\S+)/);
  if (wrk !== undefined) found['wrk'] = wrk;
  const hey = firstMatch('dpkg-query', ['-W', '-f', 'hey ${Version}', 'hey'], /hey (\S+)/);
  if (isInstalled('hey')) found['hey'] = hey ?? 'of unknown version';
  return found;
}

function packageVersion(file: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}

function descriptorLimit(): number | undefined {
  const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
  return line === null ? undefined : Number(line[1]);
}

function commitOf(root: string): string | undefined {
  const commit = firstMatch('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], /^(\w+)/);
  const isChanged =
    firstMatch('git', ['-C', root, 'status', '--porcelain', '--', 'sim'], /(\S)/) !== undefined;
  return commit === undefined ? undefined : `${commit}${isChanged ? '+' : ''}`;
}

/** Programs say their version on either stream, and with any exit code. */
function firstMatch(command: string, argv: readonly string[], pattern: RegExp): string | undefined {
  if (!isInstalled(command)) return undefined;
  let output: string;
  try {
    output = execFileSync(command, argv, {
      encoding: 'utf8',
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    output = stdout + stderr;
  }
  return pattern.exec(output)?.[1];
}
