/** What the live page needs of a run: its facts, its numbers when asked, and a way to look at single devices. */
import { type StepsListener } from '../fleet/followers.ts';
import { type TimelineSample } from '../metrics/timeline.ts';
import { type Totals } from '../metrics/totals.ts';
import { type Check } from '../report/run-checks.ts';
import { type DeviceView, type RunView } from './feed-message.ts';

export interface LiveRun {
  view(): RunView;
  /** A byte a device; goes on changing. */
  readonly states: Uint8Array;
  totals(): Totals;
  samples(): readonly TimelineSample[];
  checks(totals: Totals): readonly Check[];
  device(index: number): DeviceView;
  /** One listener a device. */
  follow(device: number, listener: StepsListener): void;
  unfollow(device: number): void;
}
