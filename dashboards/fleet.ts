/** Dashboard Fleet: what the devices do, how fast the server answers them, and what goes wrong. */
import { dashboard } from './dashboard.ts';
import { type DashboardModel } from './dashboard-model.ts';
import { type Section, sized } from './layout.ts';
import { heatMap, PER_SECOND, stat, timeSeries } from './panel.ts';
import {
  bucketQuery,
  instantQuery,
  of,
  quantile,
  quantileShown,
  query,
  ratesOfHappened,
  sumBy,
  sumRate,
  sumShown,
  underLoad,
} from './query.ts';
import { percentiles, phaseStat, validityStat } from './validity-panels.ts';

const TURNAROUND = 'omadm_server_turnaround_seconds';
const DEVICE_TIME = 'omadm_iteration_device_seconds';
/** The objective of the alert rules: 99 % of turnarounds within it. */
const TURNAROUND_OBJECTIVE_SECONDS = 0.5;

const WHAT_TURNAROUND_IS =
  'Server turnaround: a device has sent Package#1 (“here I am”) or Package#3 (results of commands) and waits until the next ' +
  'Package#2 (commands) is fully received. Connecting and simulated network delay are not in it: this is what the server takes.';
const WHAT_DEVICE_TIME_IS =
  'Device time of an iteration: commands (Package#2) received until their results (Package#3) are ready to send. Simulated ' +
  'latencies, a user’s think time and what repositories and web pages take are in it; the DM Server’s own time is not.';

const ENDED = 'omadm_sessions_ended_total';
const FAILED = 'outcome!="completed"';
/** A session that the end of the run cuts is neither done nor failed. */
const JUDGED = 'reason!="run_ended"';
/** With the alert rules' own definition. */
function failedShare(sum: typeof sumRate): string {
  return `${sum(ENDED, [], FAILED, JUDGED)} / (${sum(ENDED, [], JUDGED)} > 0)`;
}
const WHOLE_SHOWN_TIME = 'All of the run in the shown time, ramp and drain included, as in the summary.';

const overview: Section = {
  title: 'At a glance',
  panels: sized(
    4,
    4,
    stat({
      title: 'Iterations/s, mean under load',
      description:
        'Rounds of the basic flow that were completed: commands received, executed, answered. The throughput of the test: its ' +
        'mean over the part of the shown time in which the run was in phase load. Empty before.',
      unit: PER_SECOND,
      query: query(underLoad(sumRate('omadm_iterations_total')), 'iterations'),
      shows: 'mean',
      decimals: 1,
    }),
    stat({
      title: 'Turnaround p95, shown time',
      description: `${WHAT_TURNAROUND_IS} 95 of 100 are not slower than this. ${WHOLE_SHOWN_TIME}`,
      unit: 's',
      query: instantQuery(quantileShown(0.95, TURNAROUND), 'p95'),
      shows: 'single',
      limits: { warnFrom: TURNAROUND_OBJECTIVE_SECONDS / 2, badFrom: TURNAROUND_OBJECTIVE_SECONDS },
    }),
    stat({
      title: 'Failed sessions, shown time',
      description:
        'Share of the DM Sessions that ended otherwise than by the server’s END: aborted or timed out. Those that the end of the ' +
        `run cut (run_ended) are not counted. ${WHOLE_SHOWN_TIME}`,
      unit: 'percentunit',
      query: instantQuery(failedShare(sumShown), 'failed'),
      shows: 'single',
      limits: { warnFrom: 0.001, badFrom: 0.01 },
    }),
    stat({
      title: 'Devices in a session, last',
      description:
        'Virtual devices that are in a DM Session at the end of the shown time: sessions started less sessions ended. None when ' +
        'the run has ended.',
      unit: 'none',
      query: query(
        `${sumBy([], of('omadm_sessions_started_total'))} - ${sumBy([], of('omadm_sessions_ended_total'))}`,
        'in a session',
      ),
      shows: 'last',
    }),
    phaseStat(),
    validityStat(),
  ),
};

const iteration: Section = {
  title: 'The iteration: commands received → executed → answered → next commands received',
  panels: [
    ...sized(
      24,
      7,
      timeSeries({
        title: 'Iterations and sessions per second',
        description:
          'Iterations completed, and DM Sessions that ended in whatever way. A session is one or more iterations, so the ' +
          'lines run in parallel while the server’s plan stays the same.',
        unit: PER_SECOND,
        queries: [
          query(sumRate('omadm_iterations_total'), 'iterations'),
          query(sumRate('omadm_sessions_ended_total'), 'sessions'),
        ],
      }),
    ),
    ...sized(
      12,
      9,
      heatMap({
        title: 'Server turnaround',
        description: `${WHAT_TURNAROUND_IS} Each cell: how many took about that long at that time. A second band is a second kind of work or a second, slower instance.`,
        unit: 's',
        query: bucketQuery(TURNAROUND),
      }),
      heatMap({
        title: 'Device time',
        description: `${WHAT_DEVICE_TIME_IS} Each cell: how many took about that long at that time.`,
        unit: 's',
        query: bucketQuery(DEVICE_TIME),
      }),
      timeSeries({
        title: 'Server turnaround, percentiles',
        description: `${WHAT_TURNAROUND_IS} The lines across: half the objective of the alert rules, and the objective (99 % within 500 ms).`,
        unit: 's',
        queries: percentiles(TURNAROUND),
        limits: { warnFrom: TURNAROUND_OBJECTIVE_SECONDS / 2, badFrom: TURNAROUND_OBJECTIVE_SECONDS },
        logarithmic: true,
      }),
      timeSeries({
        title: 'Device time, percentiles',
        description: `${WHAT_DEVICE_TIME_IS} It depends on the fleet’s configuration, not on the server’s load: when it grows, look at the repositories or at dashboard Generator.`,
        unit: 's',
        queries: percentiles(DEVICE_TIME),
        logarithmic: true,
      }),
    ),
    ...sized(
      8,
      8,
      timeSeries({
        title: 'Turnaround by package, p95',
        description:
          'After Package#1 the server authenticates the device and plans its session; after Package#3 it takes in results and ' +
          'goes on. One of the two alone becoming slow says which of these is the bottleneck.',
        unit: 's',
        queries: [query(quantile(0.95, TURNAROUND, ['package']), 'after Package#{{package}}')],
      }),
      timeSeries({
        title: 'Connecting, percentiles',
        description:
          'Time to open a connection, TLS handshake included. Grows when the server’s accept queue is full. It is not part ' +
          'of the turnaround.',
        unit: 's',
        queries: percentiles('omadm_connect_seconds'),
      }),
      timeSeries({
        title: 'Simulated delay',
        description:
          'Seconds of delay that the swarm itself simulates per second, summed over all devices: network round trips, ' +
          'command latencies, firmware installing (exec), users looking at pages (ui_think), pauses between sessions ' +
          '(think). None of it is in the server turnaround.',
        unit: 'none',
        queries: [query(sumRate('omadm_simulated_delay_seconds_total', ['kind']), '{{kind}}')],
      }),
    ),
  ],
};

const sessions: Section = {
  title: 'Sessions and devices',
  panels: sized(
    12,
    8,
    timeSeries({
      title: 'Sessions ended, by outcome',
      description:
        'completed: the server said END and all was executed. aborted: a fault of server, network or worker. timedOut: a ' +
        'bound was reached, of connecting, an exchange, the session or the run.',
      unit: PER_SECOND,
      queries: [query(sumRate('omadm_sessions_ended_total', ['outcome']), '{{outcome}}')],
      stacked: true,
    }),
    timeSeries({
      title: 'Sessions started, by trigger',
      description:
        'client: the device’s own rhythm. server: a notification (Package#0) told it to. report: the result of an ' +
        'asynchronous EXEC, such as a firmware update, is reported. bootstrap: first contact.',
      unit: PER_SECOND,
      queries: [query(sumRate('omadm_sessions_started_total', ['trigger']), '{{trigger}}')],
      stacked: true,
    }),
    timeSeries({
      title: 'Devices by state',
      description:
        'What each virtual device is doing: pending (first session not due), dormant (between sessions), waiting (for the ' +
        'server or a repository), executing (a command), ui (a user looks at pages), updating (asynchronous EXEC work), failed ' +
        '(last session failed, dormant until the next), finished. Many waiting: the server is slow.',
      unit: 'none',
      queries: [query(sumBy(['state'], of('omadm_devices')), '{{state}}')],
      stacked: true,
    }),
    timeSeries({
      title: 'Session duration, percentiles',
      description:
        'From the start of connecting to the end, all iterations, simulated delays and users included.',
      unit: 's',
      queries: percentiles('omadm_session_duration_seconds'),
    }),
  ),
};

const errors: Section = {
  title: 'Errors',
  panels: sized(
    8,
    8,
    timeSeries({
      title: 'Failed sessions, by reason',
      description:
        'Each failed session under exactly one reason. http_503: the server answered a package with that status. ' +
        'exchange_timeout: no answer in time. connection_closed: ended before the answer was complete. package2_invalid: its ' +
        'commands could not be read. run_ended: cut by the end of the run, and counted nowhere else as failed. A reason is shown ' +
        'from when it first happens in the run.',
      unit: PER_SECOND,
      queries: ratesOfHappened(ENDED, 'reason', 'all reasons', FAILED),
    }),
    timeSeries({
      title: 'Failed share of sessions',
      description:
        'Aborted and timed out sessions of all that ended, but those that the end of the run cut. The alert rule allows 1 %.',
      unit: 'percentunit',
      max: 1,
      queries: [query(failedShare(sumRate), 'failed')],
      limits: { badFrom: 0.01 },
    }),
    timeSeries({
      title: 'Protocol violations, by rule',
      description:
        'What the server does against the DM protocol. An example of each rule stands in the run’s summary. Zero is the ' +
        'only good value. A rule is shown from when it is first broken in the run.',
      unit: PER_SECOND,
      queries: ratesOfHappened('omadm_protocol_violations_total', 'rule', 'all rules'),
    }),
  ),
};

export function fleetDashboard(): DashboardModel {
  return dashboard({
    name: 'fleet',
    description:
      'A run of dm-swarm: thousands of virtual OMA DM clients against one device-management server. How much they get done, ' +
      'how long the server takes, what fails.',
    sections: [overview, iteration, sessions, errors],
  });
}
