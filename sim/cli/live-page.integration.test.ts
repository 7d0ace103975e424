/** The live page of whole swarms, seen by pages without a browser. */
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { DEVICE_STATES } from '../metrics/recorder.ts';
import { type TimelineSample } from '../metrics/timeline.ts';
import { FeedClient } from '../web/testing/feed-client.ts';
import { expectBalanced, expectLedgerAgrees } from './testing/books.ts';
import {
  readSummary,
  type RunningCommand,
  startCommand,
  swarmSummary,
  temporaryFolder,
} from './testing/command.ts';

const SMALL = ['--devices', '40', '--ramp', '500ms', '--think-time', '100ms'];

function startPlain(...argv: readonly string[]): RunningCommand {
  return startCommand('swarm', ...SMALL, '--metrics-port', '0', ...argv);
}

/** A swarm with its page on a free port. */
function startSwarm(...argv: readonly string[]): { run: RunningCommand; url: Promise<string> } {
  const run = startPlain('--ui-port', '0', ...argv);
  return { run, url: run.printed(/live page: (\S+)/).then((match) => match[1] ?? '') };
}

function iterationsOf(samples: readonly TimelineSample[]): number {
  return samples.reduce((sum, sample) => sum + sample.iterationsPerSecond * sample.seconds, 0);
}

describe('a page that watches a run', () => {
  test('ends up with the true states, with samples that sum up to the summary, and with the verdict', async () => {
    const out = temporaryFolder();
    const { run, url } = startSwarm('--sessions', '3', '--campaign', 'mixed', '--out', out, '--ui-linger');
    const client = await FeedClient.open(await url);
    expect(client.of('hello')[0]).toMatchObject({
      devicesPerCell: 1,
      steerable: false,
      run: { devices: 40, campaign: 'mixed', durationMs: 60_000, rampMs: 500 },
    });
    const { summary, samples, checks } = await client.finished();
    expectBalanced(summary);
    expectLedgerAgrees(summary);
    const finished = DEVICE_STATES.indexOf('finished');
    expect([...client.cells.states]).toEqual(Array(40).fill(finished));
    expect(samples.at(-1)).toMatchObject({ phase: 'ended', devices: { finished: 40 } });
    expect(Math.abs(iterationsOf(samples) - summary.totals.iterations)).toBeLessThan(0.5);
    // What came second by second is what the result has; its last sample holds the last moment as well.
    const told = client.samples.slice(0, -1);
    expect(told).toEqual(samples.slice(0, told.length));
    expect(checks.find(({ name }) => name === 'books')).toMatchObject({ state: 'passed' });

    await run.printed(/the report of the run stays at/);
    expect(readSummary(out)).toEqual(summary);
    const late = await FeedClient.open(await url);
    expect(await late.finished()).toEqual({ run: client.of('hello')[0]?.run, summary, samples, checks });
    expect([...late.cells.states]).toEqual([...client.cells.states]);
    run.process.kill('SIGINT');
    expect(await client.closed).toBe(1_000);
    expect((await run.finished).code).toBe(0);
  });

  test('has the right picture again when it comes back, and its going does nothing to the run', async () => {
    const { run, url } = startSwarm('--duration', '6s', '--campaign', 'inventory', '--json');
    const first = await FeedClient.open(await url);
    const steady = await FeedClient.open(await url);
    await first.until(() => first.samples.length >= 2);
    first.kill();
    await steady.until(() => steady.samples.length >= 4);
    const again = await FeedClient.open(await url);
    expect(again.samples).toEqual(steady.samples);
    await again.until(() => again.of('sample').length >= 1);
    await again.finished();
    await steady.finished();
    expect([...again.cells.states]).toEqual([...steady.cells.states]);
    expect(again.samples).toEqual(steady.samples);
    const { code, stdout, stderr } = await run.finished;
    expect(code).toBe(0);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    expect(stderr).toContain('live page: ');
  });

  test('that says nothing sensible gets answers, and the run goes on', async () => {
    const { run, url } = startSwarm('--duration', '3s', '--campaign', 'inventory');
    const client = await FeedClient.open(await url);
    client.sayText('garbage');
    client.sayText(Buffer.from([0xff, 0xfe]));
    client.sayText(JSON.stringify({ kind: 'follow', device: 40 }));
    client.sayText('x'.repeat(5_000));
    await client.until(() => client.of('refused').length === 4);
    const huge = await FeedClient.open(await url);
    huge.sayText('x'.repeat(1_000_000));
    expect(await huge.closed).toBe(1_009);
    await client.finished();
    expect((await run.finished).code).toBe(0);
  });
});

describe('a device that is followed', () => {
  test('shows steps 1 to 4 in their order with their bodies, and who it is', async () => {
    const { run, url } = startSwarm('--duration', '6s', '--campaign', 'everything', '--seed', '7');
    const client = await FeedClient.open(await url);
    client.say({ kind: 'inspect', device: 5 });
    client.say({ kind: 'follow', device: 5 });
    await client.until(() => client.steps.some(({ kind }) => kind === 'session_ended'));
    const from = client.steps.findIndex(({ kind }) => kind === 'session_started');
    const session = client.steps.slice(
      from,
      client.steps.findIndex(({ kind }) => kind === 'session_ended') + 1,
    );
    const kinds = session.map(({ kind }) => kind);
    expect(kinds.slice(0, 4)).toEqual([
      'session_started',
      'package_sent',
      'package_answered',
      'command_started',
    ]);
    expect(client.lost).toBe(0);
    const sent = session.flatMap((step) => (step.kind === 'package_sent' ? [step] : []));
    const answered = session.flatMap((step) => (step.kind === 'package_answered' ? [step] : []));
    expect(sent.map((step) => step.package)).toEqual([1, ...Array<number>(sent.length - 1).fill(3)]);
    expect(answered).toHaveLength(sent.length);
    for (const { body } of sent) expect(() => JSON.parse(body) as unknown).not.toThrow();
    for (const { body } of answered) expect(Object.keys(JSON.parse(body) as object)).toContain('CMD');
    expect(JSON.parse(sent[1]?.body ?? '') as object).toHaveProperty('Status');
    // Commands one by one: none begins before the one before has ended.
    const commands = kinds.filter((kind) => kind === 'command_started' || kind === 'command_ended');
    expect(commands.length).toBeGreaterThan(10);
    commands.forEach((kind, i) => expect(kind).toBe(i % 2 === 0 ? 'command_started' : 'command_ended'));
    expect(kinds).toContain('transfer');
    const times = session.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));

    await client.until(() => client.of('device').some(({ device }) => device.lastSession !== undefined));
    const devices = client.of('device').map(({ device }) => device);
    expect(devices.at(-1)).toMatchObject({ device: 5, lastSession: { outcome: 'completed' } });
    expect(new Set(devices.map(({ devId }) => devId)).size).toBe(1);
    expect(devices.some(({ command }) => command !== undefined)).toBe(true);
    await client.finished();
    expect((await run.finished).code).toBe(0);
  });

  test('does and counts the same as one that is not', async () => {
    const argv = ['--sessions', '1', '--campaign', 'everything', '--seed', '7', '--workers', '2'];
    const out = temporaryFolder();
    const { run, url } = startSwarm(...argv, '--out', out);
    const address = await url;
    const client = await FeedClient.open(address);
    const others = await Promise.all([0, 1, 2].map(() => FeedClient.open(address)));
    client.say({ kind: 'follow', device: 20 });
    others.forEach((other, i) => other.say({ kind: 'follow', device: [0, 20, 39][i] ?? 0 }));
    await client.finished();
    expect((await run.finished).code).toBe(0);
    expect(client.steps.length).toBeGreaterThan(20);
    expect(others[1]?.steps.length).toBeGreaterThan(20);
    const alone = await swarmSummary(...SMALL, '--ui', 'off', ...argv);
    const followed = readSummary(out);
    expect(followed.fleet).toEqual(alone.summary.fleet);
    expect(followed.totals).toEqual(alone.summary.totals);
  });

  test('goes on to be followed when its worker has died, and its session is told to have ended', async () => {
    const { run, url } = startSwarm(
      ...[
        '--duration',
        '8s',
        '--drain',
        '2s',
        '--campaign',
        'everything',
        '--workers',
        '1',
        '--drill',
        'crash-worker=3s',
      ],
    );
    const client = await FeedClient.open(await url);
    client.say({ kind: 'follow', device: 11 });
    await run.printed(/worker 0 died/);
    const before = client.steps.length;
    await client.until(() =>
      client.steps.slice(before).some((step) => step.kind === 'session_started' && step.joined !== true),
    );
    await client.finished();
    const boundaries = client.steps
      .map(({ kind }) => kind)
      .filter((kind) => kind === 'session_started' || kind === 'session_ended');
    boundaries.forEach((kind, i) => expect(kind).toBe(i % 2 === 0 ? 'session_started' : 'session_ended'));
    expect((await run.finished).code).toBe(0);
  });
});

describe('the page of a run', () => {
  test.each([
    ['usually', []],
    ['also when it is to be quiet', ['--quiet']],
    ['also beside JSON', ['--json', '--quiet']],
  ] as const)('takes a free port when its own is taken, and says so, %s', async (_, words) => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as AddressInfo;
    const run = startPlain(...words, '--ui-port', String(port), '--sessions', '1', '--campaign', 'inventory');
    const [, taken] = await run.printed(/live page: http:\/\/127\.0\.0\.1:\d+\/ \(port (\d+) is taken\)/);
    expect(taken).toBe(String(port));
    expect((await run.finished).code).toBe(0);
    await new Promise((resolve) => blocker.close(resolve));
  });

  test('never makes it fail', async () => {
    const { code, stderr } = await startPlain(
      ...['--sessions', '1', '--campaign', 'inventory'],
      ...['--ui-host', '192.0.2.1', '--ui-token', 'a-token-of-enough-characters'],
    ).finished;
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning: no live page: ui-host, ui-port: .*; the run goes on without it/);
    expect(stderr).not.toContain('a-token-of-enough-characters');
  });

  test('is not there with --ui off', async () => {
    const { code, stdout } = await startPlain(
      ...['--sessions', '1', '--campaign', 'inventory', '--ui', 'off'],
    ).finished;
    expect(code).toBe(0);
    expect(stdout).not.toContain('live page');
  });

  test('outside loopback without a token is bad usage', async () => {
    const { code, stderr } = await startPlain('--ui-host', '0.0.0.0').finished;
    expect(code).toBe(2);
    expect(stderr).toContain('--ui-token');
  });
});
