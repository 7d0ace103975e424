/** What a load comes to on the whole: how many sessions to expect, and what others need who keep its rhythm. */
import { type Distribution, meanMs } from '../../random/distribution.ts';
import { type LoadSpec } from './load-shape.ts';

/** Time over which first sessions come in until the load is all there, in ms; 0 where it is there at once. */
export function rampMsOf(load: LoadSpec): number {
  switch (load.shape) {
    case 'closed':
      return load.rampMs;
    case 'polling':
      return 0;
    default:
      return load satisfies never;
  }
}

/** Devices with a timetable that the server wakes, all the same, open their channels over this time. */
const CHANNELS_MS = 10_000;

/** Time over which devices that the server wakes open their channels at the start of a run, in ms. */
export function channelRampMsOf(load: LoadSpec): number {
  switch (load.shape) {
    case 'closed':
      return load.rampMs;
    case 'polling':
      return Math.min(load.periodMs, CHANNELS_MS);
    default:
      return load satisfies never;
  }
}

/** Sessions to expect of a fleet in a second, when a session takes `sessionMs`. */
export function sessionsPerSecond(load: LoadSpec, devices: number, sessionMs: number): number {
  switch (load.shape) {
    case 'closed':
      return (devices * 1_000) / (meanMs(load.thinkTime) + sessionMs);
    case 'polling':
      return (devices * 1_000) / load.periodMs;
    default:
      return load satisfies never;
  }
}

/** Devices to expect in session at the same time at most, when a session takes `sessionMs`. */
export function mostInSession(load: LoadSpec, devices: number, sessionMs: number): number {
  switch (load.shape) {
    case 'closed':
      return devices;
    case 'polling':
      // Twice the mean: what is due is not evenly spaced, nor are sessions equally long.
      return Math.min(
        devices,
        Math.ceil((2 * sessionsPerSecond(load, devices, sessionMs) * sessionMs) / 1_000),
      );
    default:
      return load satisfies never;
  }
}

/** The pause between two notifications of a device that the server is to wake as often as it would wake by itself. */
export function notificationPause(load: LoadSpec): Distribution {
  switch (load.shape) {
    case 'closed':
      return load.thinkTime;
    case 'polling': {
      const spread = load.periodMs * load.jitter;
      return { kind: 'uniform', minMs: load.periodMs - spread, maxMs: load.periodMs + spread };
    }
    default:
      return load satisfies never;
  }
}
