/** Panels that tell whether a run's figures are the server's: shown on several dashboards. */
import { MappingType, type Panel, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PHASES } from '../sim/metrics/run-families.ts';
import { type RunPhase } from '../sim/metrics/timeline.ts';
import { stat } from './panel.ts';
import { of, query, quantile } from './query.ts';

/** The limits of the run's own verdict (sim/report/validity.ts). */
export { MOST_EVENT_LOOP_DELAY_P99_MS, UTILIZATION_LIMIT } from '../sim/report/validity.ts';

export const VALIDITY_WORDS: readonly ValueMapping[] = [
  {
    type: MappingType.ValueToText,
    options: {
      '0': { text: 'NOT VALID', color: 'red', index: 0 },
      '1': { text: 'valid', color: 'green', index: 1 },
    },
  },
];

export const WHAT_VALID_MEANS =
  'Whether the figures so far are those of the server. NOT VALID: in some shard the event loop was more than 5 ms late at ' +
  'the 99th percentile, or busy for 78 % of the time or more, over the run so far; the latencies then hold delay of the ' +
  'load generator itself. A cold start alone can do that to the first seconds; it is forgiven as the run grows longer.';

/** Of a run that several processes tell of, the worst. */
export const VALID = `min(${of('omadm_generator_valid')})`;

export function validityStat(): Panel {
  return stat({
    title: 'Valid so far',
    description: `${WHAT_VALID_MEANS} Dashboard Generator shows why.`,
    unit: 'none',
    query: query(VALID, 'valid'),
    shows: 'last',
    mappings: VALIDITY_WORDS,
  });
}

const PHASE_COLOURS: Readonly<Record<RunPhase, string>> = {
  ramp: 'blue',
  load: 'green',
  drain: 'orange',
  ended: 'text',
};

export function phaseStat(): Panel {
  return stat({
    title: 'Phase',
    description:
      'ramp: first sessions come in one after the other. load: all devices are at work. drain: no more sessions are ' +
      'started, running ones finish. ended: the run is over and its page is kept for a last scrape.',
    unit: 'none',
    // A number, and not one series a phase: a stat shows the last value of every series in the shown time.
    query: query(
      `max(${PHASES.map((phase, i) => `${i} * ${of('omadm_run_phase', `phase="${phase}"`)}`).join(' or ')})`,
      'phase',
    ),
    shows: 'last',
    mappings: [
      {
        type: MappingType.ValueToText,
        options: Object.fromEntries(
          PHASES.map((phase, i) => [String(i), { text: phase, color: PHASE_COLOURS[phase], index: i }]),
        ),
      },
    ],
  });
}

/** Percentiles of a histogram as queries of one panel, e.g. `p95`. `prefix` is put before the name. */
export function percentiles(
  histogram: string,
  prefix = '',
  ...matchers: readonly string[]
): ReturnType<typeof query>[] {
  return [0.5, 0.95, 0.99].map((q) =>
    query(quantile(q, histogram, [], ...matchers), `${prefix}p${Math.round(q * 100)}`),
  );
}
