/** The phases of a run by its clock. */
import { rampMsOf } from './load/load-rhythm.ts';
import { type RunConfig } from './run-config.ts';

/** First sessions come in, all devices are at work, no more sessions are started. */
export type ActivePhase = 'ramp' | 'load' | 'drain';

/** The phase of a run that nobody has stopped, `elapsedMs` after its start. */
export function phaseAt(
  { load, durationMs }: Pick<RunConfig, 'load' | 'durationMs'>,
  elapsedMs: number,
): ActivePhase {
  if (elapsedMs < rampMsOf(load)) return 'ramp';
  return elapsedMs < durationMs ? 'load' : 'drain';
}
