/** Time as the room sees it: monotonic milliseconds and timers, replaceable by virtual time. */

export interface Timer {
  /** Does nothing when the timer has run or was cancelled. */
  cancel(): void;
}

export interface Clock {
  /** Monotonic, in ms with fractions; only differences mean something. */
  now(): number;
  /** Calls back once, not before `ms` have passed. */
  after(ms: number, call: () => void): Timer;
}

/** Longer waits than Node's timers can express would end at once; every wait here is bounded far below. */
const LONGEST_MS = 2 ** 31 - 1;

export const realClock: Clock = {
  now: () => performance.now(),
  after(ms, call) {
    // Node cuts fractions off.
    const timeout = setTimeout(call, Math.min(Math.ceil(ms), LONGEST_MS));
    return { cancel: () => clearTimeout(timeout) };
  },
};
