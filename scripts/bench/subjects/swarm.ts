/** The swarm as its user starts it, under load from the static server: what one of its runs is asked, and checked for. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type BenchContext } from '../bench-context.ts';
import { type Child, startChild } from '../kit/child.ts';
import { SUMMARY_FORM, type Summary } from '../../../sim/report/summary-schema.ts';
import { type StaticServerCounts } from '../server/static-server.ts';
import { PROFILE } from '../server/static-traffic.ts';

export interface SwarmOptions {
  /** Base URL of the server; without it the swarm starts a reference server of its own. */
  readonly server?: string;
  readonly devices: number;
  readonly rampMs?: number;
  readonly profile?: string;
  /** How sessions follow each other; by default without a pause. */
  readonly pace?: readonly string[];
  /** Further options, as a user would give them. */
  readonly flags?: readonly string[];
  /** Node's own options. */
  readonly execArgv?: readonly string[];
}

const HOUR_MS = 3_600_000;

/** Devices that simulate no delay and think no time: a closed loop, as fast as swarm and server can. */
export function startSwarm(bench: BenchContext, options: SwarmOptions): Child {
  const { server, devices, rampMs = 0, profile = PROFILE, flags = [], execArgv = [] } = options;
  const { pace = ['--think-time', '0', '--ramp', `${rampMs}ms`] } = options;
  const argv = [
    ...(server === undefined ? [] : ['--server', `${server}/dm`]),
    ...['--devices', String(devices), '--profile', profile, ...pace],
    ...['--latency', 'all=0ms', '--latency', 'network=0ms', '--duration', `${Math.max(HOUR_MS, rampMs)}ms`],
    ...['--timeout', '30m', '--session-timeout', '1h', '--drain', '60s'],
    ...['--json', '--metrics-port', '0', ...flags],
  ];
  const subject = join(bench.directory, 'bench-subject.mjs');
  return startChild(process.execPath, [...execArgv, subject, 'swarm', ...argv], {
    cpu: bench.pinned?.measured,
  });
}

/** The swarm's options as its help tells them: what rows about the future ask for. */
export function swarmHas(bench: BenchContext, ...names: readonly string[]): boolean {
  const help = execFileSync(
    process.execPath,
    [join(bench.directory, 'bench-subject.mjs'), 'swarm', '--help'],
    {
      encoding: 'utf8',
    },
  );
  return names.every((name) => new RegExp(`^ +--${name}\\b`, 'm').test(help));
}

/** Ctrl-C, the drain, and the summary. @throws Error when there is none. */
export async function endSwarm(child: Child): Promise<Summary> {
  const code = await child.end('SIGINT');
  try {
    return SUMMARY_FORM.parse(JSON.parse(child.stdout));
  } catch (error) {
    throw new Error(`the swarm ended with ${code} and no summary: ${child.stderr.slice(-2_000)}`, {
      cause: error,
    });
  }
}

/**
 * A fast run that did something else than it was meant to is no result: every session has to be completed, the server
 * has to have seen as many packages and transfers, and commands have to have the statuses expected.
 * @throws Error that says what is wrong.
 */
export function checkSummary(
  { totals }: Summary,
  counts: StaticServerCounts,
  statuses: Readonly<Record<string, readonly string[]>>,
): void {
  const { sessions, packages, repository, violations } = totals;
  const wrong = (what: string): never => {
    throw new Error(`the measured run is not what it was meant to be: ${what}`);
  };
  if (sessions.completed !== sessions.started)
    wrong(
      `${sessions.completed} of ${sessions.started} sessions completed: ${JSON.stringify(totals.endings)}`,
    );
  const compared = [
    ['Package#1', packages['1'], counts.package1],
    ['Package#3', packages['3'], counts.package3],
    ['GET', repository.GET.count, counts.gets],
    ['PUT', repository.PUT.count, counts.puts],
  ] as const;
  for (const [name, swarm, server] of compared)
    if (swarm !== server) wrong(`${name}: ${swarm} by the swarm's books, ${server} by the server's`);
  if (Object.keys(violations).length > 0) wrong(`violations: ${JSON.stringify(violations)}`);
  for (const [command, codes] of Object.entries(totals.statuses)) {
    const unexpected = Object.keys(codes).filter((code) => !(statuses[command] ?? []).includes(code));
    if (unexpected.length > 0) wrong(`${command} got ${unexpected.join(', ')}`);
  }
}
