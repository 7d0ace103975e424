import { describe, expect, it } from 'vitest';
import { checkBooks } from './books.ts';
import { buildSummary, type SummaryParts } from './summary.ts';
import { terminalTable } from './terminal-table.ts';
import { ledgerOf, type MadeUpRun, madeUpRun, partsOf, recordSessions } from './testing/made-up-run.ts';

function table(run: MadeUpRun, more: Partial<SummaryParts> = {}, colour = false): readonly string[] {
  const totals = run.totals();
  const summary = buildSummary(partsOf(totals, more));
  return terminalTable(summary, checkBooks(summary, totals), { colour });
}

/** Three sessions' worth of exact numbers, so that every cell can be written down here. */
function smallRun(): MadeUpRun {
  const run = madeUpRun();
  const { recorder } = run;
  recorder.sessionStarted('server');
  recorder.packagePassed(0);
  recorder.notification('accepted');
  recorder.packagePassed(1);
  recorder.serverTurnaround(1, 2.5);
  recorder.packagePassed(2);
  recorder.commandDelivered('HGET');
  recorder.commandDelivered('END');
  recorder.repositoryTransfer('GET', 4_718_592);
  recorder.commandEnded('HGET', 200, 12.5);
  recorder.commandEnded('END', 200, 0);
  recorder.uiSessionEnded('timedOut', 5_000);
  recorder.simulatedDelay('network', 1_500);
  recorder.iterationEnded(13);
  recorder.sessionEnded('completed', 'completed', 20);
  return run;
}

describe('the final table', () => {
  it('shows a run without faults', () => {
    const lines = table(smallRun(), {
      run: { ...partsOf(smallRun().totals()).run, devices: 1, durationMs: 2_000 },
    });
    expect(lines).toEqual([
      'Run         made-up · 1 device · 1 worker · seed 7 · 2.00 s',
      'Server      http://127.0.0.1:41234/dm (reference server, campaign mixed)',
      '',
      'Sessions    1 started · 1 completed · 0 aborted · 0 timed out · 0.500/s',
      'Iterations  1 · 0.500/s',
      'Packages    #0 1 · #1 1 · #2 1 · #3 0',
      '',
      'Latency              count      p50      p90      p95      p99    p99.9      max',
      'server turnaround        1  2.50 ms  2.50 ms  2.50 ms  2.50 ms  2.50 ms  2.50 ms',
      'iteration on device      1  13.0 ms  13.0 ms  13.0 ms  13.0 ms  13.0 ms  13.0 ms',
      'session                  1  20.0 ms  20.0 ms  20.0 ms  20.0 ms  20.0 ms  20.0 ms',
      'UI Session               1   5.00 s   5.00 s   5.00 s   5.00 s   5.00 s   5.00 s',
      'HGET                     1  12.5 ms  12.5 ms  12.5 ms  12.5 ms  12.5 ms  12.5 ms',
      'END                      1     0 ms     0 ms     0 ms     0 ms     0 ms     0 ms',
      '',
      'Commands, by status',
      'HGET  1   200: 1',
      'END   1   200: 1',
      '',
      'UI Sessions 0 done · 0 abandoned · 1 timed out · 0 failed',
      'Repository  GET 1 (4.50 MiB)',
      'Package#0   1 accepted',
      'Delays      network 1.50 s · simulated, over all devices',
      '',
      'Generator   event-loop delay p99 0 ms · utilization 0 % · 0.82 CPU cores · peak memory 312 MiB',
      "Valid       the generator was not the limit: the figures are the server's",
      'Books       balance: every session and every command has exactly one end',
    ]);
  });

  it('shows why sessions ended otherwise, most frequent first, with what was seen', () => {
    const run = smallRun();
    const end = (reason: string): void => {
      run.recorder.sessionStarted('client');
      run.recorder.startLag(0);
      run.recorder.sessionEnded('aborted', reason, 1);
    };
    end('http_503');
    for (let i = 0; i < 12; i++) end('connect_refused');
    const lines = table(run, { endingExamples: { connect_refused: 'connect ECONNREFUSED 127.0.0.1:1' } });
    const first = lines.findIndex((line) => line.startsWith('ended by'));
    expect(lines.slice(first, first + 2)).toEqual([
      'ended by    connect_refused  12  connect ECONNREFUSED 127.0.0.1:1',
      '            http_503          1',
    ]);
  });

  it('tells sessions that were dropped, and how late those started that devices start by themselves', () => {
    const run = smallRun();
    run.recorder.sessionStarted('client');
    run.recorder.startLag(1.5);
    run.recorder.sessionEnded('completed', 'completed', 1);
    run.recorder.sessionDropped();
    run.recorder.sessionDropped();
    const lines = table(run);
    expect(lines).toContain(
      'dropped     2 that were due: their device was still in session, or the run at its end',
    );
    expect(lines.find((line) => line.startsWith('start lag'))).toMatch(/^start lag +1 +1\.50 ms/);
    expect(lines.find((line) => line.startsWith('Generator'))).toContain('start lag p99 1.50 ms');
    expect(lines.at(-1)).toContain('balance');
  });

  it('shows violations with their example, whatever a peer put into it', () => {
    const run = smallRun();
    run.recorder.violation({ rule: 'package2.empty', example: '' });
    const example = `$.CMD:\n\u001b[31mred\u0007 ${'x'.repeat(300)}`;
    const lines = table(run, { violationExamples: { 'package2.empty': example } });
    const first = lines.indexOf('Violations: what the server did against the protocol');
    expect(lines[first + 1]).toBe('package2.empty  1');
    expect(lines[first + 2]).toMatch(/^ {2}\$\.CMD: \[31mred +x+…$/);
    expect(lines[first + 2]).toHaveLength(100);
  });

  it('says when the generator was the limit, and what to do', () => {
    const run = smallRun();
    const [shard] = run.totals().shards;
    const totals = { ...run.totals(), shards: [{ ...shard!, utilization: 0.91 }] };
    const summary = buildSummary(partsOf(totals));
    const text = terminalTable(summary, []).join('\n');
    expect(text).toContain('NOT VALID   the generator was a limit itself');
    expect(text).toContain('            event-loop utilization was 0.91 (below 0.78) in the only shard');
    expect(text).toContain('take fewer --devices');
    const short = { ...summary, run: { ...summary.run, durationMs: 800 } };
    const advice = terminalTable(short, []).join('\n');
    expect(advice).toContain('in so short a run that may be its cold start alone');
    expect(advice).not.toContain('take fewer --devices');
  });

  it('says how far the ledger agrees', () => {
    const run = madeUpRun();
    recordSessions(run.recorder, 4);
    expect(table(run, { ledger: ledgerOf(4) }).at(-1)).toBe(
      "Books       balance, and the server's ledger agrees to the last package, command and byte",
    );
    const wrong = table(run, { ledger: { ...ledgerOf(4), packages: { '1': 5, '2': 8, '3': 4 } } });
    expect(wrong.slice(-2)).toEqual([
      'Books       DO NOT BALANCE:',
      '            Package#1s sent by devices: 4, not the same as in the ledger: 5',
    ]);
    run.recorder.sessionStarted('client');
    run.recorder.startLag(0);
    run.recorder.sessionEnded('timedOut', 'run_ended', 1);
    expect(table(run, { ledger: ledgerOf(4) }).at(-1)).toContain('after faults');
  });

  it('of a run in which nothing happened leaves out what there was none of', () => {
    expect(
      table(madeUpRun()).filter((line) => /^(Latency|Commands|UI|Repository|Violations)/.test(line)),
    ).toEqual([]);
  });

  it('is at most 100 columns wide, with large numbers and all commands too', () => {
    const run = madeUpRun();
    const { recorder } = run;
    recordSessions(recorder, 50);
    for (let status = 200; status < 600; status += 7) recorder.commandEnded('HPOST', status, 3_600_000);
    const { recorder: other, slab } = run;
    for (let i = 0; i < slab.cells.length; i++) slab.cells[i] = slab.cells[i]! * 1_000_000;
    other.notification('wrong_digest');
    for (const line of table(run, { ledger: ledgerOf(3) })) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('is coloured only when asked, and says the same then', () => {
    const plain = table(smallRun());
    const coloured = table(smallRun(), {}, true);
    expect(plain.join('\n')).not.toContain('\u001b');
    expect(coloured.join('\n')).toContain('\u001b[32m');
    expect(
      coloured.map((line) =>
        line
          .split('\u001b')
          .map((part, i) => (i === 0 ? part : part.replace(/^\[[\d;]*m/, '')))
          .join(''),
      ),
    ).toEqual(plain);
  });
});
