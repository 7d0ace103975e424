/** When in the ramp a device starts its first session. */

/** Fractional parts of i·ρ spread any run of indices evenly; ρ is unrelated to what picks profiles. */
const PLASTIC = 0.7548776662466927;

/**
 * Time from the start of the run to the first session of a device, in ms, below `rampMs`; device 0 starts at once. It
 * follows from the index alone; first sessions come at an even rate.
 */
export function rampOffsetMs(device: number, rampMs: number): number {
  return ((device * PLASTIC) % 1) * rampMs;
}
