/** Whole swarms as their users run them: processes, threads, sockets, a real clock. */
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_NAMES } from '../protocol/command.ts';
import { expectBalanced, expectLedgerAgrees } from './testing/books.ts';
import { childrenOf } from './testing/processes.ts';
import {
  readSummary,
  startCommand,
  startCommandWith,
  swarm,
  swarmSummary,
  temporaryFolder,
} from './testing/command.ts';

const SMALL = ['--devices', '40', '--ramp', '500ms', '--think-time', '100ms'];

describe('a run without faults', () => {
  test('has the same totals and the same digest for any number of workers, and agrees with the ledger', async () => {
    const argv = [
      '--devices',
      '60',
      '--sessions',
      '2',
      '--campaign',
      'everything',
      '--seed',
      '7',
      '--ramp',
      '1s',
      '--think-time',
      '100ms',
    ];
    const one = await swarmSummary(...argv, '--workers', '1');
    const three = await swarmSummary(...argv, '--workers', '3');
    for (const { summary, run } of [one, three]) {
      expect(run.code).toBe(0);
      expectBalanced(summary);
      expectLedgerAgrees(summary);
      expect(Object.keys(summary.totals.commands).sort()).toEqual([...COMMAND_NAMES].sort());
      expect(summary.ledger.sessions?.started).toBe(summary.totals.sessions.started);
    }
    expect(three.summary.run.workers).toBe(3);
    expect(one.summary.fleet).toEqual(three.summary.fleet);
    expect(one.summary.totals).toEqual(three.summary.totals);
    const other = await swarmSummary(...argv.map((word) => (word === '7' ? '8' : word)), '--workers', '1');
    expect(other.summary.fleet.digest).not.toBe(one.summary.fleet.digest);
  });

  test.each(['inventory', 'configuration', 'firmware', 'consent', 'mixed'])(
    'of campaign %s agrees with the ledger',
    async (campaign) => {
      const { summary, run } = await swarmSummary(...SMALL, '--sessions', '2', '--campaign', campaign);
      expect(run.code).toBe(0);
      expectBalanced(summary);
      expectLedgerAgrees(summary);
      expect(summary.totals.sessions.completed).toBeGreaterThanOrEqual(80);
    },
  );

  test('with launched UI Sessions executes and answers the same as one that waits for them', async () => {
    const argv = [
      '--devices',
      '20',
      '--sessions',
      '1',
      '--campaign',
      'everything',
      '--seed',
      '3',
      '--ramp',
      '200ms',
    ];
    const waiting = await swarmSummary(...argv);
    const launching = await swarmSummary(...argv, '--show-mode', 'launch');
    expectBalanced(launching.summary);
    expect(launching.summary.fleet).toEqual(waiting.summary.fleet);
    expect(launching.summary.totals.uiSessions).toEqual(waiting.summary.totals.uiSessions);
    expect(launching.run.stdout).toContain("the server's ledger agrees");
    expect(launching.summary.latencyMs.commands['SHOW']?.p50).toBeLessThan(
      waiting.summary.latencyMs.commands['SHOW']?.p50 ?? 0,
    );
  });

  test.each(['own', 'shared'])('can be started by the server over push channels (%s)', async (channel) => {
    const { summary } = await swarmSummary(
      ...SMALL,
      '--sessions',
      '2',
      '--campaign',
      'inventory',
      '--push',
      '50%',
      '--push-channel',
      channel,
    );
    expectBalanced(summary);
    expectLedgerAgrees(summary);
    expect(summary.totals.sessions.completed).toBe(80);
    expect(summary.totals.notifications['accepted']).toBe(40);
  });
});

describe('the output', () => {
  test('is the summary alone on stdout with --json', async () => {
    const { code, stdout, stderr } = await swarm(
      ...SMALL,
      '--sessions',
      '1',
      '--campaign',
      'inventory',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      tool: 'dm-swarm',
      totals: { sessions: { completed: 40 } },
    });
    expect(stderr).toContain('Books       balance');
  });

  test('is nothing at all with --quiet', async () => {
    const { code, stdout, stderr } = await swarm(...SMALL, '--sessions', '1', '--quiet');
    expect([code, stdout, stderr]).toEqual([0, '', '']);
  });

  test('traces one session step by step', async () => {
    const { code, stdout } = await swarm('--devices', '1', '--trace', '--campaign', 'inventory');
    expect(code).toBe(0);
    const steps = [
      '→ Package#1',
      '← 200',
      'GET urn:oma:mo:oma-dm-devinfo:1.2//',
      'GET → 200',
      '→ Package#3',
      'END → 200',
      'completed: completed',
    ];
    let at = -1;
    for (const step of steps) {
      const next = stdout.indexOf(step, at + 1);
      expect(next, step).toBeGreaterThan(at);
      at = next;
    }
  });

  test('traces the work of an asynchronous EXEC too, and says which device each step is of', async () => {
    const { code, stdout } = await swarm(
      '--devices',
      '2',
      '--trace',
      '--campaign',
      'firmware',
      '--ramp',
      '0',
    );
    expect(code).toBe(0);
    for (const device of ['#0', '#1'])
      expect(stdout).toMatch(
        new RegExp(`^${device} .*GET http://\\S+/firmware/\\S+ → 200, 65536 bytes`, 'm'),
      );
    expect(stdout).toContain('worked ');
  });
});

describe('bad usage', () => {
  test.each([
    [['--devices', '0'], '--devices: expected a whole number from 1 to 10000000, found "0"'],
    [['--bogus'], '--bogus: there is no such flag'],
    [['--campaign', 'nope'], '--campaign: expected one of inventory,'],
    [['--profile', 'nope'], '--profile: expected one of smartphone,'],
    [['--network', 'nope'], '--network: expected one of lan,'],
    [['--latency', 'HGET=foo'], '--latency HGET: expected a distribution'],
    [['--server', 'ftp://127.0.0.1/'], '--server: expected an absolute http:// or https:// URL'],
    [['--server', 'http://192.0.2.1/dm'], '--server: 192.0.2.1 is not on loopback'],
    [['--server', 'http://127.0.0.1:1/', '--campaign', 'mixed'], '--campaign: found together with --server'],
    [['--config', '/nowhere.yaml'], '--config: cannot read /nowhere.yaml'],
    [['--out', '/dev/null/x'], '--out: cannot write to the folder'],
  ])('%j ends with 2 and one line that says what is wrong', async (argv, message) => {
    const { code, stdout, stderr } = await swarm(...argv);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n').length).toBe(1);
  });
});

describe('a run in trouble', () => {
  test('whose summary cannot be written keeps the one of an earlier run, and ends with 1', async () => {
    const out = temporaryFolder();
    const earlier = join(out, 'summary.json');
    writeFileSync(earlier, '{"kept": true}');
    // A folder where the draft belongs cannot be replaced by it: what a full disk does, without filling one.
    const run = startCommand(
      'swarm',
      ...SMALL,
      '--sessions',
      '1',
      '--metrics-port',
      '0',
      '--out',
      out,
      '--quiet',
    );
    mkdirSync(join(out, `summary.json.${run.process.pid ?? 0}`));
    const { code, stderr } = await run.finished;
    expect(code).toBe(1);
    expect(stderr).toContain(`cannot write ${earlier}`);
    expect(stderr).toMatch(/Sessions +4\d started/);
    expect(readFileSync(earlier, 'utf8')).toBe('{"kept": true}');
  });

  test('whose summary cannot be written to stdout says so and ends with 1', async () => {
    const full = openSync('/dev/full', 'w');
    const { code, stderr } = await startCommandWith(
      full,
      'swarm',
      ...SMALL,
      '--sessions',
      '1',
      '--json',
      '--metrics-port',
      '0',
    ).finished;
    expect(code).toBe(1);
    expect(stderr).toContain('cannot write the summary to stdout');
  });

  test('is not kept waiting for a scrape by Ctrl-C', async () => {
    const run = startCommand(
      'swarm',
      ...SMALL,
      '--sessions',
      '1',
      '--metrics-port',
      '0',
      '--metrics-linger',
      '1h',
    );
    await run.printed(/waiting for one more scrape/);
    run.process.kill('SIGINT');
    expect((await run.finished).code).toBe(130);
  });

  test('ends with 3 and the reason when nobody listens', async () => {
    const { code, stderr } = await swarm(
      '--server',
      'http://127.0.0.1:9/dm',
      '--devices',
      '3',
      '--duration',
      '1s',
    );
    expect(code).toBe(3);
    expect(stderr).toContain('not reachable: no device got a single response byte: connect_refused (');
  });

  test('goes on and counts what fails when its server is killed', async () => {
    const out = temporaryFolder();
    const run = startCommand(
      'swarm',
      ...SMALL,
      '--duration',
      '6s',
      '--metrics-port',
      '0',
      '--out',
      out,
      '--json',
    );
    const [, url = ''] = await run.printed(/→ (http:\S+)\/dm/);
    // The ledger names sessions: the load is there.
    await expect
      .poll(
        async () =>
          ((await (await fetch(`${url}/ledger`)).json()) as { sessions: { completed: number } }).sessions
            .completed,
        { timeout: 5_000 },
      )
      .toBeGreaterThan(20);
    const [server] = childrenOf(run.process.pid ?? 0);
    process.kill(server ?? 0, 'SIGKILL');
    const { code, stderr } = await run.finished;
    expect(code).toBe(0);
    expect(stderr).toContain('the reference server ended in mid-run (SIGKILL)');
    const summary = readSummary(out);
    expectBalanced(summary);
    expect(summary.totals.sessions.aborted).toBeGreaterThan(0);
    expect(summary.totals.endings['connect_refused']).toBeGreaterThan(0);
  });

  test('replaces a worker that dies; nothing is lost, its devices go on', async () => {
    const { summary, run } = await swarmSummary(
      ...SMALL,
      '--workers',
      '2',
      '--duration',
      '5s',
      '--drill',
      'crash-worker=2s',
    );
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('worker 0 died (rehearsed crash)');
    expectBalanced(summary);
    expect(run.stdout).toContain('Books       balance');
    expect(summary.totals.sessions.completed).toBeGreaterThan(100);
    const cut = summary.totals.endings['worker_died'] ?? 0;
    expect(summary.totals.sessions.aborted).toBe(cut);
  });

  test('drains and tells its summary on the first signal', async () => {
    const out = temporaryFolder();
    const run = startCommand('swarm', ...SMALL, '--duration', '1h', '--metrics-port', '0', '--out', out);
    await run.printed(/→ http/);
    await run.printed(/iterations\/s/);
    run.process.kill('SIGINT');
    const { code, stdout } = await run.finished;
    expect(code).toBe(130);
    expect(stdout).toContain('Sessions');
    const summary = readSummary(out);
    expectBalanced(summary);
    expectLedgerAgrees(summary);
    expect(summary.totals.sessions.completed).toBeGreaterThan(0);
  });

  test('leaves at once on the second', async () => {
    // A service time longer than the drain keeps sessions from ending by themselves.
    const run = startCommand(
      'swarm',
      ...SMALL,
      '--duration',
      '1h',
      '--drain',
      '1h',
      '--metrics-port',
      '0',
      '--service-time',
      '10m',
    );
    await run.printed(/→ http/);
    run.process.kill('SIGINT');
    await run.printed(/stopping/);
    const askedAt = performance.now();
    run.process.kill('SIGINT');
    const { code } = await run.finished;
    expect(code).toBe(130);
    expect(performance.now() - askedAt).toBeLessThan(10_000);
  });
});
