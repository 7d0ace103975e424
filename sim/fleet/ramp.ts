/** When in the ramp a device starts its first session. */

/** Fractional parts of i·ρ spread any run of indices evenly; ρ is unrelated to what picks profiles. */
const PLASTIC = 0.7548776662466927;

/**
 * Time from the start of the run to the first session of a device, in ms, below `rampMs`; device 0 starts at once. It
 * follows from the index alone. The rate of first sessions rises gently and falls again – the share of devices that have
 * started is 3x² − 2x³ – for caches and just-in-time compilers on both sides begin cold, and towards the end of the ramp
 * the first devices are back already.
 */
export function rampOffsetMs(device: number, rampMs: number): number {
  const share = (device * PLASTIC) % 1;
  const x = 0.5 - Math.sin(Math.asin(1 - 2 * share) / 3);
  return Math.floor(x * rampMs * 1_000) / 1_000;
}
