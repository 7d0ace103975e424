/** The compose file's health check of the swarm, run as it stands against a real metrics port. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { startMetricsServer } from '../sim/metrics/metrics-server.ts';
import { pageOf } from '../sim/metrics/testing/page-fixture.ts';
import { slabFixture } from '../sim/metrics/testing/slab-fixture.ts';
import { type Service } from './testing/compose.ts';
import { ended } from './testing/confinement.ts';

const COMPOSE_FILE = fileURLToPath(new URL('../docker-compose.yml', import.meta.url));

/** The words of the check behind `CMD`, asking another port; no variable is in them. */
function checkOfSwarm(port: number): readonly string[] {
  const file = parse(readFileSync(COMPOSE_FILE, 'utf8'), { merge: true }) as {
    services: Readonly<Record<string, Service>>;
  };
  const [kind, ...argv] = file.services['swarm']?.healthcheck?.test ?? [];
  expect(kind).toBe('CMD');
  return argv.map((word) => word.replace(':9464/', `:${port}/`));
}

it('the compose health check does not end the linger: only a scrape does', async () => {
  const page = pageOf([slabFixture().slab]);
  const started = await startMetricsServer({ host: '127.0.0.1', port: 0, page });
  if (!started.ok) throw new Error(started.fault.expected);
  const server = started.value;
  try {
    let scraped: boolean | undefined;
    const lingering = server.lingerForScrape(60_000).then((whole) => (scraped = whole));
    const [program = '', ...argv] = checkOfSwarm(server.port);
    expect(await ended(spawn(program, argv), 30_000)).toEqual({ code: 0, output: '' });
    expect(scraped).toBeUndefined();
    await (await fetch(server.url)).text();
    expect(await lingering).toBe(true);
  } finally {
    await server.close();
  }
});

it('the compose health check fails when nobody answers', async () => {
  const [program = '', ...argv] = checkOfSwarm(1);
  expect((await ended(spawn(program, argv), 30_000)).code).not.toBe(0);
});
