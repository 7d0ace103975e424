/** DM Sessions as the server sees them: one open session a device, and what is remembered between its sessions. */
import { type Package1 } from '../protocol/package1.ts';
import { type Package3 } from '../protocol/package3.ts';
import { COMMAND_NAMES } from '../protocol/command.ts';
import { nextStep, type CampaignPlay, type PreparedPlan } from './campaign-play.ts';
import { noteIdentity, noteProfile, SessionFacts, type ReportedIdentity } from './condition.ts';
import { type PackageTemplate } from './package-template.ts';

/** SHOWs of one device whose ends are awaited; the oldest are forgotten first. */
const MOST_SHOWS = 16;

/** What is remembered of a device: a few numbers, so that millions of DevIDs fit. */
export class KnownDevice {
  readonly devId: string;
  readonly encodedDevId: string;
  /** Sessions opened; those that report are counted apart, for when they come is a matter of timing. */
  sessions = 0;
  reports = 0;
  session: OpenSession | undefined;
  identity: ReportedIdentity | undefined;
  /** Where its SHOWs led whose UI Sessions' ends were not told yet; with TS' SHOW they never are. */
  private shows: string[] | undefined;

  constructor(devId: string) {
    this.devId = devId;
    this.encodedDevId = encodeURIComponent(devId);
  }

  shown(serverUri: string): void {
    const shows = (this.shows ??= []);
    if (shows.length === MOST_SHOWS) shows.shift();
    shows.push(serverUri);
  }

  /**
   * The end of a UI Session was told, perhaps in a later session than its SHOW's.
   * @returns false when no SHOW led there
   */
  uiSessionEnded(serverUri: string): boolean {
    const at = this.shows?.indexOf(serverUri) ?? -1;
    if (at >= 0) this.shows?.splice(at, 1);
    return at >= 0;
  }
}

/** A Package#2 for one device. */
export interface RenderedPackage {
  readonly template: PackageTemplate;
  readonly body: string;
}

/**
 * A session between its Package#1 and its END.
 * States: *answering* (a package was received, `sent` undefined) ⇄ *waiting* for a Package#3 that answers `sent`.
 */
export class OpenSession {
  readonly number: number;
  readonly reports: boolean;
  /** Path and query that the next Package#3 is expected at. */
  path: string;
  sent: PackageTemplate | undefined;
  readonly facts: SessionFacts | undefined;
  readonly plan: PreparedPlan;
  private step = 0;

  constructor(number: number, reports: boolean, path: string, plan: PreparedPlan) {
    this.number = number;
    this.reports = reports;
    this.path = path;
    this.plan = plan;
    this.facts = plan.needsFacts ? new SessionFacts(number) : undefined;
  }

  /** Chooses and renders the next Package#2. */
  next(device: KnownDevice): RenderedPackage {
    const { plan, facts } = this;
    const index = nextStep(plan, this.step, device.devId, device.identity, facts);
    const step = plan.steps[index];
    if (step === undefined) throw new RangeError('no such step');
    this.step = index + 1;
    const { template } = step;
    for (const show of template.shows) device.shown(show.render(device.encodedDevId, this.number));
    return { template, body: template.body.render(device.encodedDevId, this.number) };
  }

  /** The package was handed to the connection: from now on its statuses are awaited. */
  handedOver(template: PackageTemplate, device: KnownDevice): void {
    this.sent = template;
    if (template.continuesAt !== undefined)
      this.path = template.continuesAt.render(device.encodedDevId, this.number);
    else if (template.moves) this.path = '';
  }

  /** Remembers what the campaign may ask for. */
  note(package3: Package3, answered: PackageTemplate, device: KnownDevice, play: CampaignPlay): void {
    const { facts } = this;
    facts?.noteAlerts(package3.alerts);
    let i = 0;
    for (const { sc, mo } of package3.statuses) {
      const name = COMMAND_NAMES[answered.commands[i++] ?? -1];
      if (name !== undefined) facts?.noteStatus(name, sc);
      if (mo === undefined) continue;
      if (this.plan.places.length > 0) facts?.noteData(mo, this.plan.places);
      if (play.needsIdentity) noteIdentity((device.identity ??= {}), mo);
    }
  }
}

/** All devices that ever opened a session. */
export class DeviceRegistry {
  private readonly devices = new Map<string, KnownDevice>();
  private readonly limit: number;

  /** @param limit most devices remembered; a further one is refused */
  constructor(limit: number) {
    this.limit = limit;
  }

  get(devId: string): KnownDevice | undefined {
    return this.devices.get(devId);
  }

  get size(): number {
    return this.devices.size;
  }

  has(devId: string): boolean {
    return this.devices.has(devId);
  }

  /** `undefined` when there are too many. */
  getOrAdd(devId: string): KnownDevice | undefined {
    let device = this.devices.get(devId);
    if (device === undefined && this.devices.size < this.limit) {
      device = new KnownDevice(devId);
      this.devices.set(devId, device);
    }
    return device;
  }
}

/** Opens the device's next session; which plan it gets follows from the device's own history. */
export function openSession(
  device: KnownDevice,
  package1: Package1,
  path: string,
  play: CampaignPlay,
): OpenSession {
  if (play.needsIdentity) noteProfile((device.identity ??= {}), package1);
  const report = play.reportPlan(package1.alerts, path);
  const number = report === undefined ? ++device.sessions : ++device.reports;
  const plan = report ?? play.plan(device.devId, number, device.identity);
  const session = new OpenSession(number, report !== undefined, path, plan);
  session.facts?.noteAlerts(package1.alerts);
  device.session = session;
  return session;
}
