/** The fingerprints of devices, told in k6's log: its metrics carry no texts, and its VUs share no memory. */
import { type DeviceMemory } from '../../../sim/device/device.ts';

declare const console: { log(text: string): void };

/** `fingerprint <index> <upper 32 bits> <lower 32 bits>`: what the device executed and answered in all its sessions. */
export function logFingerprint(device: number, { fingerprint: [high, low] }: DeviceMemory): void {
  console.log(`fingerprint ${device} ${high} ${low}`);
}
