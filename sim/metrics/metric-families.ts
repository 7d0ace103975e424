/** The metrics of a fleet as Prometheus knows them: names, types, help and samples made from the totals. */
import { type CountedCommand } from '../protocol/command.ts';
import {
  counter,
  entries,
  gauge,
  histogram,
  type Labelled,
  type Labels,
  type MetricFamily,
} from './metric-family.ts';
import { COUNTED_COMMANDS } from './slab-layout.ts';
import { type Ending, type Totals } from './totals.ts';

/**
 * What is usual is there from the first scrape on, with 0: a rate does not see the increase with which a series begins.
 * What is not usual still appears when it happens.
 */
const USUAL_HTTP_ENDINGS: readonly Ending[] = [400, 401, 403, 404, 415, 429, 500, 502, 503, 504].map(
  (status) => ({ outcome: 'aborted', reason: `http_${status}`, count: 0 }),
);
const ANY_COMMAND = ['200', '400', 'none'];
const USUAL_STATUSES: Readonly<Record<CountedCommand, readonly string[]>> = {
  HGET: [...ANY_COMMAND, '404', '405', '413', '415', '500', '503'],
  HPUT: [...ANY_COMMAND, '304', '404', '405', '415', '500', '503'],
  HPOST: [...ANY_COMMAND, '304', '404', '405', '415', '500', '503'],
  DELETE: [...ANY_COMMAND, '404', '405'],
  EXEC: [...ANY_COMMAND, '202', '404', '405', '500', '503'],
  GET: [...ANY_COMMAND, '304', '404', '405'],
  SHOW: [...ANY_COMMAND, '404', '500', '501', '503'],
  CONT: ANY_COMMAND,
  END: ANY_COMMAND,
  DEFAULT: [...ANY_COMMAND, '500'],
  SUB: [...ANY_COMMAND, '404', '500'],
  UNSUB: [...ANY_COMMAND, '404'],
  unknown: ['501', 'none'],
};

export const METRIC_FAMILIES: readonly MetricFamily<Totals>[] = [
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
  counter(
    'omadm_sessions_dropped_total',
    'DM Sessions that were due and never started: their device was still in session, or the run at its end.',
    (t) => [[{}, t.droppedSessions]],
  ),
  counter('omadm_sessions_ended_total', 'DM Sessions ended, each under one outcome and reason.', (t) =>
    byReason(t.endings),
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
  histogram(
    'omadm_generator_start_lag_seconds',
    'How long after they were due sessions start that devices start by themselves.',
    (t) => t.shards.map(({ startLag }, i) => [{ shard: String(i) }, startLag]),
  ),
  gauge(
    'omadm_generator_event_loop_utilization',
    'Share of the last second in which the event loop of a shard was busy, 0 to 1.',
    (t) => t.shards.map(({ lastUtilization }, i) => [{ shard: String(i) }, lastUtilization]),
  ),
  gauge(
    'omadm_generator_connections',
    'Connections that a shard holds open: of sessions (http) and for notifications (push).',
    (t) =>
      t.shards.flatMap(({ connections }, i) =>
        Object.entries(connections).map(([kind, open]): [Labels, number] => [
          { shard: String(i), kind },
          open,
        ]),
      ),
  ),
];

function byReason(endings: readonly Ending[]): Labelled<number> {
  const happened = new Set(endings.map(({ outcome, reason }) => `${outcome} ${reason}`));
  const usual = USUAL_HTTP_ENDINGS.filter(({ outcome, reason }) => !happened.has(`${outcome} ${reason}`));
  return [...endings, ...usual].map(({ outcome, reason, count }) => [{ outcome, reason }, count]);
}

function byCommand(counts: Totals['commands']): Labelled<number> {
  return COUNTED_COMMANDS.flatMap((command) => {
    const happened = counts[command];
    const statuses = new Set([...USUAL_STATUSES[command], ...Object.keys(happened)]);
    return [...statuses].map((status): [Labels, number] => [{ command, status }, happened[status] ?? 0]);
  });
}
