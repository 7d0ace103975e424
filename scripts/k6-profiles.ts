/** The shipped profiles as k6 reads them: one JSON object of the fleet's YAML files, by name. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { SHIPPED_MIXES, SHIPPED_PROFILES } from '../sim/device/profile.ts';

/** The text of scripts/k6/profiles.json. */
export function k6Profiles(): string {
  const names = [...SHIPPED_PROFILES, ...SHIPPED_MIXES];
  const folder = new URL('../sim/device/profiles/', import.meta.url);
  return JSON.stringify(
    Object.fromEntries(
      names.map((name) => [name, parse(readFileSync(new URL(`${name}.yaml`, folder), 'utf8'))]),
    ),
  );
}
