/** The form of summary.json, schema version 1: what other programs may rely on. */
import { z } from 'zod';
import { latencyFiguresSchema } from './latency-schema.ts';

export const SUMMARY_SCHEMA_VERSION = 1;

const count = (what: string): z.ZodInt => z.int().nonnegative().describe(what);
const statusCounts = (what: string): z.ZodRecord<z.ZodString, z.ZodRecord<z.ZodString, z.ZodInt>> =>
  z.record(z.string(), z.record(z.string(), z.int().nonnegative())).describe(what);
const transfers = (what: string) =>
  z
    .object({ count: count('Transfers that got a response.'), bytes: count('Their body bytes.') })
    .describe(what);

const runSchema = z
  .object({
    name: z
      .string()
      .describe('Name of the run: `--run`, or its start in UTC; the label `run` of its metrics.'),
    seed: z.number().describe('Everything random in the fleet follows from it.'),
    devices: count('Virtual devices.'),
    workers: count('Worker threads that shared them.'),
    campaign: z
      .string()
      .describe('Campaign of the reference server; empty when another server was the target.'),
    target: z.string().describe('URL of the DM Server.'),
    embeddedServer: z.boolean().describe('The target was the reference server, started for this run.'),
    durationMs: z
      .number()
      .nonnegative()
      .describe('From the start of the load to the end of the last session, in ms.'),
  })
  .describe('What was run.');

const totalsSchema = z
  .object({
    sessions: z
      .object({
        started: count('DM Sessions started.'),
        completed: count('Ended by an END whose package was executed.'),
        aborted: count('Ended by a fault of the server, the network or a worker.'),
        timedOut: count('Ended by a bound: of connecting, an exchange, the session, or the run.'),
        inFlight: count('Still running; 0 at the end of a run.'),
      })
      .describe('started = completed + aborted + timedOut + inFlight.'),
    droppedSessions: count(
      'With `--every`: sessions that were due and never started, for their device was still in session or the run at its end; not among those started.',
    ),
    endings: z
      .record(z.string(), z.int().nonnegative())
      .describe(
        'Ended sessions by reason, each under exactly one; `http_NNN`: the server answered a package with NNN.',
      ),
    iterations: count("Package#2s whose commands were all executed, END's included."),
    packages: z
      .object({
        '0': count('DM Notifications received.'),
        '1': count('Package#1s handed to the transport.'),
        '2': count('Package#2s received as a 200 response.'),
        '3': count('Package#3s handed to the transport.'),
      })
      .describe('DM packages.'),
    notifications: z
      .record(z.string(), z.int().nonnegative())
      .describe('What became of the DM Notifications; each received one counts exactly once.'),
    commands: statusCounts(
      'Delivered commands: name → outcome → count. END counts as 200; `none`: the session was cut before it ran; `other`: no HTTP code.',
    ),
    statuses: statusCounts('Statuses as sent in Package#3: command → code → count.'),
    uiSessions: z
      .object({
        done: count('Went through to a page that offers nothing to go on with.'),
        abandoned: count('Left by the user.'),
        timedOut: count('Ended at their bound.'),
        failed: count('Whose first page could not be opened.'),
      })
      .describe('UI Sessions that SHOW began, by how they ended.'),
    repository: z
      .object({
        GET: transfers('Data fetched: HGET, DEFAULT, firmware.'),
        PUT: transfers('Data sent by HPUT and SUB.'),
        POST: transfers('Data sent by HPOST.'),
      })
      .describe('Transfers with Data Repositories.'),
    violations: z
      .record(
        z.string(),
        z.object({ count: count('How often.'), example: z.string().describe('The first one seen.') }),
      )
      .describe('What the server did against the protocol, by rule; only rules that were broken.'),
  })
  .describe('Counts over the whole run and all devices.')
  .meta({ id: 'Totals' });

const latencySchema = z
  .object({
    serverTurnaround: latencyFiguresSchema,
    iterationDevice: latencyFiguresSchema,
    connect: latencyFiguresSchema,
    session: latencyFiguresSchema,
    uiSession: latencyFiguresSchema,
    startLag: latencyFiguresSchema,
    commands: z
      .record(z.string(), latencyFiguresSchema)
      .describe('By command; only those that were executed.'),
  })
  .describe(
    'serverTurnaround: Package#1 or #3 handed over until the next Package#2 is received, without connecting and simulated delay. iterationDevice: Package#2 received until Package#3 is ready. connect: TCP and TLS. session, uiSession: from start to end, simulated delays included. startLag: a session that a device starts by itself is due until it starts; the generator, not the server, is late by that.',
  )
  .meta({ id: 'Latency' });

const generatorSchema = z
  .object({
    eventLoopDelayP99Ms: z.number().nonnegative().describe('Of the worst shard, in ms.'),
    eventLoopUtilization: z.number().min(0).max(1).describe('Of the worst shard, over its observed time.'),
    startLagP99Ms: z
      .number()
      .nonnegative()
      .describe(
        'Over all shards: how late sessions started that devices start by themselves, 99th percentile, in ms.',
      ),
    cpuCores: z.number().nonnegative().describe('CPU seconds per second, all processes of the swarm.'),
    peakRssBytes: z.number().nonnegative().describe('Peak memory, all processes of the swarm, in bytes.'),
  })
  .describe('What the generator itself was like; without the reference server.');

/** What is read of a ledger here; the server says more, and all of it is kept. */
export const ledgerSchema = z
  .looseObject({
    sessions: z.looseObject({ started: z.number().optional() }).optional(),
    packages: z.record(z.string(), z.number()).optional(),
    commands: z.record(z.string(), z.number()).optional().describe('Delivered, by name.'),
    statuses: z
      .record(z.string(), z.record(z.string(), z.number()))
      .optional()
      .describe('Received, by name and code.'),
    uiSessions: z.record(z.string(), z.number()).optional(),
    repository: z.record(z.string(), z.looseObject({ count: z.number(), bytes: z.number() })).optional(),
    violations: z.record(z.string(), z.looseObject({ count: z.number() })).optional(),
  })
  .describe("The reference server's ledger at the end of the run; empty when another server was the target.")
  .meta({ id: 'Ledger' });
export type Ledger = z.infer<typeof ledgerSchema>;

export const SUMMARY_FORM = z
  .object({
    schema: z
      .literal(SUMMARY_SCHEMA_VERSION)
      .describe('Version of this form; a change that breaks readers raises it.'),
    tool: z.literal('dm-swarm'),
    run: runSchema,
    totals: totalsSchema,
    fleet: z.object({
      digest: z
        .string()
        .describe(
          'SHA-256 over all devices, in index order, of what each executed and answered; 64 hex digits.',
        ),
    }),
    rates: z
      .object({
        iterationsPerSecond: z.number().nonnegative(),
        sessionsPerSecond: z.number().nonnegative().describe('Sessions ended, however they ended.'),
      })
      .describe('Means over the whole run, ramp and drain included.'),
    latencyMs: latencySchema,
    simulatedDelayMs: z
      .record(z.string(), z.number().nonnegative())
      .describe(
        'Delay simulated by the swarm, by kind, summed over all devices, in ms; in no server turnaround.',
      ),
    endingExamples: z
      .record(z.string(), z.string())
      .describe('What was seen the first time a session ended for a reason other than `completed`.'),
    generator: generatorSchema,
    valid: z.boolean().describe('The figures are those of the server: the generator was not the limit.'),
    invalidReasons: z.array(z.string()).describe('Why not; empty when valid.'),
    ledger: ledgerSchema,
  })
  .meta({ title: 'dm-swarm summary', description: 'The result of a run of dm-swarm.' });
export type Summary = z.infer<typeof SUMMARY_FORM>;
