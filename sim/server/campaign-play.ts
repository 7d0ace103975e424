/** A campaign made ready for one server and one seed: every package encoded, and which one comes next. */
import { type Alert } from '../protocol/alert.ts';
import { type ClientUri } from '../protocol/client-uri.ts';
import { describeFault } from '../protocol/fault.ts';
import { randomStream, weightedIndex } from '../random/random.ts';
import { ACKNOWLEDGE, type Campaign } from './campaign.ts';
import { DeviceMatcher, type ReportedIdentity, type SessionFacts } from './condition.ts';
import { packageTemplate, type PackageTemplate } from './package-template.ts';
import { type Condition, type DeviceFilter, type Plan, type Step } from './plan.ts';

/** Where campaigns have the results of asynchronous EXECs reported. */
const REPORT_PATH = '/dm/report';

interface PreparedStep {
  readonly devices: DeviceMatcher | undefined;
  readonly when: Condition | undefined;
  readonly template: PackageTemplate;
}

/** A plan whose packages are encoded. */
export interface PreparedPlan {
  readonly name: string;
  readonly steps: readonly PreparedStep[];
  /** What has to be remembered of what the device says. */
  readonly needsFacts: boolean;
  readonly places: readonly ClientUri[];
}

export class CampaignPlay {
  /** Some filter asks what devices said about themselves in DevInfo, or which MOs they named. */
  readonly needsIdentity: boolean;
  private readonly seed: number;
  private readonly plans: readonly PreparedPlan[];
  private readonly weights: readonly number[];
  private readonly matchers: readonly (DeviceMatcher | undefined)[];
  private readonly reports: ReadonlyMap<string, PreparedPlan>;
  private readonly acknowledge: PreparedPlan;

  /** @param base the server's public base URL, without slash at the end */
  constructor(campaign: Campaign, base: string, seed: number) {
    this.seed = seed;
    this.plans = campaign.plans.map((plan) => preparePlan(plan, base, seed));
    this.weights = campaign.plans.map((plan) => plan.weight);
    this.matchers = campaign.plans.map((plan) => matcher(plan.devices, seed));
    this.reports = new Map(
      campaign.reports.map((report) => [report.alertType, preparePlan(report, base, seed)]),
    );
    this.acknowledge = preparePlan(ACKNOWLEDGE, base, seed);
    this.needsIdentity = [...campaign.plans, ...campaign.reports].some(
      (plan) =>
        ('devices' in plan && asksIdentity(plan.devices)) ||
        plan.steps.some((step) => asksIdentity(step.devices)),
    );
  }

  /**
   * The plan of a session that reports the end of an asynchronous EXEC – told by its alert, or by the URI that EXECs
   * name for that; `undefined`: it does not.
   */
  reportPlan(alerts: readonly Alert[], path: string): PreparedPlan | undefined {
    for (const { alertType } of alerts) {
      const plan = this.reports.get(alertType);
      if (plan !== undefined) return plan;
    }
    return path.startsWith(REPORT_PATH) ? this.acknowledge : undefined;
  }

  /** @param session the number of this session of the device, sessions that report not counted */
  plan(devId: string, session: number, identity: ReportedIdentity | undefined): PreparedPlan {
    const only = this.plans.length === 1 ? this.plans[0] : undefined;
    if (only !== undefined) return only;
    const random = randomStream(this.seed, 'plan', devId, session);
    const weights = this.weights.map((weight, i) =>
      this.matchers[i]?.matches(devId, identity) === false ? 0 : weight,
    );
    const plan = this.plans[weightedIndex(random, weights)];
    if (plan === undefined) throw new RangeError('a campaign without plans');
    return plan;
  }
}

/** The index of the next step from `from` on that is for this device and session; the last one always is. */
export function nextStep(
  { steps }: PreparedPlan,
  from: number,
  devId: string,
  identity: ReportedIdentity | undefined,
  facts: SessionFacts | undefined,
): number {
  for (let i = from; i < steps.length; i++) {
    const step = steps[i];
    if (step === undefined) break;
    if (step.devices?.matches(devId, identity) === false) continue;
    if (step.when === undefined || facts?.satisfy(step.when) === true) return i;
  }
  throw new RangeError('a plan without a last step that always holds');
}

function preparePlan(plan: Plan, base: string, seed: number): PreparedPlan {
  return {
    name: plan.name,
    steps: plan.steps.map((step) => prepareStep(step, base, seed)),
    needsFacts: plan.steps.some((step) => step.when !== undefined),
    places: plan.steps.flatMap((step) => step.when?.value?.at ?? []),
  };
}

/** @throws RangeError for commands that a checked campaign cannot have */
function prepareStep({ commands, devices, when }: Step, base: string, seed: number): PreparedStep {
  const template = packageTemplate(commands, base);
  if (!template.ok) throw new RangeError(`unchecked campaign: ${describeFault(template.fault)}`);
  return { devices: matcher(devices, seed), when, template: template.value };
}

function matcher(filter: DeviceFilter | undefined, seed: number): DeviceMatcher | undefined {
  return filter === undefined ? undefined : new DeviceMatcher(filter, seed);
}

function asksIdentity(filter: DeviceFilter | undefined): boolean {
  if (filter === undefined) return false;
  const { manufacturer, model, deviceType, mo } = filter;
  return [manufacturer, model, deviceType, mo].some((member) => member !== undefined);
}
