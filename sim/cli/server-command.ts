/** `npm run server`: the reference DM Server alone. */
import { startServer } from '../server/reference-server.ts';
import { distribution, integer, text } from '../random/value-parser.ts';
import { parseArgv } from './argv.ts';
import { reasonOf } from './config-file.ts';
import { readDevicesFile } from './devices-file.ts';
import { EXIT, type ExitCode, UsageError } from './exit-code.ts';
import { helpText } from './help.ts';
import { OptionValues } from './option.ts';
import { httpUrl, port } from './option-value.ts';
import { readServerBehaviour, readTls } from './server-config.ts';
import { SERVER_OPTIONS } from './server-options.ts';

/** Runs until Ctrl-C or SIGTERM; the first line on stdout says that it listens, and where. */
export async function serverCommand(argv: readonly string[]): Promise<ExitCode> {
  const values = new OptionValues(SERVER_OPTIONS, parseArgv(argv, SERVER_OPTIONS));
  if (values.isSet('help')) {
    process.stdout.write(HELP);
    return EXIT.fine;
  }
  const file = values.optional('devices-file', text);
  const credentials =
    file === undefined
      ? undefined
      : new Map(readDevicesFile(file).map(({ devId, user = '', secret = '' }) => [devId, { user, secret }]));
  const notifyEvery = values.optional('notify-every', distribution);
  const publicUrl = values.optional('public-url', httpUrl);
  const tls = readTls(values);
  const host = values.required('host', text);
  const options = {
    ...readServerBehaviour(values),
    host,
    port: values.required('port', port),
    seed: values.required('seed', integer(0, Number.MAX_SAFE_INTEGER)),
    notificationKey: values.required('notification-key', text),
    serverId: values.required('server-id', text),
    ...(notifyEvery === undefined ? {} : { notifyEvery }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(tls === undefined ? {} : { tls }),
  };
  const server = await startServer(options).catch((error: unknown) => {
    throw new UsageError(
      `cannot listen on ${host}:${options.port} (--host, --port) or use the certificate: ${reasonOf(error)}`,
    );
  });
  process.stdout.write(
    `DM Server ready: ${server.url}/dm (ledger: ${server.url}/ledger, campaign: ${options.campaign.name})\n`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await server.close();
  return EXIT.fine;
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
      command: "--port 0 --notify-every 'exp(mean=30s)'",
      meaning: 'a free port; devices with a push channel are notified',
    },
  ],
  options: SERVER_OPTIONS,
  exitCodes: [
    '0  ended by Ctrl-C or SIGTERM',
    '1  internal error',
    '2  bad usage or configuration, or the port is taken',
  ],
});
