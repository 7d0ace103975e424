import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Service } from './testing/compose.ts';
import { dockerContext } from './testing/docker-ignore.ts';
import { lastOf, pairsOf, readDockerfile } from './testing/dockerfile.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(join(PROJECT, file), 'utf8');
const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Readonly<Record<string, Service>>;
};
const each = Object.entries(services);
const stages = readDockerfile(read('Dockerfile'));

describe('the compose file', () => {
  it.each(each)('publishes ports of %s on loopback only', (_, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{\w+:-(\d+)\}:\1$/);
  });

  it.each(each)('takes a pinned image for %s', (_, { image }) => {
    expect(image).toMatch(/^[\w./-]+:(?:\$\{DM_SWARM_VERSION:-)?v?\d+\.\d+\.\d+(?:-alpine)?\}?$/);
  });

  it.each(each)('confines %s: no capability, bounds on processor, memory and processes', (_, service) => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.cpus).toBeDefined();
    expect(service.mem_limit).toBeDefined();
    expect(service.pids_limit).toBeGreaterThan(0);
  });

  it('asks every service that another one waits for how it is', () => {
    for (const { depends_on = {} } of Object.values(services))
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(condition).toBe('service_healthy');
        expect(services[name]?.healthcheck?.test).toBeDefined();
      }
  });

  it.each(each)('mounts into %s what the project has', (_, { volumes = [] }) => {
    for (const volume of volumes)
      if (volume.startsWith('.')) {
        const [folder = '', , mode] = volume.split(':');
        expect(existsSync(join(PROJECT, folder)), folder).toBe(true);
        expect(mode).toBe('ro');
      }
  });

  it('opens Grafana at the dashboard Fleet, for looking at only', () => {
    const { environment = {}, volumes = [] } = services['grafana'] ?? {};
    const folder =
      volumes.find((volume) => volume.includes(':/etc/dm-swarm/dashboards:'))?.split(':')[0] ?? '';
    const home = environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH'] ?? '';
    const { uid } = JSON.parse(read(home.replace('/etc/dm-swarm/dashboards', folder))) as { uid: string };
    expect(uid).toBe('dm-swarm-fleet');
    expect(environment).toMatchObject({
      GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
      GF_AUTH_DISABLE_LOGIN_FORM: 'true',
    });
  });

  it('gives Grafana the interval of the scrapes, from which it makes that of its rates', () => {
    const { datasources } = parse(read('dashboards/grafana/provisioning/datasources/prometheus.yml')) as {
      datasources: readonly { jsonData: { timeInterval: string } }[];
    };
    const { global } = parse(read('dashboards/prometheus/prometheus.yml')) as {
      global: { scrape_interval: string };
    };
    expect(datasources[0]?.jsonData.timeInterval).toBe(global.scrape_interval);
  });

  it('holds no secret', () => {
    expect(services['swarm']?.environment?.['DM_SWARM_UI_TOKEN']).toBe('${DM_SWARM_UI_TOKEN:-}');
  });
});

describe('the Dockerfile', () => {
  const last = stages.at(-1)!;

  it('builds and runs on the same pinned Node, and says so', () => {
    expect(new Set(stages.map(({ base }) => base)).size).toBe(1);
    expect(last.base).toMatch(/^node:20\.\d+\.\d+-bookworm-slim$/);
    expect(pairsOf(last, 'LABEL')['org.opencontainers.image.base.name']).toBe(
      `docker.io/library/${last.base}`,
    );
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(pairsOf(last, 'ARG')['VERSION']).toBe(version);
    expect(services['server']?.image).toBe(`dm-swarm:\${DM_SWARM_VERSION:-${version}}`);
  });

  it('runs as a user with a number, not root', () => {
    expect(lastOf(last, 'USER')).toEqual(['1000:1000']);
  });
});

describe('the context of the image', () => {
  const keeps = dockerContext(read('.dockerignore'));

  it.each([
    'package.json',
    'package-lock.json',
    '.npmrc',
    'scripts/run.mjs',
    'sim/cli/main.ts',
    'sim/server/campaigns/mixed.yaml',
    'sim/web/page/page.html',
  ])('has %s', (file) => {
    expect(keeps(file)).toBe(true);
  });

  it.each([
    '.env',
    '.git/config',
    'node_modules/ws/package.json',
    'out/summary.json',
    'README.md',
    'scripts/generate.ts',
    'scripts/bench/kit.ts',
    'sim/cli/argv.test.ts',
    'sim/cli/testing/command.ts',
    'sim/cli/swarm.integration.test.ts',
    'dashboards/grafana/fleet.json',
  ])('has no %s', (file) => {
    expect(keeps(file)).toBe(false);
  });

  it('lets the last pattern that fits decide, for folders too', () => {
    const some = dockerContext('*\n!kept\nkept/**/secret*\n');
    expect(['kept/a/b', 'kept/secret.txt', 'kept/a/secret', 'other'].map(some)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
