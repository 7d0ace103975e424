/** Devices for tests: one profile with the standard MOs, the MO of protocol.md section 5, and one without instances. */
import { createHash } from 'node:crypto';
import { type Sha256 } from '../../protocol/notification.ts';
import { type CommandName } from '../../protocol/command.ts';
import { type Distribution } from '../../random/distribution.ts';
import { Device, type DeviceMemory } from '../device.ts';
import {
  type AccessType,
  type NodeDefinition,
  type ObjectDefinition,
  ONE,
  ZERO_OR_MORE,
} from '../mo-definition.ts';
import { type ShowMode } from '../effect.ts';
import { NETWORKS } from '../network.ts';
import { Population, type DeviceIdentity } from '../population.ts';
import { type Profile } from '../profile.ts';
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from '../session-limits.ts';

export const SERVER = 'http://dms.example/dm';
export const SENSORS = 'urn:oma:mo:m:1.0';
export const WLAN = 'urn:oma:mo:ext-acme-wlan:1.0';
export const CAMERA = 'urn:oma:mo:ext-acme-camera:1.0';

export const sha256: Sha256 = (data) => new Uint8Array(createHash('sha256').update(data).digest());

const READ: readonly AccessType[] = ['Get'];
const READ_WRITE: readonly AccessType[] = ['Get', 'Replace'];
const FREE: readonly AccessType[] = ['Add', 'Delete', 'Get', 'Replace'];

function leaf(format: 'chr' | 'int', access = READ_WRITE): NodeDefinition {
  return { format, access, occurrence: ONE, permanent: false, value: format === 'int' ? '0' : '' };
}

/** `left` and `right` as in protocol.md section 5. */
const sensors: ObjectDefinition = {
  moid: SENSORS,
  instanceName: 'sensor',
  root: {
    access: FREE,
    occurrence: ZERO_OR_MORE,
    permanent: false,
    nodes: {
      ID: leaf('chr'),
      Data: {
        access: FREE,
        occurrence: ONE,
        permanent: true,
        nodes: {
          '*': {
            access: FREE,
            occurrence: ZERO_OR_MORE,
            permanent: false,
            nodes: { Date: leaf('chr', FREE), Value: leaf('int', FREE) },
          },
        },
      },
    },
  },
  instances: {
    left: { ID: 'GPS', Data: { '1': { Date: '12.1', Value: '11' }, '2': { Date: '12.2', Value: '12' } } },
    right: {
      ID: 'Temperature',
      Data: { '1': { Date: '12.1', Value: '21' }, '2': { Date: '', Value: '22' } },
    },
  },
};

/** An MO that the device knows but has no instance of. */
const wlan: ObjectDefinition = {
  moid: WLAN,
  ddf: 'https://ddf.example/wlan.ddf',
  instanceName: 'wlan',
  root: {
    access: FREE,
    occurrence: ZERO_OR_MORE,
    permanent: false,
    nodes: {
      SSID: { format: 'chr', access: FREE, occurrence: ONE, permanent: false },
      Channel: { format: 'int', access: FREE, occurrence: ONE, permanent: false, value: '6' },
      Key: { format: 'chr', access: ['Replace', 'Add'], occurrence: ONE, permanent: false, value: 'geheim' },
    },
  },
  instances: {},
};

/** An executable node outside the FUMO. */
const camera: ObjectDefinition = {
  moid: CAMERA,
  instanceName: 'camera',
  root: {
    access: READ,
    occurrence: ONE,
    permanent: true,
    nodes: { Shoot: { access: ['Exec', 'Get'], occurrence: ONE, permanent: true, nodes: {} } },
  },
  instances: { camera: {} },
};

const constant = (ms: number): Distribution => ({ kind: 'constant', ms });

/** No latency at all, a user who accepts after 100 ms, an EXEC of 1,000 ms that succeeds. */
export const testProfile: Profile = {
  name: 'test',
  description: 'for tests',
  identity: { scheme: 'imei', prefix: '3500000' },
  devInfo: {
    Man: 'Acme',
    Mod: 'T1',
    Lang: 'en',
    DevType: 'phone',
    OEM: 'Acme',
    FwV: '1.0',
    SwV: '2.0',
    HwV: '3.0',
    ext: {},
  },
  objects: [sensors, wlan, camera],
  browser: true,
  mosOnOwnSessions: false,
  ui: { decisions: { accept: 1, decline: 0, ignore: 0, leave: 0 }, thinkTime: constant(100) },
  exec: { duration: constant(1_000), maxMs: 2_000, download: true, results: [{ code: 200, weight: 1 }] },
  latencies: {},
  network: NETWORKS.lan,
};

export interface TestDeviceOptions {
  readonly profile?: Partial<Profile>;
  readonly latencies?: Partial<Record<CommandName | 'all', Distribution>>;
  readonly identity?: DeviceIdentity;
  readonly serverUri?: string;
  readonly showMode?: ShowMode;
  readonly limits?: Partial<SessionLimits>;
  readonly seed?: number;
  readonly index?: number;
  readonly memory?: DeviceMemory;
}

export function testDevice(options: TestDeviceOptions = {}): Device {
  const population = new Population(
    {
      seed: options.seed ?? 7,
      devices: 10,
      profiles: [{ profile: { ...testProfile, ...options.profile }, weight: 1 }],
      account: { serverId: 'dms', serverUri: options.serverUri ?? SERVER, notificationKey: 'key' },
      latencies: options.latencies ?? {},
      ...(options.identity === undefined
        ? {}
        : { identities: Array<DeviceIdentity>(10).fill(options.identity) }),
      ...(options.showMode === undefined ? {} : { showMode: options.showMode }),
      uiBoundMs: 5_000,
      pushShare: 0,
    },
    sha256,
  );
  const limits = { ...DEFAULT_SESSION_LIMITS, ...options.limits };
  return Device.wake(population, options.index ?? 0, options.memory, limits);
}
