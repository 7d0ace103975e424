/** A run of k6 in the form of the fleet's summary.json, made of the metrics that k6 hands to `handleSummary`. */
import { VIOLATION_RULES } from '../../../sim/protocol/violation.ts';
import { reasonsAgainst } from './validity.ts';
import { COUNTED_COMMANDS, outcomesOf, partName, REASONS } from './breakdown.ts';

/** What of k6's summary data is read. */
export interface SummaryData {
  readonly state: { readonly testRunDurationMs: number };
  readonly metrics: Readonly<
    Record<
      string,
      | {
          readonly values: Readonly<Record<string, number>>;
          readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
        }
      | undefined
    >
  >;
}

export interface SummaryFacts {
  readonly name: string;
  readonly script: string;
  readonly seed: number;
  readonly devices: number;
  readonly vus: number;
  readonly target: string;
  /** Of an instance that runs a part of the test, such as `0:1/2`. */
  readonly segment?: string;
  /** As `GET /ledger` answered it at the end. */
  readonly ledger?: Readonly<Record<string, unknown>>;
}

/** The figures that latencies are told by; k6 has to be asked for them. */
export const TREND_STATS = ['count', 'min', 'avg', 'med', 'p(90)', 'p(95)', 'p(99)', 'p(99.9)', 'max'];

type Counts = Record<string, number>;

/** A plain object of the form that sim/report/summary.schema.json describes under `"tool": "k6"`. */
export function k6Summary(data: SummaryData, facts: SummaryFacts) {
  const figures = new Figures(data);
  const { count } = figures;
  const ended = figures.parts('omadm_sessions_ended', 'outcome', ['completed', 'aborted', 'timedOut']);
  const started = count('omadm_sessions_started');
  const endedInAll = count('omadm_sessions_ended');
  const seconds = data.state.testRunDurationMs / 1_000;
  const perSecond = (number: number): number => (seconds > 0 ? rounded(number / seconds) : 0);
  const inFlight = started - endedInAll;
  const dropped = count(isClocked(facts.script) ? 'omadm_sessions_dropped' : 'dropped_iterations');
  const startLagP99Ms = figures.latency('omadm_start_lag').p99;
  const invalidReasons = reasonsAgainst(
    { started, dropped, startLagP99Ms, interrupted: endsItself(data, facts) ? 0 : inFlight },
    facts.vus,
  );
  return {
    schema: 1,
    tool: 'k6',
    run: {
      name: facts.name,
      script: facts.script,
      seed: facts.seed,
      devices: facts.devices,
      vus: facts.vus,
      ...(facts.segment === undefined ? {} : { segment: facts.segment }),
      campaign: '',
      target: facts.target,
      embeddedServer: false,
      durationMs: Math.round(data.state.testRunDurationMs),
    },
    totals: {
      sessions: { started, ...ended, inFlight },
      endings: { completed: 0, ...figures.withRest('omadm_sessions_ended', 'reason', REASONS, endedInAll) },
      iterations: count('omadm_iterations'),
      packages: { '0': 0, ...figures.parts('omadm_packages', 'package', ['1', '2', '3']) },
      notifications: {},
      commands: figures.commands('omadm_commands'),
      statuses: figures.commands('omadm_statuses'),
      uiSessions: figures.parts('omadm_ui_sessions', 'outcome', ['done', 'abandoned', 'timedOut', 'failed']),
      repository: Object.fromEntries(
        ['GET', 'PUT', 'POST'].map((method) => [
          method,
          {
            count: count('omadm_repository_transfers', { method }),
            bytes: count('omadm_repository_bytes', { method }),
          },
        ]),
      ),
      violations: Object.fromEntries(
        Object.entries(happened(figures.parts('omadm_protocol_violations', 'rule', VIOLATION_RULES))).map(
          ([rule, times]) => [rule, { count: times, example: '' }],
        ),
      ),
    },
    rates: {
      iterationsPerSecond: perSecond(count('omadm_iterations')),
      sessionsPerSecond: perSecond(endedInAll),
    },
    latencyMs: {
      serverTurnaround: figures.latency('omadm_server_turnaround'),
      iterationDevice: figures.latency('omadm_iteration_device'),
      connect: figures.latency('omadm_connect'),
      session: figures.latency('omadm_session_duration'),
      uiSession: figures.latency('omadm_ui_session_duration'),
      commands: Object.fromEntries(
        COUNTED_COMMANDS.map(
          (command) => [command, figures.latency(partName('omadm_command_duration', { command }))] as const,
        ).filter(([, latency]) => latency.count > 0),
      ),
    },
    simulatedDelayMs: figures.parts('omadm_simulated_delay', 'kind', [
      'network',
      'command',
      'exec',
      'ui_think',
      'think',
    ]),
    endingExamples: {},
    generator: { droppedIterations: dropped, startLagP99Ms },
    valid: invalidReasons.length === 0,
    invalidReasons,
    ledger: facts.ledger ?? {},
  };
}
export type K6Summary = ReturnType<typeof k6Summary>;

/** Devices come by their own clock: what k6 counts as dropped iterations are its turns for them, not sessions. */
function isClocked(script: string): boolean {
  return script === 'polling' || script === 'storm';
}

/** capacity.ts ends by the threshold that it looks for, in the middle of sessions: they are told, and no flaw. */
function endsItself({ metrics }: SummaryData, { script }: SummaryFacts): boolean {
  return (
    script === 'capacity' &&
    ['omadm_server_turnaround', 'omadm_sessions_failed'].some((metric) =>
      Object.values(metrics[metric]?.thresholds ?? {}).some(({ ok }) => !ok),
    )
  );
}

/** Whether k6 measured all that the summary tells: `--summary-trend-stats` may have taken something away. */
export function missingTrendStat({ metrics }: SummaryData): string | undefined {
  const values = metrics['omadm_session_duration']?.values;
  return values === undefined ? undefined : TREND_STATS.find((stat) => !(stat in values));
}

/** Reads figures by the metric's name and tags; what never happened is 0. */
class Figures {
  private readonly metrics: SummaryData['metrics'];

  constructor({ metrics }: SummaryData) {
    this.metrics = metrics;
  }

  readonly count = (metric: string, tags?: Readonly<Record<string, string>>): number =>
    rounded(this.metrics[tags === undefined ? metric : partName(metric, tags)]?.values['count'] ?? 0);

  parts<Value extends string>(metric: string, tag: string, values: readonly Value[]): Record<Value, number> {
    return Object.fromEntries(values.map((value) => [value, this.count(metric, { [tag]: value })])) as Record<
      Value,
      number
    >;
  }

  /** Those that happened, and what of the whole is none of them as `other`. */
  withRest(metric: string, tag: string, values: readonly string[], whole: number): Counts {
    return happened(withOther(this.parts(metric, tag, values), whole));
  }

  commands(metric: string): Record<string, Counts> {
    const all: Record<string, Counts> = {};
    for (const command of COUNTED_COMMANDS) {
      const whole = this.count(metric, { command });
      if (whole === 0) continue;
      const counts: Counts = {};
      for (const status of outcomesOf(command)) counts[status] = this.count(metric, { command, status });
      all[command] = happened(withOther(counts, whole));
    }
    return all;
  }

  latency(metric: string): Record<'p50' | 'p90' | 'p95' | 'p99' | 'p999' | 'max' | 'count', number> {
    const values = this.metrics[metric]?.values ?? {};
    const figure = (stat: string): number => rounded(values[stat] ?? 0);
    return {
      p50: figure('med'),
      p90: figure('p(90)'),
      p95: figure('p(95)'),
      p99: figure('p(99)'),
      p999: figure('p(99.9)'),
      max: figure('max'),
      count: figure('count'),
    };
  }
}

function withOther(counts: Counts, whole: number): Counts {
  const known = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { ...counts, other: whole - known };
}

function happened(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** To the microsecond. */
function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
