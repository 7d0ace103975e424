/** Where k6 is: a user brings their own, CI builds one. */
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** `$K6`, `k6` on the path, or what `go install go.k6.io/k6@v1.8.1` has built; `undefined`: there is none. */
export function findK6(): string | undefined {
  return [process.env['K6'], 'k6', join(homedir(), 'go/bin/k6')].find(
    (binary) => binary !== undefined && spawnSync(binary, ['version']).error === undefined,
  );
}

/** `k6 v1.8.1 (go1.26.8, linux/amd64)` */
export function k6Version(binary: string): string {
  return spawnSync(binary, ['version'], { encoding: 'utf8' }).stdout.split('\n')[0] ?? '';
}
