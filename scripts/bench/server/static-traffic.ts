/** What the static servers send, as the swarm and its peers get it: commands, documents, and sizes that rows share. */
import { HEADER, MEDIA_TYPE } from '../../../sim/protocol/media-type.ts';

const SETTINGS = 'urn:oma:mo:ext-dmswarm-settings:1.0';

/** The profile of all swarms measured: the largest tree of those that ship. */
export const PROFILE = 'gateway';

export type Commands = readonly (readonly string[])[];

/** Package#2s with commands in a session, before that with END. */
export const ITERATIONS = 50;

/** Two that read, two that find nothing: none goes to the network. */
export const LOCAL_COMMANDS: Commands = [
  ['GET', 'urn:oma:mo:oma-dm-devinfo:1.2//FwV'],
  ['GET', 'urn:oma:mo:ext-dmswarm-radio:1.0/*/Channel'],
  ['DELETE', `${SETTINGS}//Entries/99`],
  ['UNSUB', 'urn:oma:mo:oma-dm-devinfo:1.2//'],
];
/** The statuses that {@link LOCAL_COMMANDS} have to get. */
export const LOCAL_STATUSES = { GET: ['200'], DELETE: ['404'], UNSUB: ['404'] } as const;

/** The cheapest command there is, for the iteration that transfers are compared with. */
export const IDLE_COMMANDS: Commands = [['UNSUB', 'urn:oma:mo:oma-dm-devinfo:1.2//']];

/** Transfers in an iteration of the rows about them. */
export const TRANSFERS = 8;

/** `{{server}}` becomes the server's own address, so that transfers share the connection of the packages. */
export const HGET_COMMAND = ['HGET', '{{server}}/mo', `${SETTINGS}//Entries`] as const;
export const HPUT_COMMAND = ['HPUT', '{{server}}/mo', `${SETTINGS}//Entries`] as const;

/** An MO serialization of about 1 KB: the shipped profiles' settings, with ten more entries. */
export const MO_DOCUMENT = JSON.stringify([
  {
    ClientURI: `${SETTINGS}//Entries`,
    MOData: Object.fromEntries(
      Array.from({ length: 10 }, (_, i) => [
        String(i + 3),
        { Key: `feature.${i}.mode`, Value: `level-${i}-${'x'.repeat(24)}`, Note: 'set by campaign 17' },
      ]),
    ),
  },
]);

/** Headers of a Package#3, which peers send like the swarm. */
export const PACKAGE3_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': MEDIA_TYPE.package3,
  Accept: MEDIA_TYPE.package2,
  [HEADER.devId]: 'MEID:A100004F000001',
};

export const PACKAGE2_TYPE = MEDIA_TYPE.package2;
export const MO_TYPE = MEDIA_TYPE.mo;
export const PACKAGE1_TYPE = MEDIA_TYPE.package1;
