/** What `--latency <target>=<distribution>` can set, and how it takes the place of a profile's own latencies. */
import { COMMAND_NAMES, type CommandName } from '../protocol/command.ts';
import { fail, ok, type Result } from '../protocol/fault.ts';
import { type Distribution, parseDistribution } from '../random/distribution.ts';
import { withRoundTrip } from './network.ts';
import { type Profile } from './profile.ts';

/**
 * The commands; `all`: every command but END that is not set by itself; `ui_think`: the user's think time; `exec`: an
 * EXEC's duration (the profile's bound still holds); `network`: the round trip of the network.
 */
export const LATENCY_TARGETS = [...COMMAND_NAMES, 'all', 'ui_think', 'exec', 'network'] as const;
export type LatencyTarget = (typeof LATENCY_TARGETS)[number];
export type LatencyOverrides = Readonly<Partial<Record<LatencyTarget, Distribution>>>;

/** Reads `HGET=lognormal(p50=80ms,p95=300ms)`; a command's name may be written in any case but EXEC's, for `exec` is another target. */
export function parseLatency(
  text: string,
  path = 'latency',
): Result<{ readonly target: LatencyTarget; readonly distribution: Distribution }> {
  const equals = text.indexOf('=');
  const word = text.slice(0, Math.max(equals, 0)).trim();
  const target = latencyTarget(word);
  if (target === undefined)
    return fail(
      'latency_invalid',
      path,
      text,
      `<target>=<distribution>, the target one of ${LATENCY_TARGETS.join(', ')}`,
    );
  const distribution = parseDistribution(text.slice(equals + 1), `${path} ${target}`);
  return distribution.ok ? ok({ target, distribution: distribution.value }) : distribution;
}

export function latencyTarget(word: string): LatencyTarget | undefined {
  // To the letter first: `EXEC` is the command, `exec` the work that it starts.
  return (
    LATENCY_TARGETS.find((target) => target === word) ??
    LATENCY_TARGETS.find((target) => target.toLowerCase() === word.toLowerCase())
  );
}

/**
 * The profile as its devices live it: `latencies` has an entry for each command that takes time, and the overrides
 * are worked in. An override for `all` beats what the profile says for a single command.
 */
export function withLatencies(profile: Profile, overrides: LatencyOverrides): Profile {
  const latencies: Partial<Record<CommandName, Distribution>> = {};
  for (const command of COMMAND_NAMES) {
    const general =
      command === 'END' ? undefined : (overrides.all ?? profile.latencies[command] ?? profile.latencies.all);
    const distribution = overrides[command] ?? (command === 'END' ? profile.latencies.END : general);
    if (distribution !== undefined) latencies[command] = distribution;
  }
  const { ui_think: thinkTime, exec: duration, network: roundTrip } = overrides;
  return {
    ...profile,
    latencies,
    ui: thinkTime === undefined ? profile.ui : { ...profile.ui, thinkTime },
    exec: duration === undefined ? profile.exec : { ...profile.exec, duration },
    network: roundTrip === undefined ? profile.network : withRoundTrip(profile.network, roundTrip),
  };
}
