/** The metrics of a swarm as Prometheus knows them: names, types, help and samples made from the totals. */
import { BUCKETS, bucketIndex, type Histogram } from './histogram.ts';
import { COUNTED_COMMANDS } from './slab-layout.ts';
import { type StatusCounts, type Totals } from './totals.ts';

export type MetricType = 'counter' | 'gauge' | 'histogram';

export interface MetricSample {
  /** With the suffix `_bucket`, `_sum` or `_count` where it belongs to a histogram. */
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MetricFamily {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  samples(totals: Totals): readonly MetricSample[];
}

type Labels = Readonly<Record<string, string>>;
type Labelled<T> = readonly (readonly [labels: Labels, value: T])[];

/** Upper bounds of the exposition's buckets; every one is an edge of the log-linear buckets, so the sums are exact. */
export const EXPOSED_BOUNDS_MS: readonly number[] = [
  0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000,
];
const LAST_BUCKETS = EXPOSED_BOUNDS_MS.map(bucketIndex);

export const METRIC_FAMILIES: readonly MetricFamily[] = [
  counter(
    'omadm_iterations_total',
    'Iterations of the basic flow: Package#2s whose commands were all executed.',
    (t) => [[{}, t.iterations]],
  ),
  histogram(
    'omadm_iteration_device_seconds',
    'Device time of an iteration: Package#2 fully received until Package#3 is ready to send.',
    (t) => [[{}, t.latency.iterationDevice]],
  ),
  histogram(
    'omadm_server_turnaround_seconds',
    'Package#1 or #3 handed to the transport until the next Package#2 is fully received, without connecting and simulated delay.',
    (t) => [
      [{ package: '1' }, t.latency.serverTurnaround[1]],
      [{ package: '3' }, t.latency.serverTurnaround[3]],
    ],
  ),
  histogram('omadm_connect_seconds', 'Time to connect to a server, TLS handshake included.', (t) => [
    [{}, t.latency.connect],
  ]),
  counter(
    'omadm_simulated_delay_seconds_total',
    'Delay that was simulated by the swarm and is in no server turnaround.',
    (t) => entries(t.simulatedDelayMs, 'kind').map(([labels, ms]) => [labels, ms / 1_000]),
  ),
  counter('omadm_packages_total', 'DM packages received (0, 2) and handed to the transport (1, 3).', (t) =>
    entries(t.packages, 'package'),
  ),
  counter('omadm_sessions_started_total', 'DM Sessions started.', (t) => entries(t.startedBy, 'trigger')),
  counter('omadm_sessions_ended_total', 'DM Sessions ended, each under one outcome and reason.', (t) =>
    t.endings.map(({ outcome, reason, count }) => [{ outcome, reason }, count]),
  ),
  histogram('omadm_session_duration_seconds', 'Duration of DM Sessions, however they ended.', (t) => [
    [{}, t.latency.session],
  ]),
  counter(
    'omadm_commands_total',
    'DM Commands delivered, by what became of them; "none" was cut with its session.',
    (t) => byCommand(t.commands),
  ),
  counter('omadm_statuses_total', 'Statuses of DM Commands as sent in Package#3.', (t) =>
    byCommand(t.statuses),
  ),
  histogram('omadm_command_duration_seconds', 'Duration of executed DM Commands.', (t) =>
    COUNTED_COMMANDS.map((command) => [{ command }, t.latency.commands[command]]),
  ),
  counter('omadm_ui_sessions_total', 'UI Sessions ended.', (t) => entries(t.uiSessions, 'outcome')),
  histogram('omadm_ui_session_duration_seconds', 'Duration of UI Sessions.', (t) => [
    [{}, t.latency.uiSession],
  ]),
  counter(
    'omadm_notifications_total',
    'DM Notifications (Package#0) received, by what became of them.',
    (t) => entries(t.notifications, 'result'),
  ),
  gauge('omadm_devices', 'Virtual devices by what they are doing now.', (t) => entries(t.devices, 'state')),
  counter('omadm_repository_transfers_total', 'Transfers with a Data Repository that got a response.', (t) =>
    Object.entries(t.repository).map(([method, { count }]) => [{ method }, count]),
  ),
  counter('omadm_repository_bytes_total', 'Body bytes of those transfers.', ({ repository: r }) => [
    [{ direction: 'received' }, r.GET.bytes],
    [{ direction: 'sent' }, r.PUT.bytes + r.POST.bytes],
  ]),
  counter('omadm_protocol_violations_total', 'What servers did against the protocol, by rule.', (t) =>
    entries(t.violations, 'rule'),
  ),
  histogram(
    'omadm_generator_event_loop_delay_seconds',
    'How late the event loop of a shard is; above 5 ms at the 99th percentile its latencies are its own.',
    (t) => t.shards.map(({ eventLoopDelay }, i) => [{ shard: String(i) }, eventLoopDelay]),
  ),
  gauge(
    'omadm_generator_event_loop_utilization',
    'Share of the last second in which the event loop of a shard was busy, 0 to 1.',
    (t) => t.shards.map(({ lastUtilization }, i) => [{ shard: String(i) }, lastUtilization]),
  ),
];

function counter(name: string, help: string, read: (totals: Totals) => Labelled<number>): MetricFamily {
  return { name, type: 'counter', help, samples: (totals) => plain(name, read(totals)) };
}

function gauge(name: string, help: string, read: (totals: Totals) => Labelled<number>): MetricFamily {
  return { name, type: 'gauge', help, samples: (totals) => plain(name, read(totals)) };
}

function histogram(name: string, help: string, read: (totals: Totals) => Labelled<Histogram>): MetricFamily {
  return {
    name,
    type: 'histogram',
    help,
    samples: (totals) => read(totals).flatMap(([labels, values]) => exposed(name, labels, values)),
  };
}

function plain(metricName: string, values: Labelled<number>): readonly MetricSample[] {
  return values.map(([labels, value]) => ({ metricName, labels, value }));
}

function exposed(
  name: string,
  labels: Labels,
  { buckets, count, sumMs }: Histogram,
): readonly MetricSample[] {
  const samples: MetricSample[] = [];
  let next = 0;
  let upTo = 0;
  EXPOSED_BOUNDS_MS.forEach((bound, i) => {
    const last = LAST_BUCKETS[i] ?? BUCKETS - 1;
    for (; next <= last; next++) upTo += buckets[next] ?? 0;
    samples.push({
      metricName: `${name}_bucket`,
      labels: { ...labels, le: String(bound / 1_000) },
      value: upTo,
    });
  });
  samples.push({ metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count });
  samples.push({ metricName: `${name}_sum`, labels, value: sumMs / 1_000 });
  samples.push({ metricName: `${name}_count`, labels, value: count });
  return samples;
}

function entries(counts: Readonly<Record<string, number>>, label: string): Labelled<number> {
  return Object.entries(counts).map(([word, count]) => [{ [label]: word }, count]);
}

/** Each command's 200 – of an unknown one its 501 – is there from the start, so that rates see its first increase. */
function byCommand(counts: Totals['commands']): Labelled<number> {
  return COUNTED_COMMANDS.flatMap((command) => {
    const usual: StatusCounts = command === 'unknown' ? { '501': 0 } : { '200': 0 };
    const all = { ...usual, ...counts[command] };
    return Object.entries(all).map(([status, count]): [Labels, number] => [{ command, status }, count]);
  });
}
