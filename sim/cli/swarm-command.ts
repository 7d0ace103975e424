/** `npm run swarm`: a fleet against a DM Server, from the words on the command line to the exit code. */
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { connectionWarnings, machineLimits } from '../fleet/connection-budget.ts';
import { Fleet } from '../fleet/fleet.ts';
import { type RunConfig } from '../fleet/run-config.ts';
import { fleetDigest } from '../metrics/fleet-arrays.ts';
import { watchProcessUsage } from '../metrics/process-usage.ts';
import { meanMs } from '../random/distribution.ts';
import { checkBooks } from '../report/books.ts';
import { buildSummary } from '../report/summary.ts';
import { type Ledger, type Summary } from '../report/summary-schema.ts';
import { terminalTable } from '../report/terminal-table.ts';
import { text } from '../random/value-parser.ts';
import { parseArgv } from './argv.ts';
import { type CommandContext } from './command-context.ts';
import { overlay, readConfigFile, reasonOf } from './config-file.ts';
import { type EmbeddedServer, startEmbeddedServer } from './embedded-server.ts';
import { EXIT, EXIT_CODE_LINES, type ExitCode, UsageError } from './exit-code.ts';
import { helpText } from './help.ts';
import { type Interruption, onInterruption } from './interruption.ts';
import { openMetricsPage } from './metrics-page.ts';
import { OptionValues } from './option.ts';
import { showProgress } from './progress.ts';
import { RunLog } from './run-log.ts';
import { readSwarmConfig, type SwarmConfig } from './swarm-config.ts';
import { SWARM_OPTIONS } from './swarm-options.ts';
import { confirm, openTerminal, type Terminal } from './terminal.ts';

/** How long a session of a device takes besides its think time, for estimates before the start. */
const USUAL_SESSION_MS = 1_500;

export async function swarmCommand(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  const flags = parseArgv(argv, SWARM_OPTIONS);
  const given = new OptionValues(SWARM_OPTIONS, flags);
  if (given.isSet('help')) {
    process.stdout.write(HELP);
    return EXIT.fine;
  }
  const file = given.optional('config', text);
  const values =
    file === undefined
      ? given
      : new OptionValues(SWARM_OPTIONS, overlay(readConfigFile(file, SWARM_OPTIONS), flags));
  const config = readSwarmConfig(values);
  const terminal = openTerminal(config.output);
  await askBeforeLoading(config);
  makeFolder(config.output.out);

  let onSignal = (): void => undefined;
  const interruption = onInterruption(() => onSignal());
  let server: EmbeddedServer | undefined;
  try {
    if (config.server === undefined) server = await startServerFor(config, context, terminal);
    const run = config.runAgainst(config.server ?? server?.target ?? '');
    return await runFleet({
      ...{ run, config, context, terminal, server, interruption },
      onSignal: (stop) => (onSignal = stop),
    });
  } finally {
    interruption.release();
    await server?.end();
  }
}

interface RunParts {
  readonly run: RunConfig;
  readonly config: SwarmConfig;
  readonly context: CommandContext;
  readonly terminal: Terminal;
  readonly server: EmbeddedServer | undefined;
  readonly interruption: Interruption;
  /** Says what the first signal does from now on. */
  readonly onSignal: (stop: () => void) => void;
}

async function runFleet(parts: RunParts): Promise<ExitCode> {
  const { run, config, context, terminal, server, interruption } = parts;
  const { output } = config;
  const log = new RunLog(terminal);
  for (const warning of portWarnings(run)) terminal.warn(`warning: ${warning}`);
  const usage = watchProcessUsage();
  if (server !== undefined) usage.exclude(server.pid);
  const fleet = new Fleet(run, join(context.directory, 'shard-worker.mjs'), log);
  const campaign = server === undefined ? '' : config.behaviour.campaign.name;
  const metrics = await openMetricsPage(output, { run, campaign }, fleet, terminal);
  terminal.say(
    `${run.population.devices} ${run.population.devices === 1 ? 'device' : 'devices'}, ${run.workers} ${run.workers === 1 ? 'worker' : 'workers'} → ${run.target}` +
      (server === undefined ? '' : ` (reference server, campaign ${campaign})`),
  );

  parts.onSignal(() => {
    terminal.warn('stopping: no new sessions, those running get their drain; once more to leave at once');
    fleet.stop();
  });
  const startedAt = performance.now();
  const progress = output.trace ? undefined : showProgress(fleet, run, terminal);
  if (interruption.interrupted) fleet.stop();
  try {
    await fleet.run();
  } finally {
    progress?.stop();
  }
  const durationMs = performance.now() - startedAt;

  const { cpuCores, peakRssBytes } = usage.read();
  usage.stop();
  const totals = fleet.totals();
  const ledger = server === undefined ? undefined : await readLedger(server, terminal);
  const summary = buildSummary({
    run: {
      name: run.name,
      seed: config.seed,
      devices: run.population.devices,
      workers: run.workers,
      ...(server === undefined ? {} : { campaign }),
      target: run.target,
      embeddedServer: server !== undefined,
      durationMs,
    },
    totals,
    violationExamples: log.violations,
    endingExamples: log.endings,
    digest: fleetDigest(fleet.arrays),
    usage: { cpuCores, peakRssBytes },
    ...(ledger === undefined ? {} : { ledger }),
  });
  const discrepancies = checkBooks(summary, totals);
  const table = terminalTable(summary, discrepancies, { colour: terminal.interactive }).join('\n');
  terminal.say(`\n${table}`);
  if (output.quiet)
    for (const discrepancy of discrepancies) terminal.warn(`the books do not balance: ${discrepancy}`);
  const told = !output.json || (await terminal.result(JSON.stringify(summary, undefined, 2)));
  if (!told) terminal.warn('cannot write the summary to stdout');
  const written = writeSummary(output.out, summary, terminal);
  // Whatever has become of the files, the result of a long run is not lost.
  if (output.quiet && !(told && written)) terminal.warn(table);
  const askedToLeave = new Promise<void>((resolve) => parts.onSignal(resolve));
  await metrics?.end(interruption.interrupted ? 0 : output.lingerMs, askedToLeave);

  if (interruption.interrupted) return EXIT.interrupted;
  if (!fleet.answered && totals.sessions.started > 0) {
    terminal.warn(
      `${run.target} is not reachable: no device got a single response byte: ${log.firstFailure ?? 'no answer'}`,
    );
    return EXIT.unreachable;
  }
  return told && written ? EXIT.fine : EXIT.internal;
}

/** @throws UsageError when a server outside loopback is to be loaded and nobody has agreed to that. */
async function askBeforeLoading({ server, yes, devices }: SwarmConfig): Promise<void> {
  if (server === undefined || yes || isLoopback(server)) return;
  const { host } = new URL(server);
  if (process.stdin.isTTY && (await confirm(`Load ${host} with ${devices} virtual devices?`))) return;
  throw new UsageError(
    `--server: ${host} is not on loopback; load it only with its owner's consent, and say so with --yes`,
  );
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

async function startServerFor(
  config: SwarmConfig,
  context: CommandContext,
  terminal: Terminal,
): Promise<EmbeddedServer> {
  const { behaviour, seed, notificationKey, serverId, records, pushShare, thinkTime } = config;
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
      ...(pushShare > 0 ? { notifyEvery: thinkTime } : {}),
      ...(credentials === undefined ? {} : { credentials }),
    },
    (how) => terminal.warn(`the reference server ended in mid-run (${how}); the run goes on without it`),
  );
}

function portWarnings(run: RunConfig): readonly string[] {
  const { devices, pushShare } = run.population;
  const sessionsPerSecond = devices / ((meanMs(run.thinkTime) + USUAL_SESSION_MS) / 1_000);
  const demand = {
    devices,
    sessionsPerSecond,
    pushChannels: Math.round(devices * pushShare),
    runMs: run.durationMs,
  };
  return connectionWarnings(demand, machineLimits(isLoopback(run.target)));
}

async function readLedger(server: EmbeddedServer, terminal: Terminal): Promise<Ledger | undefined> {
  const answer = await server.ledger();
  if ('ledger' in answer) return answer.ledger;
  terminal.warn(`the reference server's ledger cannot be read: ${answer.reason}`);
  return undefined;
}

/** @throws UsageError when the folder cannot be made: better now than after the run. */
function makeFolder(out: string | undefined): void {
  if (out === undefined) return;
  try {
    makeFolders(resolve(out));
    // The slash says that it has to be a folder.
    accessSync(join(out, '/'), constants.W_OK);
  } catch (error) {
    throw new UsageError(`--out: cannot write to the folder ${out}: ${reasonOf(error)}`);
  }
}

/** One by one: where the system says ENOENT to a new folder (/proc), Node's own recursion never ends. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  mkdirSync(folder);
}

/** False when it could not be written; the run's result is still on the terminal. */
function writeSummary(out: string | undefined, summary: Summary, terminal: Terminal): boolean {
  if (out === undefined) return true;
  const file = join(out, 'summary.json');
  const draft = `${file}.${process.pid}`;
  try {
    // A full disk must not cost the summary of an earlier run.
    writeFileSync(draft, `${JSON.stringify(summary, undefined, 2)}\n`);
    renameSync(draft, file);
    terminal.say(`summary written to ${file}`);
    return true;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    terminal.warn(`cannot write ${file}: ${reasonOf(error)}`);
    return false;
  }
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
