/** The options that say when devices start their sessions, and what they come to. */
import { type LoadSpec } from '../fleet/load/load-shape.ts';
import { MOST_JITTER } from '../fleet/load/polling.ts';
import { fail } from '../protocol/fault.ts';
import { distribution, duration, share, type ValueParser } from '../random/value-parser.ts';
import { UsageError } from './exit-code.ts';
import { type Option, type OptionValues } from './option.ts';

const group = 'Load';

export const LOAD_OPTIONS: readonly Option[] = [
  {
    name: 'ramp',
    metavar: 'TIME',
    group,
    fallback: '10s',
    help: 'time over which first sessions are spread, never longer than the run; not with --every',
  },
  {
    name: 'think-time',
    metavar: 'DIST',
    group,
    fallback: 'exp(mean=5s)',
    help: 'pause between two sessions of a device; not with --every',
  },
  {
    name: 'every',
    metavar: 'TIME',
    group,
    help: 'instead of think time: each device starts a session once in this time, by a timetable of its own that a slow server does not change; what is due while the last session goes on is dropped and counted',
  },
  {
    name: 'jitter',
    metavar: 'SHARE',
    group,
    fallback: '10%',
    help: 'with --every: each time lies at most this share of it before or behind, up to 50%',
  },
];

/** What a timetable has no use for, and why. */
const NOT_WITH_EVERY = [
  ['think-time', 'the next session is due by the timetable, not after a pause'],
  ['ramp', "the devices' timetables spread first sessions over all of it"],
] as const;

/** @throws UsageError for options that contradict each other. */
export function readLoad(values: OptionValues, durationMs: number): LoadSpec {
  const periodMs = values.optional('every', duration(1));
  if (periodMs === undefined) {
    if (values.has('jitter'))
      throw new UsageError(
        `${values.placeOf('jitter')}: found without --every, whose times it spreads; expected both or neither`,
      );
    return {
      shape: 'closed',
      rampMs: Math.min(values.required('ramp', duration()), durationMs),
      thinkTime: values.required('think-time', distribution),
    };
  }
  for (const [name, reason] of NOT_WITH_EVERY)
    if (values.has(name))
      throw new UsageError(
        `${values.placeOf(name)}: found together with ${values.placeOf('every')}, expected one of them: ${reason}`,
      );
  return { shape: 'polling', periodMs, jitter: values.required('jitter', jitter) };
}

const jitter: ValueParser<number> = (value, path) => {
  const read = share(value, path);
  if (read.ok && read.value <= MOST_JITTER) return read;
  return fail('jitter_invalid', path, value, 'a share from 0% to 50%, such as 10%');
};
