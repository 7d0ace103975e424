/** The form of a k6 run's summary.json: the fleet's, less what k6 cannot know, and with what only k6 has. */
import { z } from 'zod';
import { SUMMARY_FORM } from './summary-schema.ts';

const { run, totals, latencyMs } = SUMMARY_FORM.shape;

const k6RunSchema = z
  .object({
    ...run.pick({
      name: true,
      seed: true,
      devices: true,
      campaign: true,
      target: true,
      embeddedServer: true,
      durationMs: true,
    }).shape,
    script: z.string().describe('Script of scripts/k6: session, polling, storm or capacity.'),
    vus: z
      .int()
      .positive()
      .describe('VUs of the whole test, over all instances; each has a slice of the devices.'),
    segment: z
      .string()
      .optional()
      .describe(
        'Part of the test that this instance ran, such as `0:1/2`; the totals are those of this part.',
      ),
  })
  .describe('What was run.');

const k6GeneratorSchema = z
  .object({
    droppedIterations: z
      .number()
      .nonnegative()
      .describe('Sessions that were due and could not start, because all VUs were busy.'),
    startLagP99Ms: z
      .number()
      .nonnegative()
      .describe('How late sessions of devices with a clock of their own started, 99th percentile, in ms.'),
  })
  .describe('What the generator itself was like, as far as k6 can tell.');

/**
 * Besides what is absent: `endingExamples` and the examples of violations are empty, for k6's metrics carry no text (it
 * logs the first of each); percentiles are k6's, which interpolates; `other` holds codes that are not told apart, too;
 * `inFlight` are sessions that k6 interrupted.
 */
export const K6_SUMMARY_FORM = z
  .object({
    ...SUMMARY_FORM.pick({
      schema: true,
      rates: true,
      simulatedDelayMs: true,
      endingExamples: true,
      valid: true,
      invalidReasons: true,
      ledger: true,
    }).shape,
    // k6 tells of both under `generator`, in its own way.
    totals: totals.omit({ droppedSessions: true }).meta({ id: 'K6Totals' }),
    latencyMs: latencyMs.omit({ startLag: true }).meta({ id: 'K6Latency' }),
    tool: z.literal('k6'),
    run: k6RunSchema,
    generator: k6GeneratorSchema,
  })
  .meta({ title: 'dm-swarm summary of a k6 run', description: 'The result of a run of scripts/k6.' });
export type K6Summary = z.infer<typeof K6_SUMMARY_FORM>;

/** A summary.json, whichever tool has written it. */
export const ANY_SUMMARY_FORM = z.discriminatedUnion('tool', [SUMMARY_FORM, K6_SUMMARY_FORM]);
export type AnySummary = z.infer<typeof ANY_SUMMARY_FORM>;
