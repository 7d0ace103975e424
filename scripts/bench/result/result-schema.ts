/** The form of a benchmark's JSON result: what other programs, and later runs, may rely on. */
import { z } from 'zod';
import { ROW_IDS } from '../benchmark.ts';

export const BENCH_SCHEMA_VERSION = 1;

const spread = z.object({
  median: z.number(),
  q1: z.number().describe('First quartile.'),
  q3: z.number().describe('Third quartile.'),
  count: z.int().positive().describe('Measurements it is made of.'),
});

const reading = z.object({
  key: z.string().describe('Stable name of the figure.'),
  what: z.string(),
  unit: z.string(),
  better: z.enum(['less', 'more']),
  floor: z.number().optional(),
  goal: z.number().optional(),
  spread,
  portable: z
    .boolean()
    .describe('Depends little on the speed of the machine; quick runs are judged by these.'),
  verdict: z.enum(['met goal', 'met floor', 'below floor', 'no goal']),
  recorded: z
    .number()
    .optional()
    .describe('The median of the recorded run that a quick run is compared with.'),
  grosslyWorse: z.boolean().optional(),
});

const row = z.object({
  id: z.enum(ROW_IDS),
  title: z.string(),
  notes: z.array(z.string()),
  outcome: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('measured'),
      readings: z.array(reading),
      disturbed: z
        .int()
        .nonnegative()
        .describe('Measurements that others disturbed and that had to be kept.'),
      samples: z.int().nonnegative(),
    }),
    z.object({ kind: z.literal('skipped'), reason: z.string() }),
    z.object({ kind: z.literal('failed'), reason: z.string() }),
  ]),
});

const sample = z.object({
  heat: z.string(),
  contender: z.string(),
  round: z.int().nonnegative(),
  figures: z.record(z.string(), z.number()),
  foreignCores: z.number().nonnegative(),
  disturbed: z.boolean(),
  discarded: z.boolean().describe('Disturbed, and measured again.'),
});

export const BENCH_FORM = z.object({
  schema: z.literal(BENCH_SCHEMA_VERSION),
  tool: z.literal('dm-swarm bench'),
  date: z.iso.datetime(),
  machine: z.object({
    cpu: z.string(),
    cores: z.int(),
    memoryGiB: z.number(),
    kernel: z.string(),
    versions: z.record(z.string(), z.string()),
    descriptors: z.number().optional(),
    commit: z.string().optional(),
  }),
  method: z.object({
    quick: z.boolean(),
    rounds: z.int(),
    warmUpMs: z.number(),
    warmUpCount: z.int().describe('Requests answered before a window began, at least.'),
    windowMs: z.number(),
    pinned: z.boolean(),
    mostForeignCores: z.number().describe('What others may use before a measurement counts as disturbed.'),
    waitedMs: z.number().describe('For a quiet machine.'),
    discarded: z.int().describe('Disturbed measurements that were thrown away and made again.'),
    durationMs: z.number(),
  }),
  rows: z.array(row),
  samples: z.array(sample),
});
export type BenchResult = z.infer<typeof BENCH_FORM>;
export type RowResult = BenchResult['rows'][number];
export type ReadingResult = z.infer<typeof reading>;
