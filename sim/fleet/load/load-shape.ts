/** Load shapes: when each device of a fleet is to start its sessions by itself. One file a shape, named as users type it. */
import { type Distribution } from '../../random/distribution.ts';

/** Which shape, with its parameters; plain data that crosses threads, times in ms. */
export type LoadSpec =
  /** Session, think time, session, …: a slow server is asked less often. First sessions are spread over the ramp. */
  | { readonly shape: 'closed'; readonly rampMs: number; readonly thinkTime: Distribution }
  /**
   * Every device has its own timetable, whatever the server does. Times lie around its multiples of the period, `jitter`
   * (0 … 0.5) of a period before or behind them at most.
   */
  | { readonly shape: 'polling'; readonly periodMs: number; readonly jitter: number };

/**
 * Times are in ms since the start of the run and follow from the seed and the device, never from the shard, the machine
 * or the order of events – but for the end of a device's session where that is what the next one waits for.
 */
export interface LoadShape {
  /**
   * What a device's next session is counted from: the `end` of its last one, or the `clock`, so that it can come due
   * while the last one still goes on. Then it is dropped.
   */
  readonly pace: 'end' | 'clock';
  /** When the device's first session is due; not before the start of the run. */
  firstMs(device: number): number;
  /**
   * When its next one is due: after its nth turn (1, 2, …), that ended at `fromMs`; or, where the clock sets the pace,
   * the first due time after `fromMs`.
   */
  nextMs(device: number, fromMs: number, turn: number): number;
  /** When a device goes on that has done `turns` turns in a worker that died; the run is at `nowMs`. */
  returnMs(device: number, nowMs: number, turns: number): number;
}
