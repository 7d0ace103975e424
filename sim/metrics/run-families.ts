/** The metrics of a run as a whole: what it is, what it is at, and what its own processes take. */
import { counter, gauge, type MetricFamily } from './metric-family.ts';
import { type RunPhase } from './timeline.ts';

/** What stays the same for the whole run. */
export interface RunFacts {
  readonly name: string;
  readonly version: string;
  readonly seed: number;
  readonly devices: number;
  readonly workers: number;
  /** The reference server's; `''` with another server. */
  readonly campaign: string;
}

/** What a process of the swarm has used since it began. */
export interface ProcessSample {
  /** `main`; never a process id, which would make a new series each time. */
  readonly process: string;
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** What a run is at, at one moment. */
export interface RunState {
  readonly phase: RunPhase;
  /** ms since the epoch; `undefined` before the run. */
  readonly startedAtMs: number | undefined;
  /** `undefined` until the run has ended. */
  readonly endedAtMs: number | undefined;
  /** By the rule that the summary uses, over the time so far. */
  readonly valid: boolean;
  readonly processes: readonly ProcessSample[];
}

export interface RunReading {
  readonly facts: RunFacts;
  readonly state: RunState;
}

export const PHASES: readonly RunPhase[] = ['ramp', 'load', 'drain', 'ended'];

export const RUN_FAMILIES: readonly MetricFamily<RunReading>[] = [
  gauge('omadm_run_info', 'Always 1; what was run stands in the labels.', ({ facts }) => [
    [
      {
        version: facts.version,
        seed: String(facts.seed),
        devices: String(facts.devices),
        workers: String(facts.workers),
        // Prometheus takes an empty label for none, and the series of a run with another server would have another shape.
        campaign: facts.campaign === '' ? 'unknown' : facts.campaign,
      },
      1,
    ],
  ]),
  gauge('omadm_run_start_timestamp_seconds', 'When the run began, since the epoch.', ({ state }) =>
    moment(state.startedAtMs),
  ),
  gauge(
    'omadm_run_end_timestamp_seconds',
    'When the run ended, since the epoch; missing while it goes on.',
    ({ state }) => moment(state.endedAtMs),
  ),
  gauge('omadm_run_phase', '1 for what the run is at now, 0 for the other phases.', ({ state }) =>
    PHASES.map((phase) => [{ phase }, phase === state.phase ? 1 : 0]),
  ),
  gauge(
    'omadm_generator_valid',
    '1 while the figures so far are those of the server, 0 when the generator was a limit itself.',
    ({ state }) => [[{}, state.valid ? 1 : 0]],
  ),
  counter(
    'omadm_generator_cpu_seconds_total',
    'CPU time of a process of the swarm, all its threads; without the reference server.',
    ({ state }) => state.processes.map(({ process, cpuSeconds }) => [{ process }, cpuSeconds]),
  ),
  gauge(
    'omadm_generator_resident_memory_bytes',
    'Memory of a process of the swarm; without the reference server.',
    ({ state }) => state.processes.map(({ process, residentBytes }) => [{ process }, residentBytes]),
  ),
];

function moment(ms: number | undefined): readonly [[Readonly<Record<string, string>>, number]] | readonly [] {
  return ms === undefined ? [] : [[{}, ms / 1_000]];
}
