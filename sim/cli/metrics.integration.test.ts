/** The metrics page of a whole run, and the ways into the swarm that stand on its port. */
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { readExposition } from '../metrics/testing/exposition.ts';
import { readSummary, startCommand, swarmSummary, temporaryFolder } from './testing/command.ts';
import { VERSION } from './version.ts';

const SMALL = ['--devices', '30', '--ramp', '300ms', '--think-time', '100ms', '--campaign', 'everything'];

/** The series of a page by their names without the label `run`, which has to be that of this run. */
async function scrape(url: string, run: string): Promise<ReadonlyMap<string, number>> {
  const page = await (await fetch(url)).text();
  return new Map(
    [...readExposition(page).values()].flatMap(({ samples }) =>
      [...samples].map(([series, value]): [string, number] => {
        expect(series).toContain(`run="${run}"}`);
        return [series.replace(`run="${run}"`, '').replace(',}', '}').replace('{}', ''), value];
      }),
    ),
  );
}

describe('the metrics page', () => {
  test('lingers for one more scrape, whose counters are the summary', async () => {
    const out = temporaryFolder();
    const run = startCommand(
      'swarm',
      ...SMALL,
      '--sessions',
      '1',
      '--metrics-port',
      '0',
      '--metrics-linger',
      '30s',
      '--run',
      'nightly-7',
      '--out',
      out,
    );
    const [, url = ''] = await run.printed(/waiting for one more scrape of (\S+),/);
    const samples = await scrape(url, 'nightly-7');
    expect((await run.finished).code).toBe(0);
    const { run: facts, totals, valid, generator } = readSummary(out);
    expect(facts.name).toBe('nightly-7');
    expect(samples.get('omadm_iterations_total')).toBe(totals.iterations);
    expect(samples.get('omadm_sessions_ended_total{outcome="completed",reason="completed"}')).toBe(
      totals.sessions.completed,
    );
    for (const [command, outcomes] of Object.entries(totals.commands))
      for (const [status, count] of Object.entries(outcomes))
        expect(
          samples.get(`omadm_commands_total{command="${command}",status="${status}"}`),
          `${command} ${status}`,
        ).toBe(count);
    for (const [outcome, count] of Object.entries(totals.uiSessions))
      expect(samples.get(`omadm_ui_sessions_total{outcome="${outcome}"}`), outcome).toBe(count);
    expect(samples.get('omadm_devices{state="finished"}')).toBe(30);
    const labels = `version="${VERSION}",seed="1",devices="30",workers="${facts.workers}",campaign="everything"`;
    expect(samples.get(`omadm_run_info{${labels}}`)).toBe(1);
    expect(samples.get('omadm_run_phase{phase="ended"}')).toBe(1);
    const lasted =
      (samples.get('omadm_run_end_timestamp_seconds') ?? 0) -
      (samples.get('omadm_run_start_timestamp_seconds') ?? 0);
    expect(Math.abs(lasted - facts.durationMs / 1_000)).toBeLessThan(0.1);
    expect(samples.get('omadm_generator_valid')).toBe(valid ? 1 : 0);
    expect(samples.get('omadm_generator_connections{shard="0",kind="http"}')).toBe(0);
    expect(samples.get('omadm_generator_cpu_seconds_total{process="main"}')).toBeGreaterThan(0);
    expect(samples.get('omadm_generator_resident_memory_bytes{process="main"}')).toBeLessThanOrEqual(
      generator.peakRssBytes * 1.5,
    );
  });

  test('is warned of and done without when its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const run = startCommand('swarm', ...SMALL, '--sessions', '1', '--metrics-port', String(port));
    const { code, stderr } = await run.finished;
    other.close();
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning: no metrics page: .*a free port/);
  });

  test('takes notifications for devices at /notify/<DevID>', async () => {
    const run = startCommand(
      'swarm',
      '--devices',
      '1',
      '--push',
      '100%',
      '--profile',
      'vehicle',
      '--duration',
      '1h',
      '--think-time',
      '1h',
      '--campaign',
      'inventory',
      '--metrics-port',
      '0',
      '--json',
    );
    const [, base = ''] = await run.printed(/metrics: (\S+)\/metrics/);
    const [, url = ''] = await run.printed(/→ (http:\S+)\/dm/);
    // The server's own first notification has been served: the device sleeps from now on.
    await expect
      .poll(
        async () =>
          ((await (await fetch(`${url}/ledger`)).json()) as { sessions: { completed: number } }).sessions
            .completed,
        { timeout: 20_000 },
      )
      .toBe(1);
    const stored = await (await fetch(`${url}/ledger`)).json();
    expect(stored).toMatchObject({ packages: { '0': 1, '1': 1 } });
    const [devId = ''] = await devIds('vehicle');
    const notify = (body: object, name = devId): Promise<Response> =>
      fetch(`${base}/notify/${encodeURIComponent(name)}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ 'SERVER-ID': 'dms', 'PREFERRED-CON-TYPE': 0, ...body }),
      });
    expect((await notify({}, 'nobody')).status).toBe(404);
    expect(await (await notify({ 'NOTIFICATION-ID': 900 })).json()).toEqual({ result: 'accepted' });
    expect(await (await notify({ 'NOTIFICATION-ID': 900 })).json()).toEqual({ result: 'duplicate' });
    expect(await (await notify({ 'NOTIFICATION-ID': 901, TIMESTAMP: 1_000_000_000 })).json()).toEqual({
      result: 'replayed',
    });
    expect(await (await notify({ 'NOTIFICATION-ID': 902, 'SHA256-DIGEST': '00'.repeat(32) })).json()).toEqual(
      { result: 'wrong_digest' },
    );
    expect(await (await notify({ 'SERVER-ID': 'other' })).json()).toEqual({ result: 'unknown_server' });
    expect(await (await notify({ 'PREFERRED-CON-TYPE': 'x' })).json()).toEqual({ result: 'malformed' });
    run.process.kill('SIGINT');
    const { stdout } = await run.finished;
    expect(JSON.parse(stdout)).toMatchObject({
      totals: {
        notifications: {
          accepted: 2,
          duplicate: 1,
          replayed: 1,
          wrong_digest: 1,
          unknown_server: 1,
          malformed: 1,
        },
        packages: { '0': 7, '1': 2 },
      },
    });
  });
});

/** The first devices' names: read from the repository's paths in a trace, as any user could. */
async function devIds(profile: string): Promise<readonly string[]> {
  const run = startCommand(
    'swarm',
    '--devices',
    '1',
    '--trace',
    '--profile',
    profile,
    '--campaign',
    'inventory',
    '--metrics-port',
    '0',
  );
  const { stdout } = await run.finished;
  return [...stdout.matchAll(/OMADM-DevID: (\S+)/g)].map(([, devId = '']) => devId);
}

test('latency figures of a run stand on as many values as were counted', async () => {
  const { summary } = await swarmSummary(...SMALL, '--sessions', '1');
  const { totals, latencyMs } = summary;
  expect(latencyMs.serverTurnaround.count).toBe(totals.packages['2']);
  expect(latencyMs.iterationDevice.count).toBe(totals.iterations);
  expect(latencyMs.session.count).toBe(totals.sessions.started);
});
