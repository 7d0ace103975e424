/** The manifests for the k6-operator: their form, and the options that they give to the scripts. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { likelySlips, type OptionTable, readOptions } from './core/option.ts';
import { CAPACITY_OPTIONS, POLLING_OPTIONS, SESSION_OPTIONS, STORM_OPTIONS } from './core/options.ts';
import { TEST_RUN_FORM, type TestRun } from './testing/test-run-form.ts';

const folder = fileURLToPath(new URL('./operator/', import.meta.url));
const manifests = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const TABLES: Readonly<Record<string, OptionTable>> = {
  session: SESSION_OPTIONS,
  polling: POLLING_OPTIONS,
  storm: STORM_OPTIONS,
  capacity: CAPACITY_OPTIONS,
};

function read(name: string): TestRun {
  return TEST_RUN_FORM.parse(parse(readFileSync(`${folder}${name}`, 'utf8')));
}

/** What a runner's script is given: by `env`, or by the `-e` that its archive is made with. */
function given(file: string, { spec }: TestRun): Readonly<Record<string, string>> {
  // Those of a later `-e` would leave the archive's scenario as it is.
  expect(spec.arguments ?? '').not.toContain('-e');
  const command =
    /^# +k6 archive (.*?) -O \S+\.tar /ms.exec(readFileSync(`${folder}${file}`, 'utf8'))?.[1] ?? '';
  const words = command.split(/[\s\\#]+/);
  const pairs = words.flatMap((word, i) => (word === '-e' ? [words[i + 1] ?? ''] : []));
  return Object.fromEntries([
    ...(spec.runner?.env ?? []).map(({ name, value }) => [name, value] as const),
    ...pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const),
  ]);
}

describe('the manifests for the k6-operator', () => {
  it.each(manifests)('have the form of a TestRun with several runners: %s', (name) => {
    const { spec } = read(name);
    expect(spec.parallelism).toBeGreaterThanOrEqual(2);
  });

  it.each(manifests)('name a script that there is, and options that it understands: %s', (name) => {
    const run = read(name);
    const { localFile = '', configMap } = run.spec.script;
    const script = /([a-z]+)\.(ts|tar)$/.exec(configMap?.file ?? localFile)?.[1] ?? '';
    expect(existsSync(`${folder}../${script}.ts`)).toBe(true);
    const table = TABLES[script] ?? {};
    const env = given(name, run);
    expect(Object.keys(env).filter((word) => !(word in table))).toEqual([]);
    expect(likelySlips(table, env)).toEqual([]);
    const values = readOptions(table, env);
    expect(values).toMatchObject({ ok: true, value: { YES: true, SUMMARY: 'none' } });
    // Every runner needs VUs, and every VU a device.
    const { VUS, DEVICES } = (values.ok ? values.value : {}) as { VUS: number; DEVICES: number };
    expect(VUS).toBeGreaterThanOrEqual(run.spec.parallelism);
    expect(DEVICES).toBeGreaterThanOrEqual(VUS);
  });

  it('use the k6 that the project is tested with, and images with all that the scripts import', () => {
    const dockerfile = readFileSync(`${folder}Dockerfile`, 'utf8');
    expect(dockerfile).toContain('FROM grafana/k6:1.8.1\n');
    for (const room of ['protocol', 'random', 'browser', 'device'])
      expect(dockerfile).toContain(`COPY sim/${room} /dm-swarm/sim/${room}\n`);
    expect(read('storm.yaml').spec.runner?.image).toBe('grafana/k6:1.8.1');
  });
});
