/** The conversation between the main thread and a shard: rare, never once per event of a session. */
import { type NotificationResult } from '../metrics/recorder.ts';
import { type Violation } from '../protocol/violation.ts';
import { type TraceEvent } from '../transport/trace.ts';

export type ToShard =
  /** All shards are ready: the run has begun, at this time in ms since the epoch. */
  | { readonly kind: 'begin'; readonly startedAtMs: number }
  /** Start no more sessions; what runs gets the drain. */
  | { readonly kind: 'stop' }
  /** End what runs, now. */
  | { readonly kind: 'cut' }
  /** A Package#0 that came in by the HTTP ingress. */
  | {
      readonly kind: 'notify';
      readonly request: number;
      readonly device: number;
      readonly frame: Uint8Array | string;
    }
  /** Tell each step of this device's sessions, from now on. */
  | { readonly kind: 'follow'; readonly device: number }
  | { readonly kind: 'unfollow'; readonly device: number };

export type FromShard =
  /** Everything is in place: {@link ToShard} `begin` is waited for. Not from a shard that goes on in mid-run. */
  | { readonly kind: 'ready' }
  /** A peer has sent its first byte. */
  | { readonly kind: 'answered' }
  /** The first violation of a rule in this shard. */
  | { readonly kind: 'violation'; readonly violation: Violation }
  /** The first session of this shard that ended for a reason other than `completed`. */
  | { readonly kind: 'ending'; readonly reason: string; readonly detail: string }
  /** Something that people should know once: the push channel cannot be opened. */
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'notified'; readonly request: number; readonly result: NotificationResult }
  | { readonly kind: 'trace'; readonly device: number; readonly event: TraceEvent }
  /** What a followed device did since the message before, a few times a second; `lost`: steps left out before these. */
  | {
      readonly kind: 'steps';
      readonly device: number;
      readonly steps: readonly TraceEvent[];
      readonly lost: number;
    };
