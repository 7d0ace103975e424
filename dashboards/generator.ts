/** Dashboard Generator: was the load generator itself a limit – can this run be believed? */
import { VariableSort } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard, labelVariable } from './dashboard.ts';
import { type DashboardModel } from './dashboard-model.ts';
import { type Section, sized } from './layout.ts';
import { heatMap, stateTimeline, stat, table, timeSeries } from './panel.ts';
import {
  bucketQuery,
  instantQuery,
  of,
  quantile,
  quantileShown,
  query,
  rateOf,
  sumBy,
  sumRate,
  tableQuery,
  underLoad,
} from './query.ts';
import {
  MOST_EVENT_LOOP_DELAY_P99_MS,
  phaseStat,
  UTILIZATION_LIMIT,
  VALID,
  VALIDITY_WORDS,
  validityStat,
  WHAT_VALID_MEANS,
} from './validity-panels.ts';

const DELAY = 'omadm_generator_event_loop_delay_seconds';
const UTILIZATION = 'omadm_generator_event_loop_utilization';
const SHARD = 'shard=~"$shard"';
const DELAY_LIMITS = { badFrom: MOST_EVENT_LOOP_DELAY_P99_MS / 1_000 };
const UTILIZATION_LIMITS = { warnFrom: 0.65, badFrom: UTILIZATION_LIMIT };

const WHAT_DELAY_IS =
  'How late the event loop of a shard (a worker thread with its part of the devices) fires a timer. Whatever it is late by is ' +
  'added to every latency it measures. The limit is 5 ms at the 99th percentile.';
const START_LAG = 'omadm_generator_start_lag_seconds';
const WHAT_START_LAG_IS =
  'How long after they were due those sessions started that devices start by themselves. The generator is late by that, not the ' +
  'server; a late start makes the load another than the one asked for.';
const WHAT_UTILIZATION_IS =
  'Share of the last second in which the event loop of a shard was busy. From about 0.65 on it begins to add delay, from 0.78 ' +
  'on its figures are not valid.';

const verdict: Section = {
  title: 'Can I believe this run?',
  panels: [
    ...sized(
      4,
      4,
      validityStat(),
      phaseStat(),
      stat({
        title: 'Event-loop delay p99, worst shard',
        description: `${WHAT_DELAY_IS} Of the worst shard, over all of the run in the shown time, as in the summary.`,
        unit: 's',
        query: instantQuery(`max(${quantileShown(0.99, DELAY, ['shard'], SHARD)})`, 'worst shard'),
        shows: 'single',
        limits: DELAY_LIMITS,
      }),
      stat({
        title: 'Utilisation, busiest shard',
        description: `${WHAT_UTILIZATION_IS} Of the busiest shard, its mean over all of the run in the shown time.`,
        unit: 'percentunit',
        query: instantQuery(`max(avg_over_time(${of(UTILIZATION, SHARD)}[$__range]))`, 'busiest shard'),
        shows: 'single',
        limits: UTILIZATION_LIMITS,
      }),
      stat({
        title: 'CPU cores, mean under load',
        description:
          'CPU time per second of all processes of the swarm; the reference server is not in it. Mean over the part of the shown ' +
          'time in which the run was in phase load. Empty before.',
        unit: 'none',
        query: query(underLoad(sumRate('omadm_generator_cpu_seconds_total')), 'cores'),
        shows: 'mean',
        decimals: 2,
      }),
      stat({
        title: 'Memory, peak',
        description:
          'Resident memory of all processes of the swarm, the most of each in the shown time; the reference server is not in it.',
        unit: 'bytes',
        query: instantQuery(
          sumBy([], `max_over_time(${of('omadm_generator_resident_memory_bytes')}[$__range])`),
          'memory',
        ),
        shows: 'single',
      }),
    ),
    ...sized(
      24,
      4,
      stateTimeline({
        title: 'Validity over the run',
        description: WHAT_VALID_MEANS,
        unit: 'none',
        query: query(VALID, 'figures'),
        mappings: VALIDITY_WORDS,
      }),
    ),
  ],
};

const shards: Section = {
  title: 'By shard',
  panels: sized(
    12,
    8,
    timeSeries({
      title: 'Event-loop delay by shard, p99',
      description: WHAT_DELAY_IS,
      unit: 's',
      queries: [query(quantile(0.99, DELAY, ['shard'], SHARD), 'shard {{shard}}')],
      limits: DELAY_LIMITS,
    }),
    timeSeries({
      title: 'Event-loop utilisation by shard',
      description: WHAT_UTILIZATION_IS,
      unit: 'percentunit',
      max: 1,
      queries: [query(`max by (shard) (${of(UTILIZATION, SHARD)})`, 'shard {{shard}}')],
      limits: UTILIZATION_LIMITS,
    }),
    heatMap({
      title: 'Event-loop delay',
      description: `${WHAT_DELAY_IS} Each cell: how many samples (100 a second and shard) were about that late.`,
      unit: 's',
      query: bucketQuery(DELAY, SHARD),
    }),
    timeSeries({
      title: 'Start lag by shard, p99',
      description: WHAT_START_LAG_IS,
      unit: 's',
      queries: [query(quantile(0.99, START_LAG, ['shard'], SHARD), 'shard {{shard}}')],
    }),
    timeSeries({
      title: 'Sessions dropped',
      description:
        'Sessions that were due by a timetable (--every) and never started: their device was still in session, because the ' +
        'server is slow or the period short, or the generator was too late until the end of the run.',
      unit: 'none',
      queries: [query(sumRate('omadm_sessions_dropped_total'), 'dropped per second')],
    }),
    timeSeries({
      title: 'Open connections by shard',
      description:
        'http: connections of running sessions to server, repository and web pages. push: notification channels that stay open. ' +
        'Each one is a file descriptor; each new session is a new connection.',
      unit: 'none',
      queries: [
        query(
          sumBy(['shard', 'kind'], of('omadm_generator_connections', SHARD)),
          'shard {{shard}}, {{kind}}',
        ),
      ],
      stacked: true,
    }),
  ),
};

const processes: Section = {
  title: 'By process',
  panels: [
    ...sized(
      8,
      8,
      timeSeries({
        title: 'CPU by process',
        description:
          'CPU seconds per second: 1 is one core. Near the number of workers, the swarm is out of CPU; far below it with late ' +
          'event loops, something else on the machine takes the CPU.',
        unit: 'none',
        queries: [query(sumBy(['process'], rateOf('omadm_generator_cpu_seconds_total')), '{{process}}')],
      }),
      timeSeries({
        title: 'Memory by process',
        description:
          'Resident memory. It grows with the number of devices and levels off; steady growth is a leak.',
        unit: 'bytes',
        queries: [query(sumBy(['process'], of('omadm_generator_resident_memory_bytes')), '{{process}}')],
      }),
      timeSeries({
        title: 'File descriptors',
        description:
          'Open descriptors of the main process and its limit: connections above it cannot be opened.',
        unit: 'none',
        queries: [query(of('process_open_fds'), 'open'), query(of('process_max_fds'), 'limit')],
        logarithmic: true,
      }),
    ),
    ...sized(
      12,
      6,
      timeSeries({
        title: 'Scrape duration',
        description:
          'How long Prometheus takes to fetch the metrics page; a scrape is work for the main process too.',
        unit: 's',
        queries: [
          // Prometheus' own metric: the page that it was, and so its run, is told by the instance.
          query(
            `scrape_duration_seconds{job="$job"} and on (job, instance) ${of('omadm_run_info')}`,
            '{{instance}}',
          ),
        ],
      }),
      table({
        title: 'The run',
        description:
          'What was run, as far as its metrics tell. The same devices come from the same seed and version; all other options stand ' +
          'in the command that was given. campaign: that of the reference server; unknown with a server of somebody else’s.',
        unit: 'none',
        query: tableQuery(`last_over_time(${of('omadm_run_info')}[$__range])`),
        columns: [
          ['run', 'Run'],
          ['devices', 'Devices'],
          ['workers', 'Workers'],
          ['campaign', 'Campaign'],
          ['seed', 'Seed'],
          ['version', 'Version'],
        ],
      }),
    ),
  ],
};

export function generatorDashboard(): DashboardModel {
  return dashboard({
    name: 'generator',
    description:
      'The load generator watching itself: when it, and not the server, was the limit, the run’s latencies are not the server’s.',
    sections: [verdict, shards, processes],
    variables: [
      labelVariable('shard', 'Shard', 'Worker threads of the swarm, each with its part of the devices', {
        label: 'shard',
        series: 'omadm_generator_event_loop_utilization{job="$job",run="$run"}',
      })
        .sort(VariableSort.NumericalAsc)
        .multi(true)
        .includeAll(true)
        .allValue('.*')
        .current({ selected: true, text: ['All'], value: ['$__all'] })
        .build(),
    ],
  });
}
