/** The live page's options, and what they come to. */
import { fail, ok } from '../protocol/fault.ts';
import { duration, oneOf, text, type ValueParser } from '../random/value-parser.ts';
import { isLoopbackName } from '../web/page-access.ts';
import { UsageError } from './exit-code.ts';
import { type Option, type OptionValues } from './option.ts';
import { port } from './option-value.ts';

const group = 'Live page';
const TOKEN_VARIABLE = 'DM_SWARM_UI_TOKEN';
const SHORTEST_TOKEN = 16;
const FOREVER = 'forever';

export const PAGE_OPTIONS: readonly Option[] = [
  {
    name: 'ui',
    metavar: 'on|off',
    group,
    fallback: 'on',
    help: 'a page that shows the run while it goes on',
  },
  {
    name: 'ui-port',
    metavar: 'N',
    group,
    fallback: '9465',
    help: 'its port; when it is taken, or 0, a free one',
  },
  {
    name: 'ui-host',
    metavar: 'ADDRESS',
    group,
    fallback: '127.0.0.1',
    help: 'its address; outside loopback it needs a token',
  },
  {
    name: 'ui-token',
    metavar: 'TOKEN',
    secret: 'value',
    group,
    help: `whoever opens the page must know it, once, as /?token=TOKEN; at least ${SHORTEST_TOKEN} characters (default: the environment's ${TOKEN_VARIABLE})`,
  },
  {
    name: 'ui-linger',
    metavar: 'TIME',
    bare: FOREVER,
    group,
    help: 'after the end the page stays as the report of the run, until Ctrl-C or this long (off by default)',
  },
];

export interface PageConfig {
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  /** How long it stays after the run, in ms; may be infinite. */
  readonly lingerMs: number;
}

/**
 * `undefined`: no page.
 * @throws UsageError also for a page that would be open to the network without a token.
 */
export function readPageConfig(values: OptionValues): PageConfig | undefined {
  if (values.required('ui', oneOf('on', 'off')) === 'off') return undefined;
  const host = values.required('ui-host', text);
  const token = readToken(values);
  if (token === undefined && !isLoopbackName(host))
    throw new UsageError(
      `${values.placeOf('ui-host')}: ${host} is not on loopback; expected a token with it: --ui-token or ${TOKEN_VARIABLE}, at least ${SHORTEST_TOKEN} characters`,
    );
  return {
    host,
    port: values.required('ui-port', port),
    token,
    lingerMs: values.optional('ui-linger', lingering) ?? 0,
  };
}

/** What is wrong with a token is said without it. */
function readToken(values: OptionValues): string | undefined {
  const fromEnvironment = process.env[TOKEN_VARIABLE] ?? '';
  const given = values.optional('ui-token', (value) => ok(value)) ?? fromEnvironment;
  const place = values.has('ui-token') ? values.placeOf('ui-token') : TOKEN_VARIABLE;
  if (given === '' && !values.has('ui-token')) return undefined;
  if (given.length < SHORTEST_TOKEN)
    throw new UsageError(
      `${place}: expected at least ${SHORTEST_TOKEN} characters, found ${given.length} characters`,
    );
  return given;
}

const lingering: ValueParser<number> = (value, path) => {
  if (value === FOREVER) return ok(Number.POSITIVE_INFINITY);
  const read = duration()(value, path);
  return read.ok ? read : fail(read.fault.code, path, value, `${read.fault.expected}, or ${FOREVER}`);
};
