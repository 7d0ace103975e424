import { expect, test } from 'vitest';
import { PollingLoad } from '../fleet/load/polling.ts';
import { expectBalanced, expectLedgerAgrees } from './testing/books.ts';
import { swarm, swarmSummary } from './testing/command.ts';

const DEVICES = 60;
const RUN_MS = 6_000;

/** Everything that the devices' timetables have in a run. */
function dueInRun(seed: number, periodMs: number, jitter: number): number {
  const load = new PollingLoad({ periodMs, jitter }, seed);
  let due = 0;
  for (let device = 0; device < DEVICES; device++)
    for (let at = load.firstMs(device); at < RUN_MS; at = load.nextMs(device, at)) due++;
  return due;
}

test('whatever is due by a timetable is started or dropped, for any number of workers, and books balance', async () => {
  const due = dueInRun(7, 1_000, 0.2);
  for (const workers of ['1', '3']) {
    const { summary, run } = await swarmSummary(
      ...['--devices', String(DEVICES), '--seed', '7', '--workers', workers, '--duration', `${RUN_MS}ms`],
      ...['--every', '1s', '--jitter', '20%', '--latency', 'all=0ms', '--ui', 'off'],
    );
    expect(run.code).toBe(0);
    expectBalanced(summary);
    expectLedgerAgrees(summary);
    expect(run.stdout).not.toContain('DO NOT BALANCE');
    const { latencyMs, totals, generator, simulatedDelayMs } = summary;
    expect(latencyMs.startLag.count + totals.droppedSessions).toBe(due);
    expect(latencyMs.startLag.count).toBeGreaterThan(DEVICES);
    expect(generator.startLagP99Ms).toBe(latencyMs.startLag.p99);
    expect(simulatedDelayMs['think']).toBe(0);
    expect(run.stdout).toContain('start lag p99');
  }
});

test('a server that answers slowly does not slow the timetable: what it keeps devices from is told as dropped', async () => {
  const { summary, run } = await swarmSummary(
    ...['--devices', '20', '--every', '500ms', '--jitter', '0%', '--duration', '4s', '--ui', 'off'],
    ...['--service-time', '700ms', '--campaign', 'inventory', '--latency', 'all=0ms'],
  );
  const { totals, latencyMs } = summary;
  expect(latencyMs.startLag.count + totals.droppedSessions).toBe(160);
  expect(totals.droppedSessions).toBeGreaterThan(80);
  expect(run.stdout).toMatch(/^dropped +\d+ that were due/m);
});

test('think time or a ramp beside a timetable is refused before anything starts', async () => {
  const run = await swarm('--every', '8m', '--think-time', '5s');
  expect(run.code).toBe(2);
  expect(run.stderr).toContain('--think-time: found together with --every, expected one of them');
});
