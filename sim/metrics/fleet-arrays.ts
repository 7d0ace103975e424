/** What is kept for every device of the fleet, in shared memory: shards write their own devices, anyone reads. */
import { createHash } from 'node:crypto';
import { DEVICE_STATES, type DeviceState } from './recorder.ts';

/** What is known of single devices for people who look at one. Zero: nothing yet. */
export interface DeviceFacts {
  /** The command that is being executed: index into COUNTED_COMMANDS, plus 1; 0 between commands. */
  readonly commands: Uint8Array;
  /** How the last session ended: index into OUTCOMES, plus 1. */
  readonly lastOutcomes: Uint8Array;
  readonly lastDurationsMs: Float32Array;
  /** Why the last session that failed did so: index into the slab's reasons, plus 1. */
  readonly lastErrors: Uint16Array;
}

/** Plain data, 21 bytes a device; sent to a worker it stays the same memory. */
export interface FleetArrays extends DeviceFacts {
  /** Index into {@link DEVICE_STATES}. */
  readonly states: Uint8Array;
  readonly sessionsDone: Uint32Array;
  /** Upper and lower 32 bits of the running fingerprint of what the device executed and answered. */
  readonly fingerprintsHigh: Uint32Array;
  readonly fingerprintsLow: Uint32Array;
}

/** @throws RangeError when there is not so much memory, or `devices` is no whole number ≥ 0. */
export function createFleetArrays(devices: number): FleetArrays {
  if (!Number.isSafeInteger(devices) || devices < 0)
    throw new RangeError(`createFleetArrays: ${devices} devices`);
  const bytes = (): Uint8Array => new Uint8Array(new SharedArrayBuffer(devices));
  const words = (): Uint32Array => new Uint32Array(new SharedArrayBuffer(devices * 4));
  return {
    states: bytes(),
    commands: bytes(),
    lastOutcomes: bytes(),
    lastDurationsMs: new Float32Array(new SharedArrayBuffer(devices * 4)),
    lastErrors: new Uint16Array(new SharedArrayBuffer(devices * 2)),
    sessionsDone: words(),
    fingerprintsHigh: words(),
    fingerprintsLow: words(),
  };
}

/** How many devices are in each state. */
export function countStates(states: Uint8Array): Readonly<Record<DeviceState, number>> {
  const counts = new Array<number>(256).fill(0);
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return Object.fromEntries(DEVICE_STATES.map((name, i) => [name, counts[i] ?? 0])) as Record<
    DeviceState,
    number
  >;
}

/** Devices hashed at a time: 512 KiB, whatever the size of the fleet. */
const DIGEST_STEP = 65_536;

/**
 * The fleet's digest, 64 hex digits: SHA-256 over the fingerprints of all devices in index order, each as 8 bytes, big
 * endian. So it depends on what devices did, and on nothing else: not on the number of shards, not on the machine.
 */
export function fleetDigest({ fingerprintsHigh, fingerprintsLow }: FleetArrays): string {
  const sha256 = createHash('sha256');
  for (let from = 0; from < fingerprintsHigh.length; from += DIGEST_STEP) {
    const devices = Math.min(DIGEST_STEP, fingerprintsHigh.length - from);
    const bytes = new DataView(new ArrayBuffer(devices * 8));
    for (let i = 0; i < devices; i++) {
      bytes.setUint32(i * 8, fingerprintsHigh[from + i] ?? 0);
      bytes.setUint32(i * 8 + 4, fingerprintsLow[from + i] ?? 0);
    }
    sha256.update(bytes);
  }
  return sha256.digest('hex');
}
