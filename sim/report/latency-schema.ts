/** The figures of a latency in a summary. */
import { z } from 'zod';
import { type LatencyFigures } from '../metrics/latency-figures.ts';

const ms = (what: string): z.ZodNumber => z.number().nonnegative().describe(`${what}, in ms.`);

/** All 0 when nothing was measured. */
export const latencyFiguresSchema = z
  .object({
    p50: ms('Median'),
    p90: ms('90th percentile'),
    p95: ms('95th percentile'),
    p99: ms('99th percentile'),
    p999: ms('99.9th percentile'),
    max: ms('Largest value, exact'),
    count: z.int().nonnegative().describe('Values measured.'),
  })
  .describe(
    'Percentiles by nearest rank over all values of all shards, off by at most 1 % of their value; all 0 when nothing was measured.',
  )
  .meta({ id: 'LatencyFigures' }) satisfies z.ZodType<LatencyFigures>;
