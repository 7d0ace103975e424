/** `npm run swarm`: a fleet against a DM Server, from the words on the command line to the exit code. */
import { notificationPause } from '../fleet/load/load-rhythm.ts';
import { text } from '../random/value-parser.ts';
import { isLoopbackName } from '../web/page-access.ts';
import { parseArgv } from './argv.ts';
import { type CommandContext } from './command-context.ts';
import { commandLine } from './command-line.ts';
import { overlay, readConfigFile } from './config-file.ts';
import { type EmbeddedServer, startEmbeddedServer } from './embedded-server.ts';
import { EXIT, EXIT_CODE_LINES, type ExitCode, UsageError } from './exit-code.ts';
import { helpText } from './help.ts';
import { onInterruption } from './interruption.ts';
import { OptionValues } from './option.ts';
import { makeFolder } from './summary-file.ts';
import { readSwarmConfig, type SwarmConfig } from './swarm-config.ts';
import { SWARM_OPTIONS } from './swarm-options.ts';
import { swarmRun } from './swarm-run.ts';
import { confirm, openTerminal, type Terminal } from './terminal.ts';

export async function swarmCommand(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  const flags = parseArgv(argv, SWARM_OPTIONS);
  const flagValues = new OptionValues(SWARM_OPTIONS, flags);
  if (flagValues.isSet('help')) {
    process.stdout.write(HELP);
    return EXIT.fine;
  }
  const file = flagValues.optional('config', text);
  const given = file === undefined ? flags : overlay(readConfigFile(file, SWARM_OPTIONS), flags);
  const config = readSwarmConfig(new OptionValues(SWARM_OPTIONS, given));
  const terminal = openTerminal(config.output);
  await askBeforeLoading(config);
  makeFolder(config.output.out);

  let onSignal = (): void => undefined;
  const interruption = onInterruption(() => onSignal());
  let server: EmbeddedServer | undefined;
  try {
    if (config.server === undefined) server = await startServerFor(config, context, terminal);
    const run = config.runAgainst(config.server ?? server?.target ?? '');
    return await swarmRun({
      ...{ run, config, context, terminal, server, interruption },
      command: commandLine(SWARM_OPTIONS, given),
      onSignal: (stop) => (onSignal = stop),
    });
  } finally {
    interruption.release();
    await server?.end();
  }
}

/** @throws UsageError when a server outside loopback is to be loaded and nobody has agreed to that. */
async function askBeforeLoading({ server, yes, devices }: SwarmConfig): Promise<void> {
  if (server === undefined || yes || isLoopbackName(new URL(server).hostname)) return;
  const { host } = new URL(server);
  if (process.stdin.isTTY && (await confirm(`Load ${host} with ${devices} virtual devices?`))) return;
  throw new UsageError(
    `--server: ${host} is not on loopback; load it only with its owner's consent, and say so with --yes`,
  );
}

async function startServerFor(
  config: SwarmConfig,
  context: CommandContext,
  terminal: Terminal,
): Promise<EmbeddedServer> {
  const { behaviour, seed, notificationKey, serverId, records, pushShare, load } = config;
  const credentials = records?.every(({ user }) => user !== undefined)
    ? new Map(records.map(({ devId, user = '', secret = '' }) => [devId, { user, secret }]))
    : undefined;
  return startEmbeddedServer(
    context.directory,
    {
      ...behaviour,
      seed,
      notificationKey,
      serverId,
      // Pushed devices start no session by themselves: the server keeps the rhythm that they would have had.
      ...(pushShare > 0 ? { notifyEvery: notificationPause(load) } : {}),
      ...(credentials === undefined ? {} : { credentials }),
    },
    (how) => terminal.warn(`the reference server ended in mid-run (${how}); the run goes on without it`),
  );
}

const HELP = helpText({
  invocation: 'npm run swarm --',
  purpose: 'Runs virtual OMA DM 2.0 clients against a DM Server, or against a reference server of its own.',
  examples: [
    {
      command: '--devices 5000',
      meaning: 'five thousand devices against the reference server, for a minute',
    },
    { command: '--devices 1 --trace', meaning: 'one session, step by step' },
    {
      command: '--server http://127.0.0.1:8080/dm --devices 1 --trace',
      meaning: 'the same against your own server: try this first',
    },
    {
      command: '--campaign everything --sessions 2 --seed 7 --out out/',
      meaning: 'two sessions a device, reproducible; out/summary.json',
    },
    {
      command: "--devices 500 --network nbiot --latency 'HGET=lognormal(p50=80ms,p95=300ms)' --push 10%",
      meaning: 'slow devices, some of them notified',
    },
  ],
  options: SWARM_OPTIONS,
  exitCodes: EXIT_CODE_LINES,
});
