/** One device as the page shows it: what shared memory holds of it, and what follows from seed and index. */
import { type Population } from '../device/population.ts';
import { type FleetArrays } from '../metrics/fleet-arrays.ts';
import { DEVICE_STATES, OUTCOMES } from '../metrics/recorder.ts';
import { COUNTED_COMMANDS } from '../metrics/slab-layout.ts';
import { type DeviceView } from './feed-message.ts';

/** `reasons`: names of the end reasons in the order of the slabs. */
export function deviceView(
  device: number,
  arrays: FleetArrays,
  population: Population,
  reasons: readonly string[],
): DeviceView {
  const command = COUNTED_COMMANDS[(arrays.commands[device] ?? 0) - 1];
  const outcome = OUTCOMES[(arrays.lastOutcomes[device] ?? 0) - 1];
  const lastError = reasons[(arrays.lastErrors[device] ?? 0) - 1];
  return {
    device,
    devId: population.devIdOf(device),
    profile: population.profileOf(device).name,
    state: DEVICE_STATES[arrays.states[device] ?? 0] ?? 'pending',
    ...(command === undefined ? {} : { command }),
    sessionsDone: arrays.sessionsDone[device] ?? 0,
    ...(outcome === undefined
      ? {}
      : { lastSession: { outcome, durationMs: rounded(arrays.lastDurationsMs[device] ?? 0) } }),
    ...(lastError === undefined ? {} : { lastError }),
    pushed: population.isPushed(device),
  };
}

/** To the microsecond: single precision has no more to say. */
function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
