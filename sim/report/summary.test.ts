import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildSummary, summarySchema } from './summary.ts';
import { SUMMARY_FORM } from './summary-schema.ts';
import { ledgerOf, madeUpRun, partsOf, recordSessions } from './testing/made-up-run.ts';

describe('the summary', () => {
  it('has the members that are relied on, with the counts of the run', () => {
    const run = madeUpRun();
    recordSessions(run.recorder, 20);
    run.recorder.sessionStarted('client');
    run.recorder.startLag(0);
    run.recorder.sessionDropped();
    run.recorder.packagePassed(1);
    run.recorder.sessionEnded('aborted', 'http_503', 1);
    run.recorder.violation({ rule: 'package2.empty', example: 'CMD: []' });
    const summary = buildSummary(
      partsOf(run.totals(), {
        violationExamples: { 'package2.empty': 'CMD: []' },
        endingExamples: { http_503: 'Package#1 was answered with 503' },
        ledger: ledgerOf(20),
      }),
    );
    expect(summary).toMatchObject({
      schema: 1,
      tool: 'dm-swarm',
      run: {
        name: 'made-up',
        seed: 7,
        devices: 5_000,
        workers: 1,
        campaign: 'mixed',
        target: 'http://127.0.0.1:41234/dm',
        embeddedServer: true,
        durationMs: 30_012,
      },
      totals: {
        sessions: { started: 21, completed: 20, aborted: 1, timedOut: 0, inFlight: 0 },
        droppedSessions: 1,
        endings: { completed: 20, http_503: 1 },
        iterations: 40,
        packages: { '0': 0, '1': 21, '2': 40, '3': 20 },
        commands: { HGET: { '200': 18, '404': 2 }, SHOW: { '200': 20 }, END: { '200': 20 } },
        statuses: { GET: { '200': 20 }, HPUT: { '200': 20 } },
        uiSessions: { done: 15, abandoned: 5, timedOut: 0, failed: 0 },
        repository: {
          GET: { count: 20, bytes: 20_000 },
          PUT: { count: 20, bytes: 14_000 },
          POST: { count: 0, bytes: 0 },
        },
        violations: { 'package2.empty': { count: 1, example: 'CMD: []' } },
      },
      fleet: { digest: 'ab'.repeat(32) },
      rates: { iterationsPerSecond: 1.333, sessionsPerSecond: 0.7 },
      generator: {
        eventLoopDelayP99Ms: 0,
        eventLoopUtilization: 0,
        startLagP99Ms: 0.5,
        cpuCores: 0.823,
        peakRssBytes: 327_155_712,
      },
      valid: true,
      invalidReasons: [],
      ledger: ledgerOf(20),
    });
    const { latencyMs } = summary;
    expect(Object.keys(latencyMs)).toEqual([
      'serverTurnaround',
      'iterationDevice',
      'connect',
      'session',
      'uiSession',
      'startLag',
      'commands',
    ]);
    expect(Object.keys(latencyMs.commands)).toEqual(['HGET', 'HPUT', 'GET', 'SHOW', 'END']);
    expect(latencyMs.serverTurnaround.count).toBe(40);
    expect(Object.keys(latencyMs.session)).toEqual(['p50', 'p90', 'p95', 'p99', 'p999', 'max', 'count']);
  });

  it('has nothing in it that its form does not describe, through JSON and back', () => {
    const run = madeUpRun();
    recordSessions(run.recorder, 3);
    const summary = buildSummary(partsOf(run.totals(), { ledger: ledgerOf(3) }));
    // Parsing drops what the form does not know, so equality says that everything is described.
    expect(SUMMARY_FORM.parse(JSON.parse(JSON.stringify(summary)))).toEqual(summary);
  });

  it('of a run in which nothing happened is sound: zeros, and no null in its JSON', () => {
    const { name, seed, devices, workers, target } = partsOf(madeUpRun().totals()).run;
    const summary = buildSummary(
      partsOf(madeUpRun().totals(), {
        run: { name, seed, devices, workers, target, embeddedServer: false, durationMs: 0 },
      }),
    );
    expect(SUMMARY_FORM.safeParse(summary).success).toBe(true);
    expect(JSON.stringify(summary)).not.toContain('null');
    expect(summary).toMatchObject({
      run: { campaign: '' },
      rates: { iterationsPerSecond: 0, sessionsPerSecond: 0 },
      totals: { endings: { completed: 0 }, commands: {} },
      latencyMs: { serverTurnaround: { p50: 0, p999: 0, max: 0, count: 0 }, commands: {} },
      ledger: {},
    });
  });
});

describe('the JSON Schema', () => {
  const schema = JSON.parse(JSON.stringify(summarySchema())) as SchemaNode;

  it('is the one that is committed', () => {
    const committed = readFileSync(new URL('./summary.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(committed)).toEqual(schema);
  });

  it('describes every member, but for those whose name says it all', () => {
    const named = ['tool', 'fleet', 'iterationsPerSecond', 'sessions', 'packages', 'statuses', 'uiSessions'];
    const bare = undescribed(schema, '$').filter((path) => !named.includes(path.split('.').at(-1) ?? ''));
    expect(bare.filter((path) => !path.startsWith('$.ledger.'))).toEqual([]);
  });

  it('lets members come that are not known yet', () => {
    expect(JSON.stringify(schema)).not.toContain('"additionalProperties":false');
  });
});

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

function undescribed({ properties = {} }: SchemaNode, path: string): readonly string[] {
  return Object.entries(properties).flatMap(([name, node]) => [
    ...(node.description === undefined ? [`${path}.${name}`] : []),
    ...undescribed(node, `${path}.${name}`),
  ]);
}
