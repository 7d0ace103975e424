/** What a run is: plain data that crosses threads. */
import { type PopulationSpec } from '../device/population.ts';
import { type HttpClientOptions } from '../transport/http-client.ts';
import { type HttpTransport } from '../transport/http-transport-name.ts';
import { type LoadSpec } from './load/load-shape.ts';

/** All times in ms. */
export interface RunConfig {
  /** Label `run` of every metric, and how summary and pages call it. */
  readonly name: string;
  readonly population: PopulationSpec;
  /** URL that gets Package#1. */
  readonly target: string;
  readonly http: HttpClientOptions;
  readonly httpTransport: HttpTransport;
  readonly workers: number;
  /** Sessions a device does; `undefined`: as many as fit into the duration. Sessions that report an EXEC are extra. */
  readonly sessions: number | undefined;
  readonly durationMs: number;
  /** When devices start their sessions. */
  readonly load: LoadSpec;
  /** What running sessions get after the end before they are cut (`run_ended`). */
  readonly drainMs: number;
  readonly exchangeTimeoutMs: number;
  readonly sessionTimeoutMs: number;
  /** Package#2s a session executes before it is aborted as endless. */
  readonly maxIterations: number;
  readonly pushChannel: 'own' | 'shared';
  /** Every step of every session is sent to the main thread. For a handful of devices. */
  readonly trace: boolean;
  /** A rehearsal: the first worker throws this long after the start. */
  readonly crashWorkerAfterMs: number | undefined;
}
