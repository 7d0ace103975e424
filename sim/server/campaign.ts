/** Campaigns: what the reference DM Server sends in which iteration to which devices; read from YAML, checked in full. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ALERT } from '../protocol/alert.ts';
import { fail, ok, type Result } from '../protocol/fault.ts';
import { decodeMo } from '../protocol/mo.ts';
import { CampaignReader } from './campaign-reader.ts';
import { campaignSchema, type CampaignFile } from './campaign-schema.ts';
import { fillTemplate, SAMPLE_BASE } from './package-template.ts';
import { type FirmwareImage, type ReportPlan, type Plan, type Resource, type WeightedPlan } from './plan.ts';
import { YamlSource } from './yaml-source.ts';

export interface Campaign {
  readonly name: string;
  readonly description?: string;
  /** One of them per session, drawn by weight from the device's DevID and the number of its session. */
  readonly plans: readonly WeightedPlan[];
  /** What sessions get that report the end of an asynchronous EXEC. */
  readonly reports: readonly ReportPlan[];
  readonly resources: readonly Resource[];
  readonly firmware: readonly FirmwareImage[];
}

/** The campaigns that ship with the server. */
export const SHIPPED_CAMPAIGNS = [
  'inventory',
  'configuration',
  'firmware',
  'consent',
  'everything',
  'mixed',
] as const;
export type ShippedCampaign = (typeof SHIPPED_CAMPAIGNS)[number];

/** A session that reports and for which the campaign has no words of its own. */
export const ACKNOWLEDGE: Plan = { name: 'acknowledge', steps: [{ commands: [['END']] }] };

/**
 * Reads a campaign file.
 * @param sourceName names the file in faults, whose path is `<file>:<line>, <key>`
 * Faults: `yaml_invalid`, `campaign_invalid` (form), `campaign_command`, `campaign_template`, `campaign_end` (the last
 * step does not end every session, or something stands behind an END), `campaign_unknown` (a `mix` names none that
 * ships), `campaign_conflict` (two parts of a mix say different things about one resource).
 */
export function parseCampaign(text: string, sourceName: string): Result<Campaign> {
  return parse(text, sourceName, []);
}

/** Fault `campaign_unknown` for a name that is not among {@link SHIPPED_CAMPAIGNS}. */
export function loadShippedCampaign(name: string): Result<Campaign> {
  return loadShipped(name, 'campaign', []);
}

function loadShipped(name: string, path: string, within: readonly string[]): Result<Campaign> {
  const shipped: readonly string[] = SHIPPED_CAMPAIGNS;
  if (!shipped.includes(name) || within.includes(name)) {
    const names = shipped.filter((other) => !within.includes(other));
    return fail('campaign_unknown', path, name, `one of ${names.join(', ')}`);
  }
  const file = fileURLToPath(new URL(`./campaigns/${name}.yaml`, import.meta.url));
  return parse(readFileSync(file, 'utf8'), `${name}.yaml`, within);
}

/** @param within names of the campaigns that mix this one in: none may mix itself in */
function parse(text: string, sourceName: string, within: readonly string[]): Result<Campaign> {
  const source = YamlSource.read(text, sourceName);
  if (!source.ok) return source;
  const read = campaignSchema.safeParse(source.value.data);
  const reader = new CampaignReader(source.value);
  if (!read.success) return { ok: false, fault: reader.schemaFault(read.error.issues) };
  const file = read.data;
  if ((file.steps === undefined) === (file.mix === undefined))
    return { ok: false, fault: source.value.fault('campaign_invalid', [], 'either steps or mix') };

  const plans: WeightedPlan[] = [];
  const parts: Campaign[] = [];
  if (file.steps !== undefined) {
    const steps = reader.steps(file.steps, ['steps']);
    if (!steps.ok) return steps;
    plans.push({ name: file.name, weight: 1, steps: steps.value });
  }
  for (const [i, entry] of (file.mix ?? []).entries()) {
    const devices = entry.devices === undefined ? {} : { devices: reader.devices(entry.devices) };
    if ('campaign' in entry) {
      const place = source.value.place(['mix', i, 'campaign']);
      const part = loadShipped(entry.campaign, place, [...within, file.name]);
      if (!part.ok) return part;
      parts.push(part.value);
      const whole = part.value.plans.reduce((sum, plan) => sum + plan.weight, 0);
      // A filter of the part's own plans holds where the mix does not set another.
      for (const plan of part.value.plans)
        plans.push({ ...plan, weight: (plan.weight / whole) * entry.weight, ...devices });
    } else {
      const steps = reader.steps(entry.steps, ['mix', i, 'steps']);
      if (!steps.ok) return steps;
      plans.push({ name: entry.name, weight: entry.weight, steps: steps.value, ...devices });
    }
  }
  if (plans.every((plan) => plan.devices !== undefined))
    return {
      ok: false,
      fault: source.value.fault('campaign_invalid', ['mix'], 'one part at least that is for all devices'),
    };

  const reports = readReports(file, reader);
  if (!reports.ok) return reports;
  const resources = readResources(file, source.value);
  if (!resources.ok) return resources;
  return merged(
    {
      name: file.name,
      ...(file.description === undefined ? {} : { description: file.description }),
      plans,
      reports: reports.value,
      resources: resources.value,
      firmware: Object.entries(file.firmware ?? {}).map(([name, bytes]) => ({ name, bytes })),
    },
    parts,
    sourceName,
  );
}

function readReports(file: CampaignFile, reader: CampaignReader): Result<readonly ReportPlan[]> {
  const reports: ReportPlan[] = [];
  for (const [i, { alert, steps }] of (file.onAlert ?? []).entries()) {
    const read = reader.steps(steps, ['onAlert', i, 'steps']);
    if (!read.ok) return read;
    reports.push({ name: `${file.name}-report`, alertType: alert, steps: read.value });
  }
  return ok(reports);
}

function readResources(file: CampaignFile, source: YamlSource): Result<readonly Resource[]> {
  const resources: Resource[] = [];
  for (const [path, { type, body }] of Object.entries(file.repository ?? {})) {
    const text = JSON.stringify(body);
    const place = ['repository', path, 'body'];
    const filled = fillTemplate(text, SAMPLE_BASE);
    if (!filled.ok)
      return { ok: false, fault: source.fault('campaign_template', place, filled.fault.expected) };
    const data = decodeMo(filled.value);
    if (!data.ok)
      return {
        ok: false,
        fault: source.fault('campaign_invalid', place, `an MO serialization (${data.fault.expected})`),
      };
    resources.push({ path, mediaType: type, body: text });
  }
  return ok(resources);
}

/** What the mixed-in campaigns serve is served too; the mix's own words come first. */
function merged(campaign: Campaign, parts: readonly Campaign[], sourceName: string): Result<Campaign> {
  const reports = new Map(campaign.reports.map((report) => [report.alertType, report]));
  const resources = new Map(campaign.resources.map((resource) => [resource.path, resource]));
  const firmware = new Map(campaign.firmware.map((image) => [image.name, image]));
  const own = new Set([...resources.keys(), ...firmware.keys()]);
  for (const part of parts) {
    for (const report of part.reports)
      if (!reports.has(report.alertType)) reports.set(report.alertType, report);
    for (const resource of part.resources) {
      const other = resources.get(resource.path);
      if (other === undefined) resources.set(resource.path, resource);
      else if (other.body !== resource.body && !own.has(resource.path))
        return conflict(resource.path, sourceName);
    }
    for (const image of part.firmware) {
      const other = firmware.get(image.name);
      if (other === undefined) firmware.set(image.name, image);
      else if (other.bytes !== image.bytes && !own.has(image.name)) return conflict(image.name, sourceName);
    }
  }
  if (!reports.has(ALERT.firmwareUpdate))
    reports.set(ALERT.firmwareUpdate, { ...ACKNOWLEDGE, alertType: ALERT.firmwareUpdate });
  return ok({
    ...campaign,
    reports: [...reports.values()],
    resources: [...resources.values()],
    firmware: [...firmware.values()],
  });
}

function conflict(name: string, sourceName: string): Result<Campaign> {
  return fail(
    'campaign_conflict',
    sourceName,
    name,
    'mixed campaigns that agree on what is served under a name',
  );
}
