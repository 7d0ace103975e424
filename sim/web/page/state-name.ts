/** What a device is doing, in words for people. */
import { DEVICE_STATES, type DeviceState } from '../../metrics/recorder.ts';

export const STATE_NAMES: Readonly<Record<DeviceState, string>> = {
  pending: 'pending',
  dormant: 'dormant',
  waiting: 'waiting for the server',
  executing: 'executing',
  ui: 'in a UI Session',
  updating: 'updating',
  failed: 'failed',
  finished: 'finished',
};

/** What each means, where there is room for a sentence. */
export const STATE_MEANINGS: Readonly<Record<DeviceState, string>> = {
  pending: 'its first session is not due yet',
  dormant: 'between two sessions',
  waiting: 'for an answer of the DM Server or of a Data Repository',
  executing: 'is executing a command, with its simulated latency',
  ui: 'a user is busy with pages that SHOW opened',
  updating: 'is doing the work of an EXEC between two sessions',
  failed: 'its last session was aborted or timed out; dormant until its next session',
  finished: 'has done all its sessions',
};

/** States in which a device does something. */
export const BUSY_STATES = ['waiting', 'executing', 'ui', 'updating', 'failed'] as const;

export function stateAt(index: number): DeviceState {
  return DEVICE_STATES[index] ?? 'pending';
}
