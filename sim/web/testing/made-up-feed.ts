/** A made-up run as the feed tells it: plausible figures that follow from a second's number alone. */
import { DEVICE_STATES, type DeviceState } from '../../metrics/recorder.ts';
import { type RunPhase, type TimelineSample } from '../../metrics/timeline.ts';
import { buildSummary } from '../../report/summary.ts';
import { ledgerOf, madeUpRun, partsOf, recordSessions } from '../../report/testing/made-up-run.ts';
import { type TraceEvent } from '../../transport/trace.ts';
import {
  type Check,
  type DeviceView,
  FEED_VERSION,
  type FeedMessage,
  type FinishedRun,
  type RunView,
  type TotalsView,
} from '../feed-message.ts';

export function madeUpRunView(devices: number, startedAtMs = 1_790_000_000_000): RunView {
  return {
    name: 'nightly',
    version: '0.1.0',
    startedAtMs,
    seed: 7,
    devices,
    workers: 2,
    target: 'http://127.0.0.1:41767/dm',
    campaign: 'mixed',
    rampMs: 10_000,
    durationMs: 60_000,
    drainMs: 10_000,
    command: `--devices ${devices} --workers 2 --seed 7`,
  };
}

/** Second `i` of the run, from 1 on. */
export function madeUpSample(i: number, devices = 5_000): TimelineSample {
  const wave = Math.sin(i / 5) + Math.sin(i / 1.7) / 3;
  const rising = Math.min(1, i / 10);
  const phase: RunPhase = i <= 10 ? 'ramp' : i <= 60 ? 'load' : 'drain';
  const busy = Math.round(devices * 0.05 * rising);
  const states = [0, 0, busy, Math.round(busy * 1.4), Math.round(busy * 0.6), Math.round(busy * 0.3), 20, 0];
  const pending = Math.round(devices * (1 - rising));
  const atWork = states.reduce((sum, count) => sum + count, 0);
  states[0] = pending;
  states[1] = Math.max(0, devices - pending - atWork);
  return {
    atMs: i * 1_000,
    seconds: 1,
    phase,
    iterationsPerSecond: rising * (3_600 + 300 * wave),
    sessionsPerSecond: rising * (960 + 80 * wave),
    failures: i % 7 === 0 ? { http_503: 12, exchange_timeout: 3 } : {},
    violations: i % 13 === 0 ? 2 : 0,
    serverTurnaround: { p50: 1.1 + 0.2 * wave, p95: 6 + 2 * wave, p99: 24 + 9 * wave },
    iterationDevice: { p50: 11 + wave, p95: 46 + 3 * wave, p99: 520 + 80 * wave },
    session: { p50: 58, p95: 470, p99: 1_090 },
    devices: Object.fromEntries(DEVICE_STATES.map((state, n) => [state, states[n] ?? 0])) as Record<
      DeviceState,
      number
    >,
    generator: {
      eventLoopDelayP99Ms: 2.4 + wave + (i % 23 === 0 ? 4 : 0),
      utilization: rising * (0.52 + 0.06 * wave),
      cpuCores: 0.8 + 0.1 * wave,
      rssBytes: 260 * 1_048_576,
    },
  };
}

export function madeUpTotals(i: number): TotalsView {
  const sessions = 960 * i;
  return {
    sessions: { started: sessions + 140, completed: sessions - 15, aborted: 12, timedOut: 3, inFlight: 140 },
    iterations: 3_600 * i,
    packages: { '0': 0, '1': sessions + 140, '2': 3_600 * i + 140, '3': 3_600 * i - sessions },
    violations: Math.floor(i / 13) * 2,
    failures: i >= 7 ? { http_503: 12, exchange_timeout: 3 } : {},
    commands: {
      GET: { '200': 2_900 * i },
      HGET: { '200': 700 * i, '404': 31 },
      HPUT: { '200': 460 * i },
      EXEC: { '200': 9 * i, '202': 29 * i, '500': 4 },
      SHOW: { '200': 43 * i, '501': 11 * i, none: 2 },
      END: { '200': sessions },
    },
  };
}

export function madeUpChecks(i: number): readonly Check[] {
  const isLate = i % 23 === 0;
  return [
    {
      name: 'failed sessions',
      state: i === 0 ? 'pending' : 'passed',
      observed: i === 0 ? '–' : '0.03 % (15)',
      expected: 'at most 1.00 %',
      about: 'server',
    },
    {
      name: 'protocol violations',
      state: i >= 13 ? 'broken' : 'passed',
      observed: i >= 13 ? String(Math.floor(i / 13) * 2) : '0',
      expected: 'none',
      about: 'server',
    },
    {
      name: 'event-loop delay p99',
      state: isLate ? 'broken' : 'passed',
      observed: isLate ? '6.40 ms' : '2.41 ms',
      expected: 'at most 5 ms',
      about: 'generator',
    },
    {
      name: 'event-loop utilization',
      state: 'passed',
      observed: '52.0 %',
      expected: 'below 78.0 %',
      about: 'generator',
    },
    { name: 'books', state: 'pending', observed: 'at the end', expected: 'balance', about: 'generator' },
  ];
}

export function madeUpHello(
  devices: number,
  devicesPerCell: number,
  seconds: number,
): FeedMessage & { readonly kind: 'hello' } {
  return {
    kind: 'hello',
    version: FEED_VERSION,
    run: madeUpRunView(devices),
    devicesPerCell,
    samples: Array.from({ length: seconds }, (_, i) => madeUpSample(i + 1, devices)),
    totals: madeUpTotals(seconds),
    checks: madeUpChecks(seconds),
    steerable: false,
  };
}

export function madeUpDevice(device: number, state: DeviceState): DeviceView {
  return {
    device,
    devId: `IMEI:35000000${String(device).padStart(7, '0')}`,
    profile: device % 3 === 0 ? 'vehicle' : 'smartphone',
    state,
    ...(state === 'executing' ? { command: 'HGET' } : {}),
    sessionsDone: 12,
    lastSession: { outcome: device % 5 === 0 ? 'timedOut' : 'completed', durationMs: 58.4 },
    ...(device % 5 === 0 ? { lastError: 'exchange_timeout' } : {}),
    pushed: device % 10 === 0,
  };
}

export function madeUpResult(devices = 5_000, seconds = 70): FinishedRun {
  const run = madeUpRun(devices);
  recordSessions(run.recorder, 400);
  run.recorder.violation({ rule: 'package2.empty', example: '$.CMD: an empty list' });
  const summary = buildSummary(
    partsOf(run.totals(), {
      ledger: ledgerOf(400),
      violationExamples: { 'package2.empty': '$.CMD: an empty list' },
    }),
  );
  return {
    run: madeUpRunView(devices),
    samples: Array.from({ length: seconds }, (_, i) => madeUpSample(i + 1, devices)),
    checks: madeUpChecks(seconds).map((check) =>
      check.name === 'books' ? { ...check, state: 'passed', observed: 'balance' } : check,
    ),
    summary,
  };
}

const DM = 'http://127.0.0.1:41767/dm';
const JSON_TYPE = ['Content-Type', 'application/vnd.oma.dm.request+json'] as const;

/** A whole session with all steps, as a notified device makes it; `number` makes its bodies differ. */
export function madeUpSession(device: number, number: number): readonly TraceEvent[] {
  const show = { name: 'SHOW', serverUri: 'http://127.0.0.1:41767/ui/consent' } as const;
  const hget = { name: 'HGET', serverUri: 'http://127.0.0.1:41767/repository/wlan' } as const;
  const end = { name: 'END' } as const;
  const commands = [
    ['HGET', hget.serverUri],
    ['SHOW', show.serverUri],
  ];
  return [
    { atMs: 0.2, kind: 'session_started', device, trigger: 'server' },
    {
      atMs: 1.4,
      kind: 'package_sent',
      package: 1,
      uri: DM,
      headers: [['OMADM-DevID', `IMEI:${device}`]],
      body: JSON.stringify({
        MOS: [{ MOID: 'urn:oma:mo:oma-dm-devinfo:1.2', MIID: ['devinfo'] }],
        Alert: [{ AlertType: 'urn:oma:at:dm:2.0:ServerInitiatedMgmt', Data: { 'NOTIFICATION-ID': number } }],
      }),
    },
    {
      atMs: 19.6,
      kind: 'package_answered',
      status: 200,
      headers: [JSON_TYPE],
      body: JSON.stringify({ CMD: commands }),
      turnaroundMs: 14.2,
      connectMs: 3.1,
    },
    { atMs: 20.1, kind: 'command_started', command: hget },
    { atMs: 27.8, kind: 'waited', reason: 'command', ms: 7.7 },
    { atMs: 31.5, kind: 'transfer', method: 'GET', uri: hget.serverUri, answer: 200, bytes: 2_311, ms: 3.4 },
    { atMs: 32, kind: 'command_ended', command: hget, sc: 200, ms: 11.9 },
    { atMs: 32.1, kind: 'command_started', command: show },
    { atMs: 40, kind: 'page_shown', uri: show.serverUri, status: 200, title: 'Do you agree?' },
    { atMs: 612, kind: 'ui_session_ended', outcome: 'done', ms: 572 },
    { atMs: 612.4, kind: 'command_ended', command: show, sc: 200, ms: 580.3 },
    {
      atMs: 613,
      kind: 'package_sent',
      package: 3,
      uri: DM,
      headers: [['OMADM-DevID', `IMEI:${device}`]],
      body: JSON.stringify({
        Status: [{ sc: 200 }, { sc: 200 }],
        Alert: [{ AlertType: 'urn:oma:at:dm:2.0:UISessionDone' }],
      }),
    },
    {
      atMs: 616.2,
      kind: 'package_answered',
      status: 200,
      headers: [JSON_TYPE],
      body: '{"CMD":[["END"]]}',
      turnaroundMs: 2.9,
    },
    { atMs: 616.4, kind: 'command_started', command: end },
    { atMs: 616.5, kind: 'command_ended', command: end, sc: 200, ms: 0.02 },
    { atMs: 617, kind: 'session_ended', outcome: 'completed', reason: 'completed' },
  ];
}
