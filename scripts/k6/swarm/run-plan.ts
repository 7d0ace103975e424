/** What a script is to do, read from its options while k6 initializes; a test whose options are wrong never begins. */
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import { type Options } from 'k6/options';
import { type PopulationSpec } from '../../../sim/device/population.ts';
import { chooseProfiles } from '../../../sim/device/profile-choice.ts';
import { type Fault, type Result } from '../../../sim/protocol/fault.ts';
import { likelySlips, type OptionTable, type OptionValues, readOptions, usageLine } from '../core/option.ts';
import { type COMMON_OPTIONS } from '../core/options.ts';
import { checkConsent, type CommonValues, populationSpec } from '../core/population-spec.ts';
import { statedOtherwise } from '../core/stated-options.ts';
import { profileFiles } from './profile-files.ts';

declare const console: { warn(text: string): void; error(text: string): void; log(text: string): void };

export type ScriptTable = OptionTable & typeof COMMON_OPTIONS & Readonly<Record<'VUS', OptionTable[string]>>;

export interface RunPlan {
  /** Name of the script. */
  readonly script: string;
  readonly common: CommonValues;
  /** Made anew at each call, and only where devices are woken: it is most of the memory that a VU needs. */
  readonly population: () => PopulationSpec;
  /** VUs of the whole test, over all instances; never more than devices. */
  readonly vus: number;
}

/** Reads the options by a script's table; ends the test with one line when something is wrong with them. */
export function readPlan<Table extends ScriptTable>(
  script: string,
  table: Table,
): RunPlan & { readonly values: OptionValues<Table> } {
  const values = orAbort(readOptions(table, __ENV));
  const common = values as unknown as CommonValues & { readonly VUS: number };
  orAbort(checkConsent(common));
  // Profiles are read and checked once, not by each of the VUs.
  const shared = new SharedArray<{ readonly spec?: PopulationSpec; readonly fault?: Fault }>(
    'population',
    () => {
      const spec = readPopulation(common);
      return spec.ok ? [{}, { spec: spec.value }] : [{ fault: spec.fault }];
    },
  );
  const fault = shared[0]?.fault;
  if (fault !== undefined) orAbort({ ok: false, fault });
  return {
    script,
    values,
    common,
    population: () => shared[1]?.spec ?? refuse('no population'),
    vus: Math.min(common.VUS, common.DEVICES),
  };
}

function readPopulation(common: CommonValues): Result<PopulationSpec> {
  const profiles = chooseProfiles(common.PROFILE, '-e PROFILE', profileFiles);
  return profiles.ok ? populationSpec(common, profiles.value, (__ENV['SHOW_MODE'] ?? '') !== '') : profiles;
}

/** For `setup`: what only a test that has begun can tell. `stated`: the script's own options. */
export function checkTest({ script, common, vus }: RunPlan, table: OptionTable, stated: Options): void {
  const { executionSegment: segment, executionSegmentSequence: sequence, scenarios } = exec.test.options;
  if (scenarios !== undefined && 'default' in scenarios)
    exec.test.abort(
      "--vus, --duration, --iterations or --stage: expected none of them, for they replace the script's scenario: use -e VUS, -e DURATION …",
    );
  const otherwise = statedOtherwise(stated, exec.test.options);
  if (otherwise !== undefined)
    exec.test.abort(
      `the test that k6 runs is not the one that its -e state (${otherwise}): an archive keeps the scenario and the thresholds it was made with; give k6 archive the same -e`,
    );
  if (typeof segment === 'string' && typeof sequence !== 'string')
    exec.test.abort(
      '--execution-segment: found without --execution-segment-sequence, expected both: else two instances may take the same devices',
    );
  for (const { given, meant } of likelySlips(table, __ENV))
    console.warn(`-e ${given} is no option of ${script}.ts; was ${meant} meant?`);
  console.log(`${common.DEVICES} devices, ${vus} VUs → ${common.SERVER}`);
}

function orAbort<T>(result: Result<T>): T {
  return result.ok ? result.value : refuse(usageLine(result.fault));
}

/** Ends the test before it begins. */
export function refuse(line: string): never {
  exec.test.abort(line);
  throw new Error(line);
}
