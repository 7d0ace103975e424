/** The compose file as docker-compose reads it: variables put in, anchors and merges resolved. */
import { spawnSync } from 'node:child_process';
import { parse } from 'yaml';

export interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
  readonly read_only?: boolean;
  readonly stop_grace_period?: string;
  readonly volumes?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cpus?: number;
  readonly mem_limit?: string;
  readonly pids_limit?: number;
}

export const DOCKER_COMPOSE_INSTALLED = spawnSync('docker-compose', ['version']).error === undefined;

/** @throws Error with what docker-compose says of a file that is not valid */
export function readCompose(
  project: string,
  variables: Readonly<Record<string, string>> = {},
  profiles: readonly string[] = [],
): Readonly<Record<string, Service>> {
  const result = spawnSync('docker-compose', [...profiles.map((name) => `--profile=${name}`), 'config'], {
    cwd: project,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...variables },
  });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) throw new Error(`docker-compose config: ${result.stderr}`);
  return (parse(result.stdout) as { services: Readonly<Record<string, Service>> }).services;
}
