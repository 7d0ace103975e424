/** The phases of a run by its clock. */
import { type RunConfig } from './run-config.ts';

/** First sessions come in, all devices are at work, no more sessions are started. */
export type ActivePhase = 'ramp' | 'load' | 'drain';

/** The phase of a run that nobody has stopped, `elapsedMs` after its start. */
export function phaseAt(
  { rampMs, durationMs }: Pick<RunConfig, 'rampMs' | 'durationMs'>,
  elapsedMs: number,
): ActivePhase {
  if (elapsedMs < rampMs) return 'ramp';
  return elapsedMs < durationMs ? 'load' : 'drain';
}
