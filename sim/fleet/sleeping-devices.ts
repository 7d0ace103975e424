/**
 * What a shard keeps of devices that sleep: numbers in arrays, and only of those whose tree, subscriptions or pending
 * work differ from their profile an object with just that. Texts that many devices hold are held once.
 */
import { type DeviceMemory } from '../device/device-memory.ts';
import { type TextData } from '../device/mo-template.ts';
import { type TreeMemory } from '../device/mo-tree.ts';
import { type FleetArrays } from '../metrics/fleet-arrays.ts';
import { type Segment } from './segment.ts';
import { TextPool } from './text-pool.ts';

/** A memory without what stands in arrays. */
type Difference = Omit<DeviceMemory, 'sessions' | 'fingerprint'>;

export class SleepingDevices {
  private readonly first: number;
  private readonly fingerprints: Pick<FleetArrays, 'fingerprintsHigh' | 'fingerprintsLow'>;
  /** Sessions started, reports of work included; 0: it has never run. */
  private readonly sessions: Uint32Array;
  private readonly differences: (Difference | undefined)[];
  /** Devices that have a memory – a notification received – before their first session. */
  private readonly unrun = new Map<number, DeviceMemory>();
  private readonly texts = new TextPool();

  constructor({ first, end }: Segment, arrays: FleetArrays) {
    this.first = first;
    this.fingerprints = arrays;
    this.sessions = new Uint32Array(end - first);
    this.differences = new Array<Difference | undefined>(end - first);
  }

  /** `undefined`: it is as its profile says. */
  memoryOf(device: number): DeviceMemory | undefined {
    const sessions = this.sessions[device - this.first] ?? 0;
    if (sessions === 0) return this.unrun.get(device);
    const { fingerprintsHigh, fingerprintsLow } = this.fingerprints;
    return {
      ...this.differences[device - this.first],
      sessions,
      fingerprint: [fingerprintsHigh[device] ?? 0, fingerprintsLow[device] ?? 0],
    };
  }

  /** Takes a device that falls asleep; its fingerprint goes into the fleet's arrays with its first session. */
  keep(device: number, memory: DeviceMemory): void {
    const { sessions, fingerprint, ...difference } = memory;
    if (sessions === 0) {
      this.unrun.set(device, memory);
      return;
    }
    this.sessions[device - this.first] = sessions;
    const { fingerprintsHigh, fingerprintsLow } = this.fingerprints;
    [fingerprintsHigh[device], fingerprintsLow[device]] = fingerprint;
    this.differences[device - this.first] = isEmpty(difference) ? undefined : this.shared(difference);
  }

  /** Keeps no difference any more: the device is awake, and it is kept anew when it falls asleep, or it is finished. */
  forget(device: number): void {
    this.unrun.delete(device);
    this.differences[device - this.first] = undefined;
  }

  private shared(difference: Difference): Difference {
    const { tree } = difference;
    return tree === undefined ? difference : { ...difference, tree: sharedTree(tree, this.texts) };
  }
}

function isEmpty(difference: Difference): boolean {
  for (const name in difference) if (difference[name as keyof Difference] !== undefined) return false;
  return true;
}

function sharedTree(tree: TreeMemory, texts: TextPool): TreeMemory {
  const { values, added, instances } = tree;
  return {
    ...tree,
    ...(values === undefined
      ? {}
      : { values: values.map((value) => (typeof value === 'string' ? texts.shared(value) : value)) }),
    ...(added === undefined
      ? {}
      : {
          added: added.map(
            ([parent, name, data]) => [parent, texts.shared(name), sharedData(data, texts)] as const,
          ),
        }),
    ...(instances === undefined
      ? {}
      : {
          instances: instances.map(
            ([moid, miid, data]) => [moid, texts.shared(miid), sharedData(data, texts)] as const,
          ),
        }),
  };
}

function sharedData(data: TextData, texts: TextPool): TextData {
  if (typeof data === 'string') return texts.shared(data);
  return data.map(([name, inner]) => [texts.shared(name), sharedData(inner, texts)] as const);
}
