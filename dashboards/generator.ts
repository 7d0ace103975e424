/** Dashboard Generator: was the load generator itself a limit – can this run be believed? */
import { VariableSort } from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard, labelVariable } from './dashboard.ts';
import { type DashboardModel } from './dashboard-model.ts';
import { type Section, sized } from './layout.ts';
import { heatMap, stateTimeline, stat, table, timeSeries } from './panel.ts';
import { bucketQuery, of, quantile, query, rateOf, sumBy, sumRate, tableQuery } from './query.ts';
import {
  MOST_EVENT_LOOP_DELAY_P99_MS,
  phaseStat,
  UTILIZATION_LIMIT,
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
        title: 'Worst event-loop delay, p99',
        description: `${WHAT_DELAY_IS} Of the shard that is worst now.`,
        unit: 's',
        query: query(`max(${quantile(0.99, DELAY, ['shard'], SHARD)})`, 'worst shard'),
        limits: DELAY_LIMITS,
      }),
      stat({
        title: 'Busiest event loop',
        description: `${WHAT_UTILIZATION_IS} Of the shard that is busiest now.`,
        unit: 'percentunit',
        query: query(`max(${of(UTILIZATION, SHARD)})`, 'busiest shard'),
        limits: UTILIZATION_LIMITS,
      }),
      stat({
        title: 'CPU cores in use',
        description: 'CPU time per second of all processes of the swarm; the reference server is not in it.',
        unit: 'none',
        query: query(sumRate('omadm_generator_cpu_seconds_total'), 'cores'),
        decimals: 2,
      }),
      stat({
        title: 'Memory',
        description: 'Resident memory of all processes of the swarm; the reference server is not in it.',
        unit: 'bytes',
        query: query(sumBy([], of('omadm_generator_resident_memory_bytes')), 'memory'),
      }),
    ),
    ...sized(
      24,
      4,
      stateTimeline({
        title: 'Validity over the run',
        description: WHAT_VALID_MEANS,
        unit: 'none',
        query: query(sumBy([], of('omadm_generator_valid')), 'figures'),
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
      queries: [query(sumBy(['shard'], of(UTILIZATION, SHARD)), 'shard {{shard}}')],
      limits: UTILIZATION_LIMITS,
    }),
    heatMap({
      title: 'Event-loop delay',
      description: `${WHAT_DELAY_IS} Each cell: how many samples (100 a second and shard) were about that late.`,
      unit: 's',
      query: bucketQuery(DELAY, SHARD),
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
        queries: [query('scrape_duration_seconds{job="$job"}', '{{instance}}')],
      }),
      table({
        title: 'The run',
        description: 'What was run: with the same seed, version and options it can be run again.',
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
