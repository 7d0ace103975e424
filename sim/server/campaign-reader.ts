/** Turns the parts of a campaign file into plans and checks what a schema cannot say: commands, templates, ENDs. */
import { type z } from 'zod';
import { type Fault, ok, type Result } from '../protocol/fault.ts';
import { parseClientUri } from '../protocol/client-uri.ts';
import { type DevicesInFile, type StepsInFile, type WhenInFile } from './campaign-schema.ts';
import { packageTemplate, SAMPLE_BASE } from './package-template.ts';
import { type Condition, type DeviceFilter, type Step } from './plan.ts';
import { type YamlPath, type YamlSource } from './yaml-source.ts';

export class CampaignReader {
  private readonly source: YamlSource;

  constructor(source: YamlSource) {
    this.source = source;
  }

  /** The first thing a schema objects to. */
  schemaFault(issues: readonly z.core.$ZodIssue[]): Fault {
    const [issue, path] = deepest(issues[0], []);
    if (issue?.code === 'unrecognized_keys') {
      const key = issue.keys[0] ?? '';
      const place = this.source.place([...path, key]);
      return { code: 'campaign_invalid', path: place, found: JSON.stringify(key), expected: 'a known key' };
    }
    return this.source.fault('campaign_invalid', path, expectation(issue));
  }

  /** Faults `campaign_command`, `campaign_template`, `campaign_end`. */
  steps(steps: StepsInFile, path: YamlPath): Result<readonly Step[]> {
    const read: Step[] = [];
    for (const [i, step] of steps.entries()) {
      const at = [...path, i];
      const checked = packageTemplate(step.cmd, SAMPLE_BASE);
      if (!checked.ok) {
        const { code, expected } = checked.fault;
        const place = checked.index === undefined ? [...at, 'cmd'] : [...at, 'cmd', checked.index];
        const known = code === 'campaign_template' ? code : 'campaign_command';
        const fault = this.source.fault(known, place, expected);
        return { ok: false, fault: { ...fault, found: checked.fault.found } };
      }
      const end = step.cmd.findIndex(([word]) => word === 'END');
      if (end >= 0 && end !== step.cmd.length - 1)
        return this.refused([...at, 'cmd', end], 'END as the last command of its package');
      const always = step.devices === undefined && step.when === undefined;
      if (i === steps.length - 1 && !(always && end >= 0))
        return this.refused(
          [...at, 'cmd'],
          'a last step that is for every device, without condition, and has END',
        );
      if (i < steps.length - 1 && always && end >= 0)
        return this.refused(
          [...at, 'cmd', end],
          'no END before the last step, unless it has devices or when',
        );
      let when: Condition | undefined;
      if (step.when !== undefined) {
        const condition = this.condition(step.when, [...at, 'when']);
        if (!condition.ok) return condition;
        when = condition.value;
      }
      read.push({
        ...(step.devices === undefined ? {} : { devices: this.devices(step.devices) }),
        ...(when === undefined ? {} : { when }),
        commands: step.cmd,
      });
    }
    return ok(read);
  }

  devices(devices: DevicesInFile): DeviceFilter {
    return withoutUndefined(devices);
  }

  private condition(when: WhenInFile, path: YamlPath): Result<Condition> {
    const { value, status, ...rest } = when;
    for (const [name, comparison] of [
      ['value', value],
      ['status', status],
    ] as const)
      if (comparison !== undefined && (comparison.is === undefined) === (comparison.isNot === undefined))
        return this.refused([...path, name], 'either is or isNot');
    const compared = status === undefined ? {} : { status: withoutUndefined(status) };
    if (value === undefined) return ok({ ...withoutUndefined(rest), ...compared });
    const at = parseClientUri(value.at);
    if (!at.ok || at.value.path.length === 0 || at.value.path.some(({ kind }) => kind !== 'name'))
      return this.refused([...path, 'value', 'at'], 'the ClientURI of a leaf, of plain names');
    return ok({
      ...withoutUndefined(rest),
      ...compared,
      value: { ...withoutUndefined(value), at: at.value },
    });
  }

  private refused(path: YamlPath, expected: string): { readonly ok: false; readonly fault: Fault } {
    const code = path.includes('cmd') ? 'campaign_end' : 'campaign_invalid';
    return { ok: false, fault: this.source.fault(code, path, expected) };
  }
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Optional members are left out rather than undefined. */
function withoutUndefined<T extends object>(value: T): Defined<T> {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}

/** Of a union's branches the one that got furthest says best what is wrong. */
function deepest(
  issue: z.core.$ZodIssue | undefined,
  prefix: YamlPath,
): readonly [z.core.$ZodIssue | undefined, YamlPath] {
  const path = [...prefix, ...(issue?.path ?? [])];
  if (issue?.code !== 'invalid_union') return [issue, path];
  const branches = issue.errors.map((branch) => deepest(branch[0], path));
  branches.sort((a, b) => b[1].length - a[1].length);
  const best = branches[0];
  return best !== undefined && best[1].length > path.length ? best : [issue, path];
}

function expectation(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'invalid_type':
      return `${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected === 'record' ? 'map' : issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return issue.errors.map((branch) => expectation(branch[0])).join(', or ');
    default:
      return issue?.message ?? 'something else';
  }
}
