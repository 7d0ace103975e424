/** The population: which device is which. All of it follows from the seed and the index, so a sleeping device costs nothing here. */
import { encodeHex } from '../protocol/hex.ts';
import { type Sha256 } from '../protocol/notification.ts';
import { encodeUtf8 } from '../protocol/utf8.ts';
import { randomStream } from '../random/random.ts';
import { type ShowMode } from './effect.ts';
import { Identities } from './identity.ts';
import { type LatencyOverrides, withLatencies } from './latency.ts';
import { MoTree, type TreeMemory } from './mo-tree.ts';
import { compileTemplate, type MoTemplate } from './mo-template.ts';
import { type Network } from './network.ts';
import { type Profile } from './profile.ts';
import { standardObjects } from './standard-objects.ts';
import { type DeviceFacts, type FactName } from './value-template.ts';

/** Plain data, so that it crosses threads. */
export interface PopulationSpec {
  readonly seed: number;
  readonly devices: number;
  /** At least one, with at least one positive weight. */
  readonly profiles: readonly { readonly profile: Profile; readonly weight: number }[];
  /** Takes the place of the profiles' own; fits all their identity schemes. */
  readonly idPrefix?: string;
  /** Real accounts, device 0's first: one for each device. */
  readonly identities?: readonly DeviceIdentity[];
  readonly account: Account;
  readonly latencies: LatencyOverrides;
  /** Takes the place of the profiles' own. */
  readonly network?: Network;
  /** Takes the place of the profiles' own. */
  readonly showMode?: ShowMode;
  /** Longest UI Session, in ms. */
  readonly uiBoundMs: number;
  /** Share of the devices that hold a notification channel open, 0 … 1. */
  readonly pushShare: number;
}

export interface DeviceIdentity {
  readonly devId: string;
  /** With `secret`: for HTTP Basic. */
  readonly user?: string;
  readonly secret?: string;
}

/** The DM Server that every device has an account for (DMAcc). */
export interface Account {
  readonly serverId: string;
  readonly serverUri: string;
  /** A device's Noti secret is the hex SHA-256 of `notificationKey ‖ ":" ‖ DevID`. */
  readonly notificationKey: string;
}

export interface Credentials {
  readonly user: string;
  readonly secret: string;
}

/** One of the spec's profiles with all that its devices share. */
class Kind {
  readonly profile: Profile;
  /** The kinds up to this one have this share of all devices. */
  readonly upTo: number;
  readonly identities: Identities;
  private compiled: MoTemplate | undefined;

  constructor(profile: Profile, upTo: number, identities: Identities) {
    this.profile = profile;
    this.upTo = upTo;
    this.identities = identities;
  }

  /** Made for the kind's first device: in k6 every VU has a population of its own, and few devices of it. */
  get template(): MoTemplate {
    return (this.compiled ??= compileTemplate([
      ...standardObjects(this.profile.devInfo),
      ...this.profile.objects,
    ]));
  }
}

/** Fractional parts of i·φ and i·√2 spread any run of indices evenly, so that even ten devices have the shares asked for. */
const GOLDEN = 0.618033988749895;
const SILVER = 0.414213562373095;

export class Population {
  readonly spec: PopulationSpec;
  private readonly sha256: Sha256;
  private readonly kinds: readonly Kind[];
  private readonly kindOffset: number;
  private readonly pushOffset: number;
  private readonly serials: Identities;
  private indices: Map<string, number> | undefined;

  /** @throws RangeError for a spec that was not checked: no weight, a prefix that does not fit, too few identities. */
  constructor(spec: PopulationSpec, sha256: Sha256) {
    const sum = spec.profiles.reduce((total, { weight }) => total + Math.max(weight, 0), 0);
    if (!(sum > 0)) throw new RangeError('a population needs a profile with a positive weight');
    if (spec.identities !== undefined && spec.identities.length < spec.devices)
      throw new RangeError(`${spec.devices} devices need as many identities, not ${spec.identities.length}`);
    this.spec = spec;
    this.sha256 = sha256;
    let weight = 0;
    this.kinds = spec.profiles
      .filter((entry) => entry.weight > 0)
      .map((entry) => {
        weight += entry.weight;
        const profile = effectiveProfile(entry.profile, spec);
        const { scheme, prefix } = profile.identity;
        return new Kind(profile, weight / sum, new Identities(scheme, spec.seed, spec.idPrefix ?? prefix));
      });
    const random = randomStream(spec.seed, 'population');
    this.kindOffset = random.next();
    this.pushOffset = random.next();
    this.serials = new Identities('imei', spec.seed);
  }

  /** The device's profile with the spec's overrides worked in (see {@link withLatencies}). */
  profileOf(index: number): Profile {
    return this.kindOf(index).profile;
  }

  devIdOf(index: number): string {
    return this.spec.identities?.[index]?.devId ?? this.kindOf(index).identities.devId(index);
  }

  /** The device with that DevID. Generated DevIDs are calculated back; given ones are indexed at the first question. */
  indexOf(devId: string): number | undefined {
    const { identities, devices } = this.spec;
    if (identities !== undefined) {
      this.indices ??= new Map(
        identities.slice(0, devices).map((identity, index) => [identity.devId, index]),
      );
      return this.indices.get(devId);
    }
    for (const kind of this.kinds) {
      const index = kind.identities.indexOf(devId);
      if (index !== undefined && index < devices && this.kindOf(index) === kind) return index;
    }
    return undefined;
  }

  /** For HTTP Basic; `undefined`: the device has none. */
  credentialsOf(index: number): Credentials | undefined {
    const identity = this.spec.identities?.[index];
    if (identity?.user === undefined || identity.secret === undefined) return undefined;
    return { user: identity.user, secret: identity.secret };
  }

  /** Whether the device holds a notification channel open. */
  isPushed(index: number): boolean {
    return (this.pushOffset + index * SILVER) % 1 < this.spec.pushShare;
  }

  showModeOf(index: number): ShowMode {
    return this.spec.showMode ?? this.profileOf(index).showMode ?? 'wait';
  }

  networkOf(index: number): Network {
    return this.profileOf(index).network;
  }

  /** The device's management tree, as it was when it was folded. */
  treeOf(index: number, memory?: TreeMemory): MoTree {
    return new MoTree(this.kindOf(index).template, new PopulationFacts(this, index), memory);
  }

  /** Hexadecimal; the reference server works it out from the key in the same way. */
  notificationSecretOf(index: number): string {
    const { notificationKey } = this.spec.account;
    return encodeHex(this.sha256(encodeUtf8(`${notificationKey}:${this.devIdOf(index)}`)));
  }

  /** Seven digits, another for each device. */
  serialOf(index: number): string {
    return this.serials.serial(index);
  }

  private kindOf(index: number): Kind {
    const { kinds } = this;
    const last = kinds.length - 1;
    const position = (this.kindOffset + index * GOLDEN) % 1;
    let at = 0;
    while (at < last && position >= (kinds[at]?.upTo ?? 1)) at++;
    const kind = kinds[at];
    if (kind === undefined) throw new RangeError('a population without profiles');
    return kind;
  }
}

function effectiveProfile(profile: Profile, spec: PopulationSpec): Profile {
  const { network } = spec;
  return withLatencies(network === undefined ? profile : { ...profile, network }, spec.latencies);
}

/** One device's facts, worked out when a value is read. */
class PopulationFacts implements DeviceFacts {
  readonly index: number;
  private readonly population: Population;

  constructor(population: Population, index: number) {
    this.population = population;
    this.index = index;
  }

  get seed(): number {
    return this.population.spec.seed;
  }

  fact(name: FactName): string {
    const { population, index } = this;
    switch (name) {
      case 'devId':
        return population.devIdOf(index);
      case 'serial':
        return population.serialOf(index);
      case 'index':
        return String(index);
      case 'bearer':
        return population.networkOf(index).bearer;
      case 'serverId':
        return population.spec.account.serverId;
      case 'serverUri':
        return population.spec.account.serverUri;
      case 'user':
        return population.credentialsOf(index)?.user ?? '';
      case 'password':
        return population.credentialsOf(index)?.secret ?? '';
      case 'notificationSecret':
        return population.notificationSecretOf(index);
      default:
        return name satisfies never;
    }
  }
}
