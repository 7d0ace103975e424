/** The scripts in a real k6 against the reference server: totals, ledger, segments. */
import { describe, expect } from 'vitest';
import { inspectK6, runArchive, runK6 } from './testing/k6-run.ts';
import { expectBooks, k6Test, LATENCY, serve, WITHOUT_K6 } from './testing/serving.ts';

describe(`every script${WITHOUT_K6}`, () => {
  k6Test.each([
    ['session', 'everything', { RATE: 12, DURATION: '3s', VUS: 20 }],
    [
      'polling',
      'mixed',
      { THINK_TIME: 'uniform(100ms,900ms)', RAMP: '1s', DURATION: '3s', VUS: 10, DEVICES: 30 },
    ],
    ['storm', 'inventory', { DEVICES: 60, WITHIN: '500ms', VUS: 20 }],
    ['capacity', 'configuration', { FROM: 2, TO: 20, DURATION: '3s', VUS: 20, MAX_TURNAROUND: '10s' }],
  ] as const)(
    'of %s.ts agrees with the ledger to the last package, command and byte',
    async (script, name, env) => {
      const { SERVER, LEDGER } = await serve(name);
      const run = await runK6(script, { SERVER, LEDGER, LATENCY, DEVICES: 200, ...env });
      expect(run.code, run.output).toBe(0);
      expectBooks(run.summary);
      const { summary } = run;
      expect(summary.totals.sessions.completed).toBe(summary.totals.sessions.started);
      expect(summary.totals.sessions.completed).toBeGreaterThan(10);
      expect(summary.run).toMatchObject({ script, target: SERVER, seed: 1 });
      if (script === 'storm') expect(summary.totals.sessions.started).toBe(60);
    },
  );

  k6Test('is understood by k6 inspect', async () => {
    for (const script of ['session', 'polling', 'storm', 'capacity'] as const) {
      const { code, output } = await inspectK6(script, { SERVER: 'http://127.0.0.1:1/dm', VUS: 7 });
      expect(code, output).toBe(0);
      expect(output).toContain('"noVUConnectionReuse": true');
      // Go's texts of errors hold addresses, and those of repositories can hold a DevID.
      expect(output).toContain('"error_code"');
      expect(output).not.toContain('"error"');
      expect(output).toMatch(/"(maxVUs|vus)": 7/);
    }
  });
});

describe(`an archive${WITHOUT_K6}`, () => {
  const made = { DEVICES: 12, VUS: 4, WITHIN: '200ms', DURATION: '20s', LATENCY };

  k6Test('is run with its own -e, and with the same once more', async () => {
    const { SERVER } = await serve('inventory');
    for (const again of [{}, { SERVER, ...made }]) {
      const run = await runArchive('storm', { SERVER, ...made }, again);
      expect(run.code, run.output).toBe(0);
      expect(run.summary?.totals.sessions).toMatchObject({ started: 12, completed: 12 });
    }
  });

  k6Test.each([
    [{ DEVICES: 1500, VUS: 600 }, 'storm.vus is 4, stated 600'],
    [{ DURATION: '30s' }, 'storm.maxDuration is '],
    [{ MAX_TURNAROUND: '90ms' }, 'thresholds.omadm_server_turnaround is none, stated '],
  ])('does not begin with -e that its scenario and thresholds do not follow: %j', async (other, told) => {
    const { SERVER, server } = await serve('inventory');
    const run = await runArchive('storm', { SERVER, ...made }, other);
    expect(run.code).toBe(108);
    expect(run.output).toContain(told);
    expect(run.output).toContain('give k6 archive the same -e');
    expect(server.ledger().sessions.started).toBe(0);
  });
});

describe(`devices that are due${WITHOUT_K6}`, () => {
  k6Test('and find no VU free make a run that is not valid', async () => {
    const { SERVER } = await serve('inventory');
    const run = await runK6('polling', {
      ...{ SERVER, DEVICES: 300, VUS: 2, RAMP: '500ms', DURATION: '3s', DRAIN: '3s' },
      ...{ THINK_TIME: '100ms', LATENCY: 'all=100ms' },
    });
    expect(run.code, run.output).toBe(0);
    const { generator, valid, totals } = run.summary!;
    expect(valid).toBe(false);
    expect(totals.sessions.started).toBeGreaterThan(0);
    // Every device is due by then but the two that think.
    expect(generator.droppedIterations).toBeGreaterThanOrEqual(296);
    expect(run.output).toContain('sessions were due and could not start');
  });

  k6Test('in a storm, and have not come when it is over, are counted', async () => {
    const { SERVER } = await serve('inventory');
    const env = { SERVER, DEVICES: 100, VUS: 2, WITHIN: '100ms', DURATION: '2s', LATENCY: 'all=100ms' };
    const { summary, output } = await runK6('storm', env);
    expect(summary?.valid, output).toBe(false);
    expect((summary?.totals.sessions.started ?? 0) + (summary?.generator.droppedIterations ?? 0)).toBe(100);
  });
});

describe(`a test in segments${WITHOUT_K6}`, () => {
  k6Test('has no device on two instances, and all of them on one', async () => {
    const { SERVER, server } = await serve('inventory');
    const run = (segment: string) =>
      runK6(
        'polling',
        { SERVER, LATENCY, DEVICES: 23, VUS: 5, SESSIONS: 1, RAMP: '1s', FINGERPRINTS: 'true' },
        ...['--execution-segment', segment, '--execution-segment-sequence', '0,1/3,2/3,1'],
      );
    const parts = await Promise.all(['0:1/3', '1/3:2/3', '2/3:1'].map(run));
    for (const part of parts) expect(part.code, part.output).toBe(0);
    expect(parts.map(({ summary }) => summary?.run.segment)).toEqual(['0:1/3', '1/3:2/3', '2/3:1']);
    const devices = parts.flatMap(({ fingerprints }) => [...fingerprints.keys()]);
    expect(devices.sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, i) => i));
    const sessions = parts.map(({ summary }) => summary?.totals.sessions.completed ?? 0);
    expect(sessions.reduce((sum, count) => sum + count, 0)).toBe(23);
    expect(server.ledger().sessions).toMatchObject({ started: 23, completed: 23, replaced: 0 });
  });

  k6Test('needs the sequence of its segments', async () => {
    const env = { SERVER: 'http://127.0.0.1:1/dm', DEVICES: 4, SESSIONS: 1 };
    const run = await runK6('polling', env, '--execution-segment', '0:1/3');
    expect(run.code).toBe(108);
    expect(run.output).toContain('found without --execution-segment-sequence');
  });
});
