/**
 * The containers as far as they can be run without Docker: the Dockerfile's steps in scratch folders, then the compose
 * file's services as they stand – read-only, as the image's user, as process 1, in a network of their own.
 */
import { type ChildProcess, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectBalanced, expectLedgerAgrees } from '../sim/cli/testing/books.ts';
import { childrenOf } from '../sim/cli/testing/processes.ts';
import { type Ledger, type Summary } from '../sim/report/summary-schema.ts';
import { readCompose, type Service } from './testing/compose.ts';
import {
  type Confined,
  type Ended,
  ended,
  prepareRoot,
  startConfined,
  startNetwork,
  whyNotConfined,
} from './testing/confinement.ts';
import { buildImage, type Image } from './testing/image.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const LONGEST_MS = 90_000;
const READY_MS = 60_000;
/** What somebody would set in the environment or in .env. */
const VARIABLES = {
  DM_SWARM_DEVICES: '40',
  DM_SWARM_DURATION: '10m',
  DM_SWARM_THINK_TIME: 'exp(mean=500ms)',
  DM_SWARM_CAMPAIGN: 'everything',
} as const;

const installed = (program: string): boolean =>
  (process.env['PATH'] ?? '')
    .split(':')
    .some((folder) => spawnSync('test', ['-x', join(folder, program)]).status === 0);
const missing = ['docker-compose', 'tini', 'prometheus', 'wget', 'ip'].filter(
  (program) => !installed(program),
);
// Where every tool is to be had, a missing one is a failure and no reason to look away.
const required = (process.env['CI'] ?? '') !== '';
const notInstalled = missing.length === 0 ? '' : ` (not installed: ${missing.join(', ')})`;
const notPermitted = whyNotConfined();
const why = notPermitted === undefined ? notInstalled : ` (${notPermitted})`;
const skipped = notPermitted !== undefined || (missing.length > 0 && !required);

describe('docker-compose', () => {
  it.skipIf(!installed('docker-compose') && !required)(
    `takes the compose file in every profile, with every variable at its default${installed('docker-compose') ? '' : ' (not installed)'}`,
    () => {
      const services = readCompose(PROJECT, {}, ['redis']);
      const usual = Object.keys(services).filter((name) => services[name]?.profiles === undefined);
      expect(usual.sort()).toEqual(['grafana', 'prometheus', 'server', 'swarm']);
      expect(services['redis']?.profiles).toEqual(['redis']);
    },
  );
});

describe('a container', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'dm-swarm-image-'));
  const children: ChildProcess[] = [];
  let image: Image;
  let services: Readonly<Record<string, Service>>;
  let network: ChildProcess;

  beforeAll(async () => {
    if (skipped) return;
    services = readCompose(PROJECT, VARIABLES);
    network = await startNetwork();
    children.push(network);
    image = await buildImage({ project: PROJECT, scratch, hosts: Object.keys(services) });
  }, 240_000);

  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(scratch, { recursive: true, force: true });
  });

  /** Starts the image with words behind its name, as `docker run` does. */
  function start(
    argv: readonly string[],
    more: Partial<Confined> = {},
  ): { child: ChildProcess; end: Promise<Ended> } {
    const { root, user, workdir, environment, entrypoint, command } = image;
    return launch({
      ...{ root, user, workdir, environment, volumes: {}, readOnly: true, network: network.pid ?? 0 },
      ...more,
      argv: [...entrypoint, ...(argv.length === 0 ? command : argv)],
    });
  }

  function launch(what: Confined): { child: ChildProcess; end: Promise<Ended> } {
    const child = startConfined(what);
    children.push(child);
    const end = ended(child, LONGEST_MS);
    // Whoever waits for it hears of it; nobody has to.
    end.catch(() => undefined);
    return { child, end };
  }

  /** Runs a program beside a container; its output when it succeeds, else `undefined`. */
  async function ask(argv: readonly string[]): Promise<string | undefined> {
    const { root, user, environment } = image;
    const { code, output } = await launch({
      ...{
        root,
        user,
        environment,
        argv,
        volumes: {},
        readOnly: true,
        workdir: '/',
        network: network.pid ?? 0,
      },
    }).end;
    return code === 0 ? output : undefined;
  }

  const fetched = (url: string): Promise<string | undefined> =>
    ask([
      'node',
      '--eval',
      `fetch(${JSON.stringify(url)}).then(async (r) => process.stdout.write(await r.text()))`,
    ]);

  /** Asks again until the answer is good enough; each question takes a while by itself. */
  async function until<T>(question: () => Promise<T>, enough: (answer: T) => boolean): Promise<T> {
    const giveUpAt = Date.now() + READY_MS;
    for (;;) {
      const answer = await question();
      if (enough(answer)) return answer;
      if (Date.now() > giveUpAt)
        throw new Error(`not within ${READY_MS} ms; the last answer was ${String(answer)}`);
    }
  }

  const healthy = (service: Service | undefined): Promise<string | undefined> => {
    const [kind, ...argv] = service?.healthcheck.test ?? [];
    expect(kind).toBe('CMD');
    return until(
      () => ask(argv),
      (answer) => answer !== undefined,
    );
  };

  /** Process 1 of the container, once it has started the command and can take signals for it. */
  async function processOne(child: ChildProcess): Promise<number> {
    const found = await until(
      () => new Promise<number | undefined>((resolve) => setImmediate(() => resolve(initOf(child)))),
      (pid) => pid !== undefined,
    );
    return found ?? 0;
  }

  it.skipIf(skipped)(`prints the swarm's options when it is started without words${why}`, async () => {
    const { code, output } = await start([]).end;
    expect(output).toContain('--devices N');
    expect(code).toBe(0);
  });

  it.skipIf(skipped)(`takes options alone as the swarm's, with a server of its own${why}`, async () => {
    const { code, output } = await start(['--devices', '20', '--sessions', '1', '--think-time', '100ms']).end;
    expect(output).toContain("Books       balance, and the server's ledger agrees");
    expect(code).toBe(0);
  });

  it.skipIf(skipped)(`heeds a SIGTERM that comes before Node listens for one${why}`, async () => {
    const { child, end } = start(['server', '--port', '0']);
    process.kill(await processOne(child), 'SIGTERM');
    // 143 when it came that early, 0 when the server was faster.
    expect([0, 143]).toContain((await end).code);
  });

  it.skipIf(skipped)(
    `each service of the compose file starts by its own command in the order of its conditions, is healthy by its own check, and ends in order${why}`,
    async () => {
      const results = join(scratch, 'results');
      mkdirSync(results);
      chownSync(results, ...(image.user.split(':').map(Number) as [number, number]));

      const server = start(services['server']?.command ?? []);
      await healthy(services['server']);

      const prometheus = launch({
        root: otherRoot('prometheus'),
        argv: ['prometheus', ...(services['prometheus']?.command ?? [])],
        ...{ readOnly: false, user: '65534:65534', workdir: '/', environment: {}, network: network.pid ?? 0 },
        volumes: volumesOf('prometheus', '65534'),
      });
      await healthy(services['prometheus']);

      const swarm = start(services['swarm']?.command ?? [], { volumes: { '/data': results } });
      await healthy(services['swarm']);
      const seen = await until(
        () =>
          fetched(
            'http://prometheus:9090/api/v1/query?query=sum(omadm_ui_sessions_total%7Boutcome=%22done%22%7D)',
          ),
        (answer) => valueOf(answer) > 0,
      );
      expect(valueOf(seen)).toBeGreaterThan(0);

      const graceMs = Number.parseInt(services['swarm']?.stop_grace_period ?? '', 10) * 1_000;
      const stoppedAt = Date.now();
      process.kill(await processOne(swarm.child), 'SIGTERM');
      const { code, output } = await swarm.end;
      expect(Date.now() - stoppedAt).toBeLessThan(graceMs);
      expect(code).toBe(130);
      expect(output).toContain('stopping: no new sessions');
      expect(output).toContain('Books       balance');

      const summary = JSON.parse(readFileSync(join(results, 'summary.json'), 'utf8')) as Summary;
      const ledger = JSON.parse((await fetched('http://server:8080/ledger')) ?? '') as Ledger;
      expect(summary.run.target).toBe('http://server:8080/dm');
      expect(summary.run.devices).toBe(Number(VARIABLES.DM_SWARM_DEVICES));
      expectBalanced(summary);
      expectLedgerAgrees({ ...summary, ledger });
      // Devices reached the repository and the pages by the name that --public-url gives them.
      expect(summary.totals.repository.GET.count).toBeGreaterThan(0);
      expect(summary.totals.uiSessions.done).toBeGreaterThan(0);

      process.kill(await processOne(server.child), 'SIGTERM');
      expect((await server.end).code).toBe(0);
      prometheus.child.kill('SIGKILL');
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

/** The image's init, below the processes that confine it; `undefined` as long as it has no child of its own. */
function initOf({ pid = 0 }: ChildProcess): number | undefined {
  return childrenOf(pid).find((child) => nameOf(child) === 'tini' && childrenOf(child).length > 0);
}

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}

/** The first value in Prometheus' answer to an instant query; 0 when there is none. */
function valueOf(answer: string | undefined): number {
  if (answer === undefined) return 0;
  const { data } = JSON.parse(answer) as {
    data: { result: readonly { value: readonly [number, string] }[] };
  };
  return Number(data.result[0]?.value[1] ?? 0);
}
