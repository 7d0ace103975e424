/** The metrics of a swarm in k6: the names and meanings of the fleet's Prometheus page, in k6's kinds; times are in ms. */
import { Counter, Rate, Trend } from 'k6/metrics';

/** Tags in brackets; all of few values. */
export const METRICS = {
  /** Package#2s whose commands were all executed. */
  iterations: new Counter('omadm_iterations'),
  /** Package#2 received until Package#3 is ready. */
  iterationDevice: new Trend('omadm_iteration_device', true),
  /** Package#1 or #3 [package] handed over until the next Package#2 is received; without connecting and simulated delay. */
  serverTurnaround: new Trend('omadm_server_turnaround', true),
  /** TCP and TLS. */
  connect: new Trend('omadm_connect', true),
  /** Simulated by the swarm, in ms [kind]. */
  simulatedDelay: new Counter('omadm_simulated_delay', true),
  /** DM packages sent and received [package]. */
  packages: new Counter('omadm_packages'),
  /** [trigger] */
  sessionsStarted: new Counter('omadm_sessions_started'),
  /** [outcome, reason] */
  sessionsEnded: new Counter('omadm_sessions_ended'),
  /** Share of the ended sessions that did not complete. */
  sessionsFailed: new Rate('omadm_sessions_failed'),
  sessionDuration: new Trend('omadm_session_duration', true),
  /** Delivered commands by what became of them [command, status]; status `none`: cut with its session. */
  commands: new Counter('omadm_commands'),
  /** Statuses as sent in Package#3 [command, status]. */
  statuses: new Counter('omadm_statuses'),
  /** [command] */
  commandDuration: new Trend('omadm_command_duration', true),
  /** [outcome] */
  uiSessions: new Counter('omadm_ui_sessions'),
  uiSessionDuration: new Trend('omadm_ui_session_duration', true),
  /** Transfers that got a response [method]. */
  repositoryTransfers: new Counter('omadm_repository_transfers'),
  /** Their body bytes [method]. */
  repositoryBytes: new Counter('omadm_repository_bytes'),
  /** What the server did against the protocol [rule]. */
  violations: new Counter('omadm_protocol_violations'),
  /** Were due by their device's clock and had not started when the load ended. */
  sessionsDropped: new Counter('omadm_sessions_dropped'),
  /** How much later than due a session started, because its VU was still busy. */
  startLag: new Trend('omadm_start_lag', true),
};
