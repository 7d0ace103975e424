/** From a script's options to the population: the same devices that the fleet makes of the same options. */
import { parseIdPrefix } from '../../../sim/device/identity.ts';
import { type PopulationSpec } from '../../../sim/device/population.ts';
import { type WeightedProfiles } from '../../../sim/device/profile-choice.ts';
import { fail, ok, type Result } from '../../../sim/protocol/fault.ts';
import { parseServerUri } from '../../../sim/protocol/server-uri.ts';
import { type OptionValues } from './option.ts';
import { type COMMON_OPTIONS } from './options.ts';

export type CommonValues = OptionValues<typeof COMMON_OPTIONS>;

/**
 * Faults name the option. A profile whose show mode is `launch` is one: it would behave otherwise than its name says.
 * @param showModeGiven whether SHOW_MODE was given, and so takes the place of the profiles' own
 */
export function populationSpec(
  values: CommonValues,
  profiles: WeightedProfiles,
  showModeGiven: boolean,
): Result<PopulationSpec> {
  const { ID_PREFIX: idPrefix, NETWORK: network } = values;
  for (const { profile } of profiles) {
    if (idPrefix !== undefined) {
      const prefix = parseIdPrefix(profile.identity.scheme, idPrefix, '-e ID_PREFIX');
      if (!prefix.ok) return prefix;
    }
    if (profile.showMode === 'launch' && !showModeGiven)
      return fail(
        'show_mode_launch',
        `-e PROFILE, ${profile.name}: showMode`,
        'launch',
        'wait, the only one there is in k6; -e SHOW_MODE=wait has such devices wait',
      );
  }
  return ok({
    seed: values.SEED,
    devices: values.DEVICES,
    profiles,
    ...(idPrefix === undefined ? {} : { idPrefix }),
    account: {
      serverId: values.SERVER_ID,
      serverUri: values.SERVER,
      notificationKey: values.NOTIFICATION_KEY,
    },
    latencies: values.LATENCY ?? {},
    ...(network === undefined ? {} : { network }),
    showMode: 'wait',
    uiBoundMs: values.UI_TIMEOUT,
    pushShare: 0,
  });
}

/** A server outside loopback is loaded with consent only. */
export function checkConsent({ SERVER: server, YES: yes }: CommonValues): Result<undefined> {
  const url = parseServerUri(server);
  const host = url.ok ? url.value.host.toLowerCase() : '';
  if (yes || host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host)) return ok(undefined);
  return fail(
    'consent_missing',
    '-e SERVER',
    host,
    "a server on loopback; load another one only with its owner's consent, and say so with -e YES=true",
  );
}
