/** The Management Objects that every device carries: DevInfo, DMAcc, SessionInfo, FUMO (protocol.md section 7). */
import {
  type AccessType,
  ANY_NAME,
  type Format,
  type InitialData,
  type NodeDefinition,
  type ObjectDefinition,
  type Occurrence,
  ONE,
  ZERO_OR_MORE,
  ZERO_OR_ONE,
} from './mo-definition.ts';
import { DEV_INFO_LEAVES, type DevInfoValues } from './profile.ts';

export const MOID = {
  devInfo: 'urn:oma:mo:oma-dm-devinfo:1.2',
  dmAcc: 'urn:oma:mo:oma-dm-dmacc:1.2',
  sessionInfo: 'urn:oma:mo:oma-sessioninfomo:1.0',
  fumo: 'urn:oma:mo:oma-fumo:1.0',
} as const;

/** AuthData of Noti: what a digest of Package#0 ends with (protocol.md section 3). */
export const NOTIFICATION_AUTH_DATA = 'dm-swarm';

/** FUMO's State (protocol.md section 7). */
export const FUMO_STATE = {
  idle: '10',
  downloadFailed: '20',
  downloadProgressing: '30',
  downloadComplete: '40',
  readyToUpdate: '50',
  updateProgressing: '60',
  updateFailedWithData: '70',
  updateFailed: '80',
  updateSuccessfulWithData: '90',
  updateSuccessful: '100',
} as const;

type Nodes = Readonly<Record<string, NodeDefinition>>;
const READ: readonly AccessType[] = ['Get'];
const READ_WRITE: readonly AccessType[] = ['Get', 'Replace'];
const READ_EXEC: readonly AccessType[] = ['Get', 'Exec'];
const FREE: readonly AccessType[] = ['Add', 'Delete', 'Get', 'Replace'];
/** No server ever sees or changes it. */
const HIDDEN: readonly AccessType[] = [];

/** The standard MOs of one profile. */
export function standardObjects(devInfo: DevInfoValues): readonly ObjectDefinition[] {
  return [devInfoObject(devInfo), DM_ACC, SESSION_INFO, FUMO];
}

/** DevInfo: Get only, everything. */
function devInfoObject(values: DevInfoValues): ObjectDefinition {
  const hasExt = Object.keys(values.ext).length > 0;
  const nodes: Record<string, NodeDefinition> = { DevID: leaf('chr', READ), DmV: leaf('chr', READ) };
  const data: Record<string, InitialData> = { DevID: '{{devId}}', DmV: '2.0' };
  for (const name of DEV_INFO_LEAVES) {
    nodes[name] = leaf('chr', READ);
    data[name] = values[name];
  }
  nodes['Ext'] = interior(READ, { [ANY_NAME]: leaf('chr', READ, ZERO_OR_MORE) }, ZERO_OR_ONE);
  if (hasExt) data['Ext'] = values.ext;
  return object(MOID.devInfo, 'devinfo', READ, nodes, data);
}

/** One account: the server that the fleet talks to. Secrets and delegation (Perm) are the device's own affair. */
const DM_ACC: ObjectDefinition = object(
  MOID.dmAcc,
  'dmacc',
  READ,
  {
    SrvID: leaf('chr', READ),
    SrvURI: leaf('chr', READ),
    Name: leaf('chr', READ_WRITE),
    Perm: interior(HIDDEN, {
      [ANY_NAME]: interior(HIDDEN, { MOID: leaf('chr', HIDDEN) }, ZERO_OR_MORE),
    }),
    Auth: interior(READ, {
      Bootstrap: leaf('bool', READ),
      Noti: interior(READ, {
        Type: leaf('chr', READ),
        Data: leaf('chr', READ),
        Secret: leaf('chr', HIDDEN),
      }),
      Trsp: interior(READ, { Data: leaf('chr', READ), Secret: leaf('chr', HIDDEN) }),
    }),
    Push: interior(READ, { Channel: leaf('chr', READ) }),
    Ext: interior(READ, {
      [ANY_NAME]: leaf('chr', FREE, { min: 0, max: 16 }, false),
    }),
  },
  {
    SrvID: '{{serverId}}',
    SrvURI: '{{serverUri}}',
    Name: 'DM Server',
    Perm: { '1': { MOID: '*' } },
    Auth: {
      Bootstrap: 'true',
      Noti: { Type: 'SHA256-DIGEST', Data: NOTIFICATION_AUTH_DATA, Secret: '{{notificationSecret}}' },
      Trsp: { Data: '{{user}}', Secret: '{{password}}' },
    },
    Push: { Channel: 'omadm-push' },
  },
);

const SESSION_INFO: ObjectDefinition = object(
  MOID.sessionInfo,
  'sessioninfo',
  READ,
  { CBT: leaf('chr', READ), ROAMING: leaf('bool', READ) },
  { CBT: '{{bearer}}', ROAMING: '{{pick:false|false|false|false|false|false|false|false|false|true}}' },
);

/** Its MIID is the one that the public DM 2.0 test server addresses; everyone else leaves the position empty. */
const FUMO: ObjectDefinition = object(
  MOID.fumo,
  'apps',
  READ,
  {
    PkgName: leaf('chr', READ_WRITE),
    PkgVersion: leaf('chr', READ_WRITE),
    Download: interior(READ_EXEC, { PkgURL: leaf('chr', READ_WRITE) }),
    Update: interior(READ_EXEC, {}),
    DownloadAndUpdate: interior(READ_EXEC, { PkgURL: leaf('chr', READ_WRITE) }),
    State: leaf('int', READ),
  },
  { State: FUMO_STATE.idle },
);

/** An MO with one permanent instance of the same name as MIIDs begin with. */
function object(
  moid: string,
  miid: string,
  access: readonly AccessType[],
  nodes: Nodes,
  data: InitialData,
): ObjectDefinition {
  const ddf = `https://ddf.example/${moid.slice(moid.indexOf('mo:') + 3).replace(':', '-')}.ddf`;
  return { moid, ddf, instanceName: miid, root: interior(access, nodes), instances: { [miid]: data } };
}

function interior(access: readonly AccessType[], nodes: Nodes, occurrence: Occurrence = ONE): NodeDefinition {
  return { access, occurrence, permanent: true, nodes };
}

function leaf(
  format: Format,
  access: readonly AccessType[],
  occurrence: Occurrence = ONE,
  permanent = true,
): NodeDefinition {
  return { format, access, occurrence, permanent };
}
