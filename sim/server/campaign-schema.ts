/** The form of a campaign file. Strict: an unknown key is an error. */
import { z } from 'zod';
import { COMMAND_NAMES } from '../protocol/command.ts';
import { MEDIA_TYPE } from '../protocol/media-type.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a name of lower-case letters, digits and hyphens');
const oneOrMore = z
  .union([z.string(), z.array(z.string()).min(1)])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const PERCENT = /^(\d{1,3}(?:\.\d+)?)\s*%$/;
const percent = z
  .string()
  .regex(PERCENT, 'a share such as 10%')
  .transform((text) => Number(PERCENT.exec(text)?.[1]) / 100)
  .refine((share) => share <= 1, 'a share of at most 100%');

const share = z.union([
  percent.transform((to) => ({ from: 0, to })),
  z.strictObject({ from: percent, to: percent }).refine(({ from, to }) => from < to, 'from below to'),
]);

const devices = z.strictObject({
  share: share.optional(),
  id: z
    .string()
    .refine((source) => compiles(source), 'a regular expression')
    .optional(),
  manufacturer: oneOrMore.optional(),
  model: oneOrMore.optional(),
  deviceType: oneOrMore.optional(),
  mo: z.string().optional(),
});

const code = z.number().int().min(100).max(999);
const CLASS = /^[1-9]xx$/;
const statusRange = z.union([
  code.transform((value) => ({ from: value, to: value })),
  z
    .string()
    .regex(CLASS, 'a status code such as 200, or a class such as 4xx')
    .transform((text) => ({ from: Number(text[0]) * 100, to: Number(text[0]) * 100 + 99 })),
]);
const statusRanges = z.union([statusRange.transform((range) => [range]), z.array(statusRange).min(1)]);
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const scalars = z.union([scalar.transform((value) => [value]), z.array(scalar).min(1)]);
const count = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

const when = z
  .strictObject({
    status: z
      .strictObject({
        command: z.enum(COMMAND_NAMES),
        is: statusRanges.optional(),
        isNot: statusRanges.optional(),
      })
      .optional(),
    alert: z.string().min(1).optional(),
    value: z.strictObject({ at: z.string(), is: scalars.optional(), isNot: scalars.optional() }).optional(),
    session: z
      .union([
        count.transform((only) => ({ from: only, to: only, every: 1 })),
        z
          .strictObject({
            from: count.default(1),
            to: count.default(Number.MAX_SAFE_INTEGER),
            every: count.default(1),
          })
          .refine(({ from, to }) => from <= to, 'from not above to'),
      ])
      .optional(),
  })
  .refine((condition) => Object.keys(condition).length > 0, 'at least one condition');

const commands = z.array(z.array(z.string()).min(1)).min(1);
const steps = z
  .array(z.strictObject({ devices: devices.optional(), when: when.optional(), cmd: commands }))
  .min(1);

const mixEntry = z.union([
  z.strictObject({ weight: z.number().positive(), devices: devices.optional(), campaign: name }),
  z.strictObject({ weight: z.number().positive(), devices: devices.optional(), name, steps }),
]);

/** A node's data; checked in full by the MO decoder. */
const resource = z.strictObject({
  type: z
    .string()
    .regex(/^[\w.+-]+\/[\w.+-]+$/, 'a media type')
    .default(MEDIA_TYPE.mo),
  body: z.union([z.array(z.json()), z.record(z.string(), z.json())]),
});

export const campaignSchema = z.strictObject({
  name,
  description: z.string().optional(),
  /** Either `steps` or `mix`; that one of them is there is checked after reading. */
  steps: steps.optional(),
  mix: z.array(mixEntry).min(1).optional(),
  onAlert: z.array(z.strictObject({ alert: z.string().min(1), steps })).optional(),
  repository: z
    .record(
      z.string().regex(/^\/repository\/[!-"$->@-~]+$/, 'a path that begins with /repository/, without query'),
      resource,
    )
    .optional(),
  firmware: z
    .record(
      z.string().regex(/^[\w.-]{1,100}$/, 'a file name'),
      z
        .number()
        .int()
        .min(1)
        .max(2 ** 31),
    )
    .optional(),
});

export type CampaignFile = z.output<typeof campaignSchema>;
export type StepsInFile = NonNullable<CampaignFile['steps']>;
export type DevicesInFile = z.output<typeof devices>;
export type WhenInFile = z.output<typeof when>;

function compiles(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
