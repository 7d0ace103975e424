/** The options of the scripts, with their defaults; docs/k6.md shows the same table. */
import { type LatencyOverrides, parseLatency } from '../../../sim/device/latency.ts';
import { parseNetwork } from '../../../sim/device/network.ts';
import { fail, ok } from '../../../sim/protocol/fault.ts';
import { parseServerUri } from '../../../sim/protocol/server-uri.ts';
import { parseDistribution } from '../../../sim/random/distribution.ts';
import {
  duration,
  header,
  integer,
  oneOf,
  runName,
  share,
  text,
  type ValueParser,
} from '../../../sim/random/value-parser.ts';
import { option, optional, required } from './option.ts';

export const MOST_DEVICES = 10_000_000;

const yesOrNo: ValueParser<boolean> = (value, path) => {
  if (value === 'true' || value === 'false') return ok(value === 'true');
  return fail('truth_invalid', path, value, 'true or false');
};

/** An absolute URL without user information, which would stand in every log. */
const serverUrl: ValueParser<string> = (value, path) => {
  const url = parseServerUri(value, path);
  if (!url.ok) return url;
  if (url.value.authority.includes('@'))
    return fail('url_invalid', path, 'a URL with credentials', 'a URL without credentials');
  return ok(value);
};

/** `launch` is a word of the fleet's, and not to be had here. */
const showMode: ValueParser<'wait'> = (value, path) =>
  value === 'launch'
    ? fail(
        'show_mode_launch',
        path,
        value,
        'wait (a VU of k6 does one thing at a time, so no UI Session can go on beside its DM Session; npm run swarm has --show-mode launch)',
      )
    : oneOf('wait')(value, path);

const latencies: ValueParser<LatencyOverrides> = (value, path) => {
  const overrides: Record<string, unknown> = {};
  for (const part of value.split(';')) {
    const latency = parseLatency(part.trim(), path);
    if (!latency.ok) return latency;
    overrides[latency.value.target] = latency.value.distribution;
  }
  return ok(overrides);
};

const headers: ValueParser<Readonly<Record<string, string>>> = (value, path) => {
  const all: Record<string, string> = {};
  for (const line of value.split('\n')) {
    const parsed = header(line, path);
    if (!parsed.ok) return parsed;
    all[parsed.value[0]] = parsed.value[1];
  }
  return ok(all);
};

/** Sessions per second: `20`, `20/s`, `90/m`, `500/h`. */
export interface SessionRate {
  readonly count: number;
  readonly per: '1s' | '1m' | '1h';
}

const PER = { s: '1s', m: '1m', h: '1h' } as const;

const rate: ValueParser<SessionRate> = (value, path) => {
  const match = /^([1-9]\d{0,6})(?:\/([smh]))?$/.exec(value.trim());
  if (match === null) return fail('rate_invalid', path, value, 'sessions such as 20, 20/s, 90/m or 500/h');
  return ok({ count: Number(match[1]), per: PER[(match[2] ?? 's') as keyof typeof PER] });
};

const perSecond = integer(1, 1_000_000);
/** k6 takes no shorter one. */
const period = duration(1_000);

/** What every script takes; the names of the fleet's options, in capitals. */
export const COMMON_OPTIONS = {
  SERVER: required(serverUrl, 'URL of the DM Server that gets Package#1, such as http://127.0.0.1:8080/dm'),
  YES: option('false', yesOrNo, "load a server outside loopback; have its owner's consent"),
  HEADER: optional(
    headers,
    "header for the DM Server's own origin, `Name: value`; several on lines of their own",
  ),
  DEVICES: option('1000', integer(1, MOST_DEVICES), 'virtual DM Clients of the whole test'),
  PROFILE: option(
    'mixed',
    text,
    'smartphone, vehicle, gateway, settop, mixed, weights such as vehicle=3,gateway=1, or a JSON file',
  ),
  SEED: option(
    '1',
    integer(0, Number.MAX_SAFE_INTEGER),
    'the same seed gives the same devices, here and in the fleet',
  ),
  ID_PREFIX: optional(text, 'how the identities begin'),
  SERVER_ID: option('dms', text, "the server's ID in the devices' DMAcc"),
  NOTIFICATION_KEY: option('dm-swarm', text, "key that the secrets in the devices' DMAcc are derived from"),
  NETWORK: optional(parseNetwork, "lan, wifi, lte, 3g, nbiot or satellite; default: the profile's"),
  LATENCY: optional(latencies, '`HGET=lognormal(p50=80ms,p95=300ms)`; several separated by semicolons'),
  SHOW_MODE: option(
    'wait',
    showMode,
    'wait for the end of the UI Session (CR 3.a.3); launch cannot be had in k6',
  ),
  UI_TIMEOUT: option('5s', duration(1), 'longest UI Session'),
  TIMEOUT: option('30s', duration(1), 'longest exchange, from its start to its last byte'),
  SESSION_TIMEOUT: option('60s', duration(1), 'longest session'),
  MAX_ITERATIONS: option('1000', integer(1, 1_000_000), 'iterations a session may have'),
  DRAIN: option(
    '10s',
    duration(),
    'what sessions that run at the end of DURATION get to finish; then they are cut (`run_ended`)',
  ),
  MAX_FAILED: option('1%', share, 'threshold: share of the sessions that may fail'),
  MAX_TURNAROUND: optional(duration(1), "threshold: 95th percentile of the server's turnaround"),
  RUN: optional(runName, 'name of the run; default: its start in UTC'),
  SUMMARY: option('summary.json', text, 'file that the summary is written to; none: write none'),
  LEDGER: optional(serverUrl, "URL of the reference server's ledger, to be read into the summary"),
};

/** Session after session at a rate that the server's speed does not change. */
export const SESSION_OPTIONS = {
  ...COMMON_OPTIONS,
  RATE: option('10', rate, 'sessions started, such as 20, 20/s, 90/m or 500/h'),
  DURATION: option('60s', period, 'how long they are started'),
  VUS: option('100', integer(1, 100_000), 'sessions at once at most; each VU has its share of the devices'),
};

/** Every device by its own clock. */
export const POLLING_OPTIONS = {
  ...COMMON_OPTIONS,
  THINK_TIME: option('exp(mean=5s)', parseDistribution, 'pause between two sessions of a device'),
  RAMP: option('10s', duration(), 'time over which first sessions are spread'),
  DURATION: option('60s', period, 'when no more sessions are started'),
  SESSIONS: optional(
    integer(1, 1_000_000),
    'sessions a device does; the test ends when all have done theirs',
  ),
  VUS: option('100', integer(1, 100_000), 'sessions at once at most; each VU has its share of the devices'),
  FINGERPRINTS: option(
    'false',
    yesOrNo,
    'log what each device executed and answered, as a hash (with SESSIONS)',
  ),
};

/** All devices at once. */
export const STORM_OPTIONS = {
  ...COMMON_OPTIONS,
  WITHIN: option('5s', duration(), 'time in which all devices come'),
  DURATION: option('60s', period, 'when devices that have not come by then stay away'),
  VUS: option('500', integer(1, 100_000), 'sessions at once at most; each VU has its share of the devices'),
};

/** Ever more, until the server gives in. */
export const CAPACITY_OPTIONS = {
  ...COMMON_OPTIONS,
  FROM: option('5', perSecond, 'sessions per second at the start'),
  TO: option('100', perSecond, 'sessions per second at the end'),
  DURATION: option('2m', period, 'how long the rate rises'),
  VUS: option('500', integer(1, 100_000), 'sessions at once at most; each VU has its share of the devices'),
  MAX_TURNAROUND: option(
    '250ms',
    duration(1),
    "the test ends when the 95th percentile of the server's turnaround is above",
  ),
};
