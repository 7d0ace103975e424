/** Whether a step is for this session and this device: `when:` and `devices:` of a campaign. */
import { ALERT, type Alert } from '../protocol/alert.ts';
import { type CommandName } from '../protocol/command.ts';
import { type MoSerialization } from '../protocol/mo.ts';
import { type Package1 } from '../protocol/package1.ts';
import { type ClientUri, parseClientUri } from '../protocol/client-uri.ts';
import { randomStream } from '../random/random.ts';
import { type Comparison, type Condition, type DeviceFilter, type StatusRange } from './plan.ts';
import { reportedValues } from './reported-value.ts';

/** What a device said in the running session, as far as the campaign asks. */
export class SessionFacts {
  readonly number: number;
  private readonly statuses = new Map<CommandName, number>();
  private readonly alerts = new Set<string>();
  /** By the text of the place. */
  private readonly values = new Map<string, readonly string[]>();

  constructor(sessionNumber: number) {
    this.number = sessionNumber;
  }

  noteAlerts(alerts: readonly Alert[]): void {
    // A session's alerts are few; what comes beyond is not needed by any campaign.
    for (const { alertType } of alerts) if (this.alerts.size < 64) this.alerts.add(alertType);
  }

  noteStatus(command: CommandName, code: number): void {
    this.statuses.set(command, code);
  }

  noteData(data: readonly MoSerialization[], places: readonly ClientUri[]): void {
    for (const place of places) {
      const values = reportedValues(data, place);
      if (values.length > 0) this.values.set(place.text, values);
    }
  }

  satisfy({ status, alert, value, session }: Condition): boolean {
    if (status !== undefined) {
      const last = this.statuses.get(status.command);
      if (last === undefined || !compares(status, [last], inRange)) return false;
    }
    if (alert !== undefined && !this.alerts.has(alert)) return false;
    if (value !== undefined) {
      const found = this.values.get(value.at.text);
      if (found === undefined || !compares(value, found, equals)) return false;
    }
    if (session === undefined) return true;
    const { number } = this;
    return number >= session.from && number <= session.to && (number - session.from) % session.every === 0;
  }
}

/** What a device told about itself in any of its sessions, as far as the campaign asks. */
export interface ReportedIdentity {
  manufacturer?: string;
  model?: string;
  deviceType?: string;
  /** MOIDs that a Package#1 named. */
  moids?: ReadonlySet<string>;
}

const IDENTITY_PLACES: readonly (readonly ['manufacturer' | 'model' | 'deviceType', ClientUri])[] = [
  ['manufacturer', place('urn:oma:mo:oma-dm-devinfo:1.2//Man')],
  ['model', place('urn:oma:mo:oma-dm-devinfo:1.2//Mod')],
  ['deviceType', place('urn:oma:mo:oma-dm-devinfo:1.2//DevType')],
];

export function noteIdentity(identity: ReportedIdentity, data: readonly MoSerialization[]): void {
  for (const [member, at] of IDENTITY_PLACES) {
    const value = reportedValues(data, at)[0];
    if (value !== undefined) identity[member] = value;
  }
}

export function noteProfile(identity: ReportedIdentity, { managementObjects }: Package1): void {
  if (managementObjects === undefined) return;
  identity.moids = new Set(managementObjects.slice(0, 256).flatMap(({ moid }) => moid ?? []));
}

/** Filters compiled once; a device's share follows from the seed and its DevID alone. */
export class DeviceMatcher {
  private readonly filter: DeviceFilter;
  private readonly id: RegExp | undefined;
  private readonly seed: number;

  constructor(filter: DeviceFilter, seed: number) {
    this.filter = filter;
    this.id = filter.id === undefined ? undefined : new RegExp(filter.id);
    this.seed = seed;
  }

  matches(devId: string, identity: ReportedIdentity | undefined): boolean {
    const { share, manufacturer, model, deviceType, mo } = this.filter;
    if (share !== undefined) {
      const hash = randomStream(this.seed, 'share', devId).next();
      if (hash < share.from || hash >= share.to) return false;
    }
    if (this.id?.test(devId) === false) return false;
    if (manufacturer?.includes(identity?.manufacturer ?? '') === false) return false;
    if (model?.includes(identity?.model ?? '') === false) return false;
    if (deviceType?.includes(identity?.deviceType ?? '') === false) return false;
    return mo === undefined || identity?.moids?.has(mo) === true;
  }
}

/** The alerts one of which every session starts with (protocol.md section 2). */
export function hasTrigger(alerts: readonly Alert[]): boolean {
  return alerts.some(
    ({ alertType }) =>
      alertType === ALERT.clientInitiated ||
      alertType === ALERT.serverInitiated ||
      alertType === ALERT.bootstrapComplete,
  );
}

function compares<T, V>(
  { is, isNot }: Comparison<T>,
  found: readonly V[],
  fits: (value: V, wanted: T) => boolean,
): boolean {
  const among = (list: readonly T[]): boolean =>
    found.some((value) => list.some((wanted) => fits(value, wanted)));
  return (is === undefined || among(is)) && (isNot === undefined || !among(isNot));
}

function inRange(code: number, { from, to }: StatusRange): boolean {
  return code >= from && code <= to;
}

function equals(value: string, wanted: string): boolean {
  return value === wanted;
}

function place(text: string): ClientUri {
  const uri = parseClientUri(text);
  if (!uri.ok) throw new TypeError(`not a ClientURI: ${text}`);
  return uri.value;
}
