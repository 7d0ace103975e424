/** The phases of a run as spans of its time. */
import { type RunPhase, type TimelineSample } from '../../metrics/timeline.ts';

/** Seconds since the start of the run. */
export interface PhaseSpan {
  readonly phase: RunPhase;
  readonly from: number;
  readonly to: number;
}

/** Neighbouring samples of one phase are one span. */
export function phaseSpans(samples: readonly TimelineSample[]): readonly PhaseSpan[] {
  const spans: PhaseSpan[] = [];
  for (const { phase, atMs, seconds } of samples) {
    const to = atMs / 1_000;
    const last = spans.at(-1);
    if (last?.phase === phase) spans[spans.length - 1] = { ...last, to };
    else spans.push({ phase, from: last?.to ?? Math.max(0, to - seconds), to });
  }
  return spans;
}
