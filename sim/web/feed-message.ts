/**
 * What the swarm and its live page say to each other over one WebSocket: these messages as JSON in text frames, the
 * devices' states in binary frames (cell-frame.ts). Plain data, read by the browser too.
 */
import { type DeviceState, type OutcomeName, type TriggerName } from '../metrics/recorder.ts';
import { type TimelineSample } from '../metrics/timeline.ts';
import { type Check } from '../report/run-checks.ts';
import { type Summary } from '../report/summary-schema.ts';
import { type TraceEvent } from '../transport/trace.ts';

export type { Check } from '../report/run-checks.ts';

/** Raised when a page of an older swarm could not read the feed any more; the page then reloads itself. */
export const FEED_VERSION = 1;

/** Codes a feed is closed with before its first message: as many pages as there may be look at the run (try again later). */
export const FEED_FULL = 1_013;
/** The page must bring the token. */
export const FEED_LOCKED = 4_401;

/** The run as it was ordered; stays the same until its end. Times in ms. */
export interface RunView {
  /** `--run`, or what was made of the time it began. */
  readonly name: string;
  readonly version: string;
  /** Since the epoch. */
  readonly startedAtMs: number;
  readonly seed: number;
  readonly devices: number;
  readonly workers: number;
  readonly target: string;
  /** Of the reference server; absent when another server is the target. */
  readonly campaign?: string;
  readonly rampMs: number;
  readonly durationMs: number;
  readonly drainMs: number;
  /** The words after `npm run swarm --` that make this run again, without what is secret. */
  readonly command: string;
}

/** Running totals of the whole run, as the page shows them. */
export interface TotalsView {
  readonly sessions: Readonly<Record<'started' | OutcomeName | 'inFlight', number>>;
  readonly iterations: number;
  readonly packages: Readonly<Record<'0' | '1' | '2' | '3', number>>;
  readonly violations: number;
  /** Ended sessions by reason other than `completed`; only those that happened. */
  readonly failures: Readonly<Record<string, number>>;
  /** Delivered commands by name and outcome. */
  readonly commands: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** One device, as far as can be seen without disturbing it. */
export interface DeviceView {
  readonly device: number;
  readonly devId: string;
  readonly profile: string;
  readonly state: DeviceState;
  /** The command that is being executed; absent when none is. */
  readonly command?: string;
  readonly sessionsDone: number;
  readonly lastSession?: { readonly outcome: OutcomeName; readonly durationMs: number };
  /** Why the last session that failed did so. */
  readonly lastError?: string;
  readonly pushed: boolean;
}

/** Swarm → page. */
export type FeedMessage =
  /** The first message, also after a reconnect; a frame with all cells follows. */
  | {
      readonly kind: 'hello';
      readonly version: number;
      readonly run: RunView;
      /** A cell of the map holds this many consecutive devices, the last one what is left. */
      readonly devicesPerCell: number;
      readonly samples: readonly TimelineSample[];
      readonly totals: TotalsView;
      readonly checks: readonly Check[];
      /** Steering is possible; without it the page shows no controls. */
      readonly steerable: boolean;
    }
  /** About once a second. */
  | {
      readonly kind: 'sample';
      readonly sample: TimelineSample;
      readonly totals: TotalsView;
      readonly checks: readonly Check[];
    }
  /** Answers `inspect`, and comes again a few times a second while the page inspects the device. */
  | { readonly kind: 'device'; readonly device: DeviceView }
  /** Steps of a followed device, in order; `lost`: so many steps before these were dropped as the browser was slow. */
  | {
      readonly kind: 'steps';
      readonly device: number;
      readonly trigger?: TriggerName;
      readonly steps: readonly TraceEvent[];
      readonly lost: number;
    }
  /** So many frames in all were not sent to this page, which was slow. What follows is complete again. */
  | { readonly kind: 'dropped'; readonly frames: number }
  /** The page has asked for something that cannot be: plain words. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The run has ended; nothing changes any more. */
  | { readonly kind: 'finished'; readonly result: FinishedRun };

/** Page → swarm. */
export type PageMessage =
  /** Replaces what was inspected before; `undefined` as null: nothing. */
  | { readonly kind: 'inspect'; readonly device: number | null }
  /** Replaces what was followed before. */
  | { readonly kind: 'follow'; readonly device: number | null };

/** All that the page shows of a run that is over: embedded in `report.html`, or sent to a page that stays. */
export interface FinishedRun {
  readonly run: RunView;
  readonly samples: readonly TimelineSample[];
  readonly checks: readonly Check[];
  readonly summary: Summary;
}
