/** Reads a run once a second into its timeline. */
import { type Fleet } from '../fleet/fleet.ts';
import { type ProcessUsageWatch } from '../metrics/process-usage.ts';
import { type Timeline, type TimelineSample } from '../metrics/timeline.ts';
import { type Totals } from '../metrics/totals.ts';

const INTERVAL_MS = 1_000;

export interface TimelineWatch {
  /** Takes the last sample, up to now, and no more. */
  end(): void;
}

/** From now on, which is the start of the run; `onSample` is told of each sample with the totals at its end. */
export function watchTimeline(
  fleet: Fleet,
  usage: ProcessUsageWatch,
  timeline: Timeline,
  onSample: (sample: TimelineSample, totals: Totals) => void,
): TimelineWatch {
  const startedAt = performance.now();
  const read = (): readonly [TimelineSample, Totals] => {
    const totals = fleet.totals();
    const { cpuSeconds, rssBytes } = usage.read();
    const atMs = performance.now() - startedAt;
    return [timeline.add({ totals, phase: fleet.phase, atMs, usage: { cpuSeconds, rssBytes } }), totals];
  };
  const timer = setInterval(() => onSample(...read()), INTERVAL_MS);
  return {
    end: () => {
      clearInterval(timer);
      read();
    },
  };
}
