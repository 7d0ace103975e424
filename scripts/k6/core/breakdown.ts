/**
 * The tagged parts of our metrics that the summary tells apart. k6 hands `handleSummary` a part of a metric only when a
 * threshold asks for it, an empty one too: these are the empty ones.
 */
import { END_REASONS } from '../../../sim/device/effect.ts';
import { type CountedCommand } from '../../../sim/protocol/command.ts';
import { VIOLATION_RULES } from '../../../sim/protocol/violation.ts';

/** What servers and repositories are known to answer; all else is told as `other`. */
const FAILURE_CODES = [
  400, 401, 403, 404, 405, 406, 408, 409, 410, 413, 415, 422, 429, 500, 501, 502, 503, 504,
];
/** No redirection is followed: it is an answer. */
const REDIRECT_CODES = [301, 302, 303, 304, 305, 307, 308];
const TRANSFER = [200, ...REDIRECT_CODES, ...FAILURE_CODES];

/** What can become of a command; `none`, cut with its session, of each. A repository's code becomes the command's. */
const STATUSES: Readonly<Record<CountedCommand, readonly number[]>> = {
  HGET: TRANSFER,
  HPUT: TRANSFER,
  HPOST: TRANSFER,
  DELETE: [200, 400, 404, 405],
  EXEC: [200, 202, 400, 404, 405, 500, 503],
  GET: [200, 304, 400, 404],
  SHOW: [200, 400, 500, 501, 502, 503, 504],
  CONT: [200, 400],
  END: [200],
  DEFAULT: [200, 400, 500],
  SUB: [200, 400, 404, 500],
  UNSUB: [200, 400, 404],
  unknown: [501],
};
export const COUNTED_COMMANDS = Object.keys(STATUSES) as readonly CountedCommand[];

export const REASONS: readonly string[] = [
  ...END_REASONS,
  ...[201, 202, 204, ...REDIRECT_CODES, ...FAILURE_CODES].map((code) => `http_${code}`),
];

/** The outcomes of a command that are told apart. */
export function outcomesOf(command: CountedCommand): readonly string[] {
  return [...STATUSES[command].map(String), 'none'];
}

/** Name of a part of a metric, as k6 writes it. */
export function partName(metric: string, tags: Readonly<Record<string, string>>): string {
  return `${metric}{${Object.entries(tags)
    .map(([key, value]) => `${key}:${value}`)
    .join(',')}}`;
}

/** All parts, as k6's option `thresholds` wants them. */
export function breakdown(): Record<string, string[]> {
  const names: string[] = [];
  const parts = (metric: string, tag: string, values: readonly string[]): void => {
    for (const value of values) names.push(partName(metric, { [tag]: value }));
  };
  parts('omadm_packages', 'package', ['1', '2', '3']);
  parts('omadm_sessions_ended', 'outcome', ['completed', 'aborted', 'timedOut']);
  parts('omadm_sessions_ended', 'reason', REASONS);
  parts('omadm_ui_sessions', 'outcome', ['done', 'abandoned', 'timedOut', 'failed']);
  parts('omadm_repository_transfers', 'method', ['GET', 'PUT', 'POST']);
  parts('omadm_repository_bytes', 'method', ['GET', 'PUT', 'POST']);
  parts('omadm_protocol_violations', 'rule', VIOLATION_RULES);
  parts('omadm_simulated_delay', 'kind', ['network', 'command', 'exec', 'ui_think', 'think']);
  parts('omadm_command_duration', 'command', COUNTED_COMMANDS);
  for (const metric of ['omadm_commands', 'omadm_statuses'])
    for (const command of COUNTED_COMMANDS) {
      names.push(partName(metric, { command }));
      for (const status of outcomesOf(command)) names.push(partName(metric, { command, status }));
    }
  return Object.fromEntries(names.map((name) => [name, []]));
}
