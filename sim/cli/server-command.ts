/** `npm run server`: the reference DM Server alone. */
import { startServer } from '../server/reference-server.ts';
import { distribution, integer, listOf, text } from '../random/value-parser.ts';
import { parseArgv } from './argv.ts';
import { type CommandContext } from './command-context.ts';
import { reasonOf } from './config-file.ts';
import { readDevicesFile } from './devices-file.ts';
import { EXIT, type ExitCode, UsageError } from './exit-code.ts';
import { helpText } from './help.ts';
import { OptionValues } from './option.ts';
import { httpUrl, port } from './option-value.ts';
import { capacityWarning, connectionsPerProcess, dropWarning } from './server-capacity.ts';
import { readServerBehaviour, readTls, type ServerProcessOptions } from './server-config.ts';
import { SERVER_OPTIONS } from './server-options.ts';
import { type ServerProcesses, startServerProcesses } from './server-processes.ts';
import { type ServerOptions, shareServer } from './server-share.ts';

/** Beyond that a slip of the finger is likelier than a machine of that size. */
const MOST_PROCESSES = 256;

/** Runs until Ctrl-C or SIGTERM; the first line on stdout says that it listens, and where. */
export async function serverCommand(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  const values = new OptionValues(SERVER_OPTIONS, parseArgv(argv, SERVER_OPTIONS));
  if (values.isSet('help')) {
    process.stdout.write(HELP);
    return EXIT.fine;
  }
  const processes = values.required('processes', integer(1, MOST_PROCESSES));
  const options = readServerOptions(values);
  const shares = shareServer(options, processes);
  const devices = options.credentials?.size ?? 0;
  const tooMany = capacityWarning(devices, processes);
  if (tooMany !== undefined) warn(tooMany);

  const stopped = new Promise<'stopped'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve('stopped'));
  });
  let died: (what: string) => void = () => undefined;
  const death = new Promise<string>((resolve) => (died = resolve));
  const server = await startShares(shares, context, (name, how) => died(`${name} ended (${how})`)).catch(
    (error: unknown) => {
      const ports = processes === 1 ? `${options.port}` : `${options.port} and up`;
      throw new UsageError(
        `cannot listen on ${options.host}:${ports} (--host, --port) or use the certificate: ${reasonOf(error)}`,
      );
    },
  );
  const [first = ''] = server.urls;
  process.stdout.write(
    `DM Server ready: ${server.urls.map((url) => `${url}/dm`).join(', ')} ` +
      `(ledger: ${first}/ledger, campaign: ${options.campaign.name})\n`,
  );
  const end = await Promise.race([stopped, death]);
  await server.end();
  if (end === 'stopped') return EXIT.fine;
  // What its devices had done is lost, and with it the ledger: going on would only look like a server.
  process.stderr.write(`dm-swarm server: ${end}; the other processes were ended\n`);
  return EXIT.internal;
}

/** One process is this one; several are children, connected by this one. */
async function startShares(
  shares: readonly ServerProcessOptions[],
  { directory }: CommandContext,
  onDeath: (name: string, how: string) => void,
): Promise<Pick<ServerProcesses, 'urls' | 'end'>> {
  const [only, ...others] = shares;
  if (only === undefined || others.length > 0) return startServerProcesses(directory, shares, onDeath);
  const { member, ...options } = only;
  if (member !== undefined) throw new Error('a server of one process is no member of a group');
  const server = await startServer({
    ...options,
    maxConnections: connectionsPerProcess(),
    onDroppedConnection: dropWarning(warn),
  });
  return { urls: [server.url], end: () => server.close() };
}

/** @throws UsageError for values that are not right */
function readServerOptions(values: OptionValues): ServerOptions & { readonly host: string } {
  const file = values.optional('devices-file', text);
  const credentials =
    file === undefined
      ? undefined
      : new Map(readDevicesFile(file).map(({ devId, user = '', secret = '' }) => [devId, { user, secret }]));
  const notifyEvery = values.optional('notify-every', distribution);
  const publicUrls = values.optional('public-url', listOf(httpUrl));
  const tls = readTls(values);
  return {
    ...readServerBehaviour(values),
    host: values.required('host', text),
    port: values.required('port', port),
    seed: values.required('seed', integer(0, Number.MAX_SAFE_INTEGER)),
    notificationKey: values.required('notification-key', text),
    serverId: values.required('server-id', text),
    ...(notifyEvery === undefined ? {} : { notifyEvery }),
    ...(publicUrls === undefined ? {} : { publicUrls }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function warn(text: string): void {
  process.stderr.write(`warning: ${text}\n`);
}

const HELP = helpText({
  invocation: 'npm run server --',
  purpose:
    'The reference DM Server: DM endpoint, Data Repository, Web Server Component, notifier and ledger.',
  examples: [
    { command: '--port 8080', meaning: 'serve the campaign mixed at http://127.0.0.1:8080/dm' },
    {
      command: "--campaign everything --service-time 'exp(mean=20ms)' --concurrency 64",
      meaning: 'a server with a known capacity',
    },
    {
      command: '--processes 4 --port 8080',
      meaning:
        'four processes on ports 8080 to 8083, with one ledger; a device stays with the port it was sent to',
    },
    {
      command: "--port 0 --notify-every 'exp(mean=30s)'",
      meaning: 'a free port; devices with a push channel are notified',
    },
  ],
  options: SERVER_OPTIONS,
  exitCodes: [
    '0  ended by Ctrl-C or SIGTERM',
    '1  internal error, or one of several processes ended',
    '2  bad usage or configuration, or the port is taken',
  ],
});
