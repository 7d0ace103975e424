/** The person in front of the screen during a UI Session (CR 6.2 step 3.a.2). */

/**
 * What the user does with the pages shown:
 * - `accept`: goes on through every page by its first affirmative form or link;
 * - `decline`: goes on by the negative way out where a page offers one;
 * - `ignore`: does nothing until the bound is reached;
 * - `leave`: closes the browser half-way, after the first page that was submitted or, if nothing can be, after thinking.
 */
export const UI_DECISIONS = ['accept', 'decline', 'ignore', 'leave'] as const;
export type UiDecision = (typeof UI_DECISIONS)[number];

export interface UiUser {
  readonly decision: UiDecision;
  /** Think time before the next action, in ms; each call draws the next from the device's own stream. */
  readonly thinkMs: () => number;
}

/** How a UI Session ended; `failed`: its first page could not be opened. */
export type UiOutcome = 'done' | 'abandoned' | 'timedOut' | 'failed';
