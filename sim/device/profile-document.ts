/** Profiles and mixes as people write them in YAML or JSON, checked member by member. */
import { UI_DECISIONS } from '../browser/ui-user.ts';
import { COMMAND_NAMES, type CommandName } from '../protocol/command.ts';
import { type Result } from '../protocol/fault.ts';
import { type Distribution, NO_DELAY } from '../random/distribution.ts';
import { DocumentReader } from './document-reader.ts';
import { IDENTITY_SCHEMES, parseIdPrefix } from './identity.ts';
import { isNodeName } from './mo-definition.ts';
import { BEARERS, type Network, NETWORKS, parseNetwork } from './network.ts';
import { readObjects } from './object-document.ts';
import {
  DEV_INFO_LEAVES,
  type DevInfoValues,
  type ExecBehaviour,
  type Profile,
  type ProfileMix,
  type UiBehaviour,
} from './profile.ts';
import { parseValue } from './value-template.ts';

const PROFILE = [
  'name',
  'description',
  'identity',
  'devInfo',
  'objects',
  'browser',
  'mosOnOwnSessions',
  'showMode',
  'ui',
  'exec',
  'latencies',
  'network',
] as const;
const MIX = ['name', 'description', 'profiles'] as const;
const LATENCIES = [...COMMAND_NAMES, 'all'] as const;
const NETWORK = [
  'name',
  'bearer',
  'roundTrip',
  'jitter',
  'upBitsPerSecond',
  'downBitsPerSecond',
  'loss',
  'retransmission',
  'breakShare',
] as const;

/** Of a device without a browser. */
const NO_UI: UiBehaviour = { decisions: { accept: 1, decline: 0, ignore: 0, leave: 0 }, thinkTime: NO_DELAY };

export type ProfileDocument =
  | { readonly kind: 'profile'; readonly profile: Profile }
  | { readonly kind: 'mix'; readonly mix: ProfileMix };

/** A profile, or – where the document has `profiles` – a mix of profiles by name. Faults: `profile_invalid`. */
export function decodeProfileDocument(document: unknown): Result<ProfileDocument> {
  if (typeof document === 'object' && document !== null && 'profiles' in document) {
    const mix = decodeProfileMix(document);
    return mix.ok ? { ok: true, value: { kind: 'mix', mix: mix.value } } : mix;
  }
  const profile = decodeProfile(document);
  return profile.ok ? { ok: true, value: { kind: 'profile', profile: profile.value } } : profile;
}

/** Paths in faults begin with `path`, by default `$`. */
export function decodeProfile(document: unknown, path = '$'): Result<Profile> {
  const reader = new DocumentReader('profile_invalid');
  const members = reader.members(document, path, PROFILE);
  const { showMode, network, latencies } = members;
  return reader.result<Profile>({
    name: reader.text(members['name'], `${path}.name`),
    description: reader.text(members['description'] ?? members['name'], `${path}.description`),
    identity: readIdentity(reader, members['identity'], `${path}.identity`),
    devInfo: readDevInfo(reader, members['devInfo'], `${path}.devInfo`),
    objects: readObjects(reader, members['objects'] ?? [], `${path}.objects`),
    browser: reader.truth(members['browser'], `${path}.browser`),
    mosOnOwnSessions: reader.truth(members['mosOnOwnSessions'] ?? false, `${path}.mosOnOwnSessions`),
    ...(showMode === undefined
      ? {}
      : { showMode: reader.choice(showMode, `${path}.showMode`, ['wait', 'launch'], 'wait') }),
    ui:
      members['ui'] === undefined && members['browser'] === false
        ? NO_UI
        : readUi(reader, members['ui'], `${path}.ui`),
    exec: readExec(reader, members['exec'], `${path}.exec`),
    latencies: readLatencies(reader, latencies ?? {}, `${path}.latencies`),
    network: network === undefined ? NETWORKS.lan : readNetwork(reader, network, `${path}.network`),
  });
}

/** `{name, description?, profiles: {<name>: <weight>}}`. */
export function decodeProfileMix(document: unknown, path = '$'): Result<ProfileMix> {
  const reader = new DocumentReader('profile_invalid');
  const members = reader.members(document, path, MIX);
  const name = reader.text(members['name'], `${path}.name`);
  return reader.result({
    name,
    description: reader.text(members['description'] ?? name, `${path}.description`),
    profiles: reader
      .weights(members['profiles'], `${path}.profiles`)
      .map(([profile, weight]) => ({ name: profile, weight })),
  });
}

function readIdentity(reader: DocumentReader, value: unknown, path: string): Profile['identity'] {
  const { scheme: word, prefix } = reader.members(value, path, ['scheme', 'prefix']);
  const scheme = reader.choice(word, `${path}.scheme`, IDENTITY_SCHEMES, 'imei');
  if (prefix === undefined) return { scheme };
  const place = `${path}.prefix`;
  return { scheme, prefix: reader.take(parseIdPrefix(scheme, reader.text(prefix, place), place), '0') };
}

function readDevInfo(reader: DocumentReader, value: unknown, path: string): DevInfoValues {
  const members = reader.members(value, path, [...DEV_INFO_LEAVES, 'Ext']);
  const readValue = (found: unknown, place: string): string => {
    const text = reader.text(found, place);
    reader.take(parseValue(text, place), '');
    return text;
  };
  const leaves = DEV_INFO_LEAVES.map((name) => [name, readValue(members[name], `${path}.${name}`)] as const);
  const ext = Object.entries(reader.anyMembers(members['Ext'] ?? {}, `${path}.Ext`)).map(([name, found]) => {
    if (!isNodeName(name)) reader.refuse(`${path}.Ext.${name}`, name, 'the name of a node');
    return [name, readValue(found, `${path}.Ext.${name}`)] as const;
  });
  return {
    ...(Object.fromEntries(leaves) as Record<(typeof DEV_INFO_LEAVES)[number], string>),
    ext: Object.fromEntries(ext),
  };
}

function readUi(reader: DocumentReader, value: unknown, path: string): UiBehaviour {
  const members = reader.members(value, path, ['decisions', 'thinkTime']);
  const place = `${path}.decisions`;
  const decisions = { accept: 0, decline: 0, ignore: 0, leave: 0 };
  for (const [name, weight] of reader.weights(members['decisions'], place))
    decisions[reader.choice(name, `${place}.${name}`, UI_DECISIONS, 'accept')] = weight;
  return { decisions, thinkTime: reader.distribution(members['thinkTime'], `${path}.thinkTime`) };
}

function readExec(reader: DocumentReader, value: unknown, path: string): ExecBehaviour {
  const members = reader.members(value, path, ['duration', 'max', 'download', 'results']);
  const results = reader.weights(members['results'], `${path}.results`).map(([name, weight]) => {
    if (!/^[245]\d\d$/.test(name))
      reader.refuse(`${path}.results.${name}`, name, 'a FUMO result code: 200, 4xx or 5xx');
    return { code: Number(name), weight };
  });
  return {
    duration: reader.distribution(members['duration'], `${path}.duration`),
    maxMs: reader.duration(members['max'] ?? '2s', `${path}.max`),
    download: reader.truth(members['download'] ?? true, `${path}.download`),
    results,
  };
}

function readLatencies(reader: DocumentReader, value: unknown, path: string): Profile['latencies'] {
  const latencies: Partial<Record<CommandName | 'all', Distribution>> = {};
  const members = reader.members(value, path, LATENCIES);
  for (const target of LATENCIES)
    if (members[target] !== undefined)
      latencies[target] = reader.distribution(members[target], `${path}.${target}`);
  return latencies;
}

/** A network's name, or a network of one's own. */
function readNetwork(reader: DocumentReader, value: unknown, path: string): Network {
  if (typeof value === 'string') return reader.take<Network>(parseNetwork(value, path), NETWORKS.lan);
  const members = reader.members(value, path, NETWORK);
  const { jitter, upBitsPerSecond, downBitsPerSecond, loss, retransmission, breakShare } = members;
  return {
    name: reader.text(members['name'], `${path}.name`),
    bearer: reader.choice(members['bearer'] ?? 'wireline', `${path}.bearer`, BEARERS, 'wireline'),
    roundTrip: reader.distribution(members['roundTrip'], `${path}.roundTrip`),
    jitter: jitter === undefined ? NO_DELAY : reader.distribution(jitter, `${path}.jitter`),
    upBitsPerSecond: reader.number(upBitsPerSecond ?? 1e9, `${path}.upBitsPerSecond`, 1_000),
    downBitsPerSecond: reader.number(downBitsPerSecond ?? 1e9, `${path}.downBitsPerSecond`, 1_000),
    loss: reader.number(loss ?? 0, `${path}.loss`, 0, 0.5),
    retransmissionMs: reader.duration(retransmission ?? '1s', `${path}.retransmission`),
    breakShare: reader.number(breakShare ?? 0, `${path}.breakShare`, 0, 1),
  };
}
