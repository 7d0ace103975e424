/** promtool's opinion of configuration and rules, and the rules' own tests. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { PROMETHEUS_INSTALLED } from './testing/prometheus-process.ts';

const FOLDER = fileURLToPath(new URL('prometheus', import.meta.url));
const required = (process.env['CI'] ?? '') !== '';
const skipped = !PROMETHEUS_INSTALLED && !required;
const why = skipped ? ' (skipped: Debian has prometheus and promtool in the package prometheus)' : '';

function promtool(...argv: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync('promtool', argv, { cwd: FOLDER, encoding: 'utf8' });
  expect(error).toBeUndefined();
  expect(status, stdout + stderr).toBe(0);
  return stdout + stderr;
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(join(FOLDER, folder)).map((file) => join(folder, file));
}

describe.skipIf(skipped)(`promtool${why}`, () => {
  test('takes the configuration, the rule files it names included', () => {
    expect(promtool('check', 'config', 'prometheus.yml')).toContain('2 rule files found');
  });

  test('takes the rules', () => {
    const said = promtool('check', 'rules', ...filesOf('rules'));
    expect(said).toContain('SUCCESS');
    expect(said).not.toContain('FAILED');
  });

  test.each(filesOf('rule-tests'))('finds that rules do what %s says', (file) => {
    expect(promtool('test', 'rules', file)).toContain('SUCCESS');
  });
});
