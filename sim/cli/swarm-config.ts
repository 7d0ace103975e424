/** Options of `swarm` → the run, checked in full before anything is started. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseIdPrefix } from '../device/identity.ts';
import { type LatencyOverrides, parseLatency } from '../device/latency.ts';
import { parseNetwork } from '../device/network.ts';
import { type PopulationSpec } from '../device/population.ts';
import { fail } from '../protocol/fault.ts';
import { type LoadSpec } from '../fleet/load/load-shape.ts';
import { type RunConfig } from '../fleet/run-config.ts';
import { parseDuration } from '../random/duration.ts';
import { HTTP_TRANSPORTS } from '../transport/http-transport-name.ts';
import {
  duration,
  header,
  integer,
  oneOf,
  runName,
  runNameAt,
  share,
  text,
  type ValueParser,
} from '../random/value-parser.ts';
import { reasonOf } from './config-file.ts';
import { type DeviceRecord, readDevicesFile } from './devices-file.ts';
import { UsageError } from './exit-code.ts';
import { type OptionValues } from './option.ts';
import { httpUrl, port } from './option-value.ts';
import { readLoad } from './load-config.ts';
import { type PageConfig, readPageConfig } from './page-config.ts';
import { readProfiles } from './profile-choice.ts';
import { readServerBehaviour, type ServerBehaviour } from './server-config.ts';
import { SERVER_BEHAVIOUR_OPTIONS } from './server-options.ts';

export const MOST_DEVICES = 10_000_000;
const MOST_TRACED = 10;
const LARGEST_SEED = 9_007_199_254_740_991;

/** Everything the command needs to know; the target is still open when a reference server is to be started. */
export interface SwarmConfig {
  /** `undefined`: start a reference server. */
  readonly server: string | undefined;
  readonly behaviour: ServerBehaviour;
  /** The run, once the target is known. */
  readonly runAgainst: (target: string) => RunConfig;
  readonly seed: number;
  readonly devices: number;
  readonly records: readonly DeviceRecord[] | undefined;
  readonly pushShare: number;
  readonly notificationKey: string;
  readonly serverId: string;
  readonly load: LoadSpec;
  readonly yes: boolean;
  readonly output: OutputConfig;
}

export interface OutputConfig {
  readonly out: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly trace: boolean;
  readonly metricsHost: string;
  readonly metricsPort: number;
  /** 0: off. */
  readonly lingerMs: number;
  /** `undefined`: no live page. */
  readonly page: PageConfig | undefined;
}

/** @throws UsageError for the first thing that is wrong. */
export function readSwarmConfig(values: OptionValues): SwarmConfig {
  const server = values.optional('server', httpUrl);
  if (server !== undefined)
    for (const { name } of SERVER_BEHAVIOUR_OPTIONS)
      if (values.has(name))
        throw new UsageError(
          `${values.placeOf(name)}: found together with --server, expected only without: it is for the reference server`,
        );

  const records = values.has('devices-file')
    ? readDevicesFile(values.required('devices-file', text))
    : undefined;
  const devices = readDevices(values, records);
  const seed = values.required('seed', integer(0, LARGEST_SEED));
  const durationMs = values.required('duration', duration(1));
  const trace = values.isSet('trace');
  if (trace && devices > MOST_TRACED)
    throw new UsageError(`--trace: found with ${devices} devices, expected at most --devices ${MOST_TRACED}`);
  const notificationKey = values.required('notification-key', text);
  const pushShare = values.required('push', share);
  const population = readPopulation(values, { seed, devices, records, pushShare, notificationKey });
  const sessions =
    values.optional('sessions', integer(1, 1_000_000_000)) ??
    (trace && !values.has('duration') ? 1 : undefined);
  const run: Omit<RunConfig, 'target' | 'population' | 'http'> = {
    name: values.optional('run', runName) ?? runNameAt(new Date()),
    workers: Math.min(
      values.optional('workers', integer(1, 256)) ?? Math.max(1, availableParallelism() - 1),
      devices,
    ),
    sessions,
    durationMs,
    load: readLoad(values, durationMs),
    drainMs: values.required('drain', duration()),
    exchangeTimeoutMs: values.required('timeout', duration(1)),
    sessionTimeoutMs: values.required('session-timeout', duration(1)),
    maxIterations: values.required('max-iterations', integer(1, 1_000_000)),
    pushChannel: values.required('push-channel', oneOf('own', 'shared')),
    httpTransport: values.required('http', oneOf(...HTTP_TRANSPORTS)),
    trace,
    crashWorkerAfterMs: values.optional('drill', crashDrill),
  };
  const ca = readPem(values);
  const extraHeaders = Object.fromEntries(values.all('header', header));
  return {
    server,
    behaviour: readServerBehaviour(values),
    runAgainst: (target) => ({
      ...run,
      target,
      population: { ...population, account: { ...population.account, serverUri: target } },
      http: {
        ...(ca === undefined ? {} : { ca }),
        insecure: values.isSet('insecure'),
        extraHeaders,
        extraHeadersOrigin: new URL(target).origin,
      },
    }),
    seed,
    devices,
    records,
    pushShare,
    notificationKey,
    serverId: population.account.serverId,
    load: run.load,
    yes: values.isSet('yes'),
    output: {
      out: values.optional('out', text),
      json: values.isSet('json'),
      quiet: values.isSet('quiet'),
      trace,
      metricsHost: values.required('metrics-host', text),
      metricsPort: values.required('metrics-port', port),
      lingerMs: values.optional('metrics-linger', duration()) ?? 0,
      page: readPageConfig(values),
    },
  };
}

function readDevices(values: OptionValues, records: readonly DeviceRecord[] | undefined): number {
  if (records === undefined) return values.required('devices', integer(1, MOST_DEVICES));
  if (!values.has('devices')) return records.length;
  const wanted = values.required('devices', integer(1, MOST_DEVICES));
  if (wanted > records.length)
    throw new UsageError(
      `${values.placeOf('devices')}: found ${wanted}, expected at most the ${records.length} devices of the devices file`,
    );
  return wanted;
}

interface PopulationFacts {
  readonly seed: number;
  readonly devices: number;
  readonly records: readonly DeviceRecord[] | undefined;
  readonly pushShare: number;
  readonly notificationKey: string;
}

function readPopulation(
  values: OptionValues,
  { seed, devices, records, pushShare, notificationKey }: PopulationFacts,
): PopulationSpec {
  const profiles = readProfiles(values.required('profile', text), values.placeOf('profile'));
  const idPrefix = readIdPrefix(
    values,
    profiles.map(({ profile }) => profile.identity.scheme),
  );
  if (idPrefix !== undefined && records !== undefined)
    throw new UsageError(
      `${values.placeOf('id-prefix')}: found together with --devices-file, which gives the identities`,
    );
  const network = values.optional('network', parseNetwork);
  const latencies: LatencyOverrides = Object.fromEntries(
    values.all('latency', parseLatency).map((entry) => [entry.target, entry.distribution] as const),
  );
  const showMode = values.has('show-mode')
    ? values.required('show-mode', oneOf('wait', 'launch'))
    : undefined;
  return {
    seed,
    devices,
    profiles,
    ...(idPrefix === undefined ? {} : { idPrefix }),
    ...(records === undefined ? {} : { identities: records }),
    account: { serverId: values.required('server-id', text), serverUri: '', notificationKey },
    latencies,
    ...(network === undefined ? {} : { network }),
    ...(showMode === undefined ? {} : { showMode }),
    uiBoundMs: values.required('ui-timeout', duration(1)),
    pushShare,
  };
}

/** The prefix must fit every identity scheme of the fleet. */
function readIdPrefix(
  values: OptionValues,
  schemes: readonly Parameters<typeof parseIdPrefix>[0][],
): string | undefined {
  return values.optional('id-prefix', (prefix, path) => {
    for (const scheme of new Set(schemes)) {
      const parsed = parseIdPrefix(scheme, prefix, path);
      if (!parsed.ok) return parsed;
    }
    return { ok: true, value: prefix };
  });
}

/** Read here and not in the worker, so that a wrong file is told before anything starts. */
function readPem(values: OptionValues): string | undefined {
  return values.optional('ca', (file, path) => {
    try {
      const pem = readFileSync(file, 'utf8');
      if (pem.includes('-----BEGIN CERTIFICATE-----')) return { ok: true, value: pem };
      return fail('pem_invalid', path, file, 'a PEM file with at least one certificate');
    } catch (error) {
      return fail('file_unreadable', path, file, `a readable file (${reasonOf(error)})`);
    }
  });
}

const crashDrill: ValueParser<number> = (drill, path) => {
  const match = /^crash-worker=(.+)$/.exec(drill);
  if (match === null) return fail('drill_unknown', path, drill, 'crash-worker=TIME');
  return parseDuration(match[1] ?? '', path);
};
