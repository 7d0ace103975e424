/** Dashboard Commands: the twelve DM Commands, and what they set off – UI Sessions, transfers, notifications. */
import { dashboard, labelVariable } from './dashboard.ts';
import { type DashboardModel } from './dashboard-model.ts';
import { type Section, sized } from './layout.ts';
import { PER_SECOND, table, timeSeries } from './panel.ts';
import { of, quantile, query, sumBy, sumRate, tableQuery } from './query.ts';
import { percentiles } from './validity-panels.ts';

const COMMANDS = 'omadm_commands_total';
/** 2xx is success, 304 (nothing has changed) is too; 501 of an optional command is an honest answer, and counted as failed. */
const NOT_DONE = 'status!~"2..|304"';

const all: Section = {
  title: 'All commands',
  panels: [
    ...sized(
      12,
      9,
      timeSeries({
        title: 'Commands per second',
        description:
          'Commands that devices have received and dealt with, by name. HGET, HPUT and HPOST move management data from and to ' +
          'a repository, GET returns it in the answer, SHOW opens a page for the user, EXEC starts an operation such as a ' +
          'firmware update, SUB and UNSUB watch data, DEFAULT says where missing data is to be had, CONT and END steer the session.',
        unit: PER_SECOND,
        queries: [query(sumRate(COMMANDS, ['command']), '{{command}}')],
      }),
      timeSeries({
        title: 'Unsuccessful share, by command',
        description:
          'Commands that came to another status than 2xx or 304, of all of that name. Servers may provoke that: an optional ' +
          'SHOW is answered 501 by devices without a screen, and campaign “everything” asks for what is not there.',
        unit: 'percentunit',
        max: 1,
        queries: [
          query(
            `${sumRate(COMMANDS, ['command'], NOT_DONE)} / (${sumRate(COMMANDS, ['command'])} > 0)`,
            '{{command}}',
          ),
        ],
      }),
      timeSeries({
        title: 'Duration, p95, by command',
        description:
          'How long devices took for a command, at the 95th percentile. Simulated latencies, users and transfers are in it.',
        unit: 's',
        queries: [query(quantile(0.95, 'omadm_command_duration_seconds', ['command']), '{{command}}')],
        logarithmic: true,
      }),
      table({
        title: 'Commands and statuses so far',
        description:
          'What became of every command of the run, at the end of the shown time. Statuses are HTTP codes; none: the session ' +
          'was cut before the command was done.',
        unit: 'none',
        query: tableQuery(`${sumBy(['command', 'status'], `last_over_time(${of(COMMANDS)}[$__range])`)} > 0`),
        columns: [
          ['command', 'Command'],
          ['status', 'Status'],
          ['Value', 'Count'],
        ],
      }),
    ),
  ],
};

const effects: Section = {
  title: 'What commands set off',
  panels: [
    ...sized(
      8,
      8,
      timeSeries({
        title: 'SHOW, by status',
        description:
          '200: the page was opened. 501: the device has no screen. 503: its web server did not answer; others: what it answered.',
        unit: PER_SECOND,
        queries: [query(sumRate(COMMANDS, ['status'], 'command="SHOW"'), '{{status}}')],
      }),
      timeSeries({
        title: 'UI Sessions, by outcome',
        description:
          'What became of the pages that SHOW opened. done: the user went through to the last page. abandoned: left. timedOut: ' +
          'longer than allowed. failed: the first page could not be opened.',
        unit: PER_SECOND,
        queries: [query(sumRate('omadm_ui_sessions_total', ['outcome']), '{{outcome}}')],
        stacked: true,
      }),
      timeSeries({
        title: 'UI Session duration, percentiles',
        description:
          'From opening the first page to the end; the user’s simulated think time makes up most of it.',
        unit: 's',
        queries: percentiles('omadm_ui_session_duration_seconds'),
      }),
      timeSeries({
        title: 'Repository transfers, by method',
        description:
          'Transfers with Data Repositories that got an answer: GET for HGET, DEFAULT and firmware, PUT for HPUT and changes ' +
          'that were subscribed to, POST for HPOST.',
        unit: PER_SECOND,
        queries: [query(sumRate('omadm_repository_transfers_total', ['method']), '{{method}}')],
      }),
      timeSeries({
        title: 'Repository bytes',
        description: 'Body bytes of those transfers, seen from the devices: received and sent.',
        unit: 'Bps',
        queries: [query(sumRate('omadm_repository_bytes_total', ['direction']), '{{direction}}')],
      }),
      timeSeries({
        title: 'Notifications, by result',
        description:
          'What became of the notifications (Package#0) by which the server asks for a session. accepted: a session follows. ' +
          'duplicate, replayed, wrong_digest, no_secret, unknown_server, malformed: refused, as they should be. surplus: in ' +
          'order, but the device has done its sessions. All zero without --push.',
        unit: PER_SECOND,
        queries: [query(sumRate('omadm_notifications_total', ['result']), '{{result}}')],
      }),
    ),
    ...sized(
      12,
      8,
      timeSeries({
        title: 'Packages, by number',
        description:
          'DM packages: #0 notification to the device, #1 the device begins a session, #2 commands from the server, #3 their ' +
          'results. #2 equals #1 plus #3 while every package is answered.',
        unit: PER_SECOND,
        queries: [query(sumRate('omadm_packages_total', ['package']), 'Package#{{package}}')],
      }),
      timeSeries({
        title: 'Statuses reported to the server',
        description:
          'Statuses as sent in Package#3. END and CONT have none, and a session that is cut reports nothing: so there are fewer ' +
          'of them than commands.',
        unit: PER_SECOND,
        queries: [query(sumRate('omadm_statuses_total', ['status']), '{{status}}')],
      }),
    ),
  ],
};

const ONE = 'command="$command"';

const each: Section = {
  title: '$command',
  repeat: 'command',
  panels: sized(
    12,
    8,
    timeSeries({
      title: '$command, by status',
      description: 'What became of this command: HTTP codes; none: the session was cut before it was done.',
      unit: PER_SECOND,
      queries: [query(sumRate(COMMANDS, ['status'], ONE), '{{status}}')],
    }),
    timeSeries({
      title: '$command, duration, percentiles',
      description: 'How long devices took for this command, simulated latencies included.',
      unit: 's',
      queries: percentiles('omadm_command_duration_seconds', '', ONE),
    }),
  ),
};

export function commandsDashboard(): DashboardModel {
  return dashboard({
    name: 'commands',
    description:
      'The DM Commands of a run of dm-swarm one by one: rate, status, duration; and the UI Sessions, transfers and ' +
      'notifications that belong to them.',
    sections: [all, effects, each],
    variables: [
      labelVariable('command', 'Command', 'Commands that have a row of their own below', {
        label: 'command',
        series: 'omadm_commands_total{job="$job",run="$run"}',
      })
        .multi(true)
        .includeAll(true)
        .current({ selected: true, text: ['All'], value: ['$__all'] })
        .build(),
    ],
  });
}
