/** What a chart shows of a stretch of a run. Plain data, read by the page's script too. */
import { type DeviceState } from './recorder.ts';

export type RunPhase = 'ramp' | 'load' | 'drain' | 'ended';

/** Percentiles in ms of one sample's time; `null` where nothing was measured in it. */
export interface TimelineLatency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What happened in a stretch of a run, usually one second. */
export interface TimelineSample {
  /** End of the stretch, in ms since the start of the run. */
  readonly atMs: number;
  /** Its length in seconds. */
  readonly seconds: number;
  readonly phase: RunPhase;
  readonly iterationsPerSecond: number;
  /** Sessions ended, however they ended. */
  readonly sessionsPerSecond: number;
  /** Sessions aborted or timed out in the stretch, by reason; only those that happened. */
  readonly failures: Readonly<Record<string, number>>;
  /** What the server did against the protocol in the stretch. */
  readonly violations: number;
  readonly serverTurnaround: TimelineLatency | null;
  readonly iterationDevice: TimelineLatency | null;
  readonly session: TimelineLatency | null;
  /** At the end of the stretch. */
  readonly devices: Readonly<Record<DeviceState, number>>;
  readonly generator: {
    /** Of the worst shard, in ms. */
    readonly eventLoopDelayP99Ms: number;
    /** Of the busiest shard, 0 to 1. */
    readonly utilization: number;
    /** CPU seconds per second of all processes of the swarm; null before the first reading. */
    readonly cpuCores: number | null;
    readonly rssBytes: number | null;
  };
}
