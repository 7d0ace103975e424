/** One run of `swarm`: the fleet with its pages, from the first session to the summary and the exit code. */
import { join } from 'node:path';
import { connectionWarnings, machineLimits } from '../fleet/connection-budget.ts';
import { Fleet } from '../fleet/fleet.ts';
import { mostInSession, sessionsPerSecond } from '../fleet/load/load-rhythm.ts';
import { type RunConfig } from '../fleet/run-config.ts';
import { fleetDigest } from '../metrics/fleet-arrays.ts';
import { type ProcessUsageWatch, watchProcessUsage } from '../metrics/process-usage.ts';
import { type Totals } from '../metrics/totals.ts';
import { checkBooks } from '../report/books.ts';
import { buildSummary } from '../report/summary.ts';
import { type Ledger, type Summary } from '../report/summary-schema.ts';
import { terminalTable } from '../report/terminal-table.ts';
import { isLoopbackName } from '../web/page-access.ts';
import { type CommandContext } from './command-context.ts';
import { type EmbeddedServer } from './embedded-server.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type Interruption } from './interruption.ts';
import { openMetricsPage } from './metrics-page.ts';
import { showProgress } from './progress.ts';
import { RunLog } from './run-log.ts';
import { openRunPage } from './run-page.ts';
import { writeSummary } from './summary-file.ts';
import { type SwarmConfig } from './swarm-config.ts';
import { type Terminal } from './terminal.ts';

/** How long a session of a device takes besides its think time, for estimates before the start. */
const USUAL_SESSION_MS = 1_500;

export interface SwarmRunParts {
  readonly run: RunConfig;
  readonly config: SwarmConfig;
  /** The words of the command line, fit to be shown. */
  readonly command: string;
  readonly context: CommandContext;
  readonly terminal: Terminal;
  readonly server: EmbeddedServer | undefined;
  readonly interruption: Interruption;
  /** Says what the first signal does from now on. */
  readonly onSignal: (stop: () => void) => void;
}

export async function swarmRun(parts: SwarmRunParts): Promise<ExitCode> {
  const { run, config, command, context, terminal, server, interruption } = parts;
  const { output } = config;
  const log = new RunLog(terminal);
  for (const warning of portWarnings(run)) terminal.warn(`warning: ${warning}`);
  const usage = watchProcessUsage();
  for (const pid of server?.pids ?? []) usage.exclude(pid);
  const fleet = new Fleet(run, join(context.directory, 'shard-worker.mjs'), log);
  const campaign = server === undefined ? '' : config.behaviour.campaign.name;
  const metrics = await openMetricsPage(output, { run, campaign }, fleet, terminal);
  const page =
    output.page === undefined
      ? undefined
      : await openRunPage({
          ...{ config: output.page, run, campaign, command, fleet, usage, terminal },
          directory: context.directory,
        });
  try {
    terminal.say(
      `${run.population.devices} ${run.population.devices === 1 ? 'device' : 'devices'}, ${run.workers} ${run.workers === 1 ? 'worker' : 'workers'} → ${run.target}` +
        (server === undefined ? '' : ` (reference server, campaign ${campaign})`),
    );
    parts.onSignal(() => {
      terminal.warn('stopping: no new sessions, those running get their drain; once more to leave at once');
      fleet.stop();
    });
    if (interruption.interrupted) fleet.stop();
    const running = fleet.run();
    await Promise.race([fleet.begun, running]);
    const startedAt = performance.now();
    const progress = output.trace ? undefined : showProgress(fleet, run, terminal);
    page?.begin();
    try {
      await running;
    } finally {
      progress?.stop();
      page?.end();
    }
    const durationMs = performance.now() - startedAt;
    const totals = fleet.totals();
    const summary = await summaryOf(parts, { fleet, log, usage, totals, campaign, durationMs });
    const discrepancies = checkBooks(summary, totals);
    page?.finish(summary, totals, discrepancies);
    const isTold = await tell(summary, discrepancies, parts);
    const askedToLeave = new Promise<void>((resolve) => parts.onSignal(resolve));
    await metrics?.end(interruption.interrupted ? 0 : output.lingerMs, askedToLeave);
    const code = exitCodeOf(parts, fleet, log, totals, isTold);
    await server?.end();
    // The page stays, whatever the run has come to; who ends it does not change that any more.
    if (!interruption.interrupted) await page?.linger(askedToLeave);
    return code;
  } finally {
    await page?.close();
  }
}

interface RunFindings {
  readonly fleet: Fleet;
  readonly log: RunLog;
  readonly usage: ProcessUsageWatch;
  readonly totals: Totals;
  readonly campaign: string;
  readonly durationMs: number;
}

async function summaryOf(
  { run, config, server, terminal }: SwarmRunParts,
  { fleet, log, usage, totals, campaign, durationMs }: RunFindings,
): Promise<Summary> {
  const { cpuCores, peakRssBytes } = usage.read();
  usage.stop();
  const ledger = server === undefined ? undefined : await readLedger(server, terminal);
  return buildSummary({
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
}

/** On the terminal and where else it was asked for; false when it could not be written there. */
async function tell(
  summary: Summary,
  discrepancies: readonly string[],
  { config: { output }, terminal }: SwarmRunParts,
): Promise<boolean> {
  const table = terminalTable(summary, discrepancies, { colour: terminal.interactive }).join('\n');
  terminal.say(`\n${table}`);
  if (output.quiet)
    for (const discrepancy of discrepancies) terminal.warn(`the books do not balance: ${discrepancy}`);
  const told = !output.json || (await terminal.result(JSON.stringify(summary, undefined, 2)));
  if (!told) terminal.warn('cannot write the summary to stdout');
  const written = writeSummary(output.out, summary, terminal);
  // Whatever has become of the files, the result of a long run is not lost.
  if (output.quiet && !(told && written)) terminal.warn(table);
  return told && written;
}

function exitCodeOf(
  { run, terminal, interruption }: SwarmRunParts,
  fleet: Fleet,
  log: RunLog,
  totals: Totals,
  isTold: boolean,
): ExitCode {
  if (interruption.interrupted) return EXIT.interrupted;
  if (!fleet.answered && totals.sessions.started > 0) {
    terminal.warn(
      `${run.target} is not reachable: no device got a single response byte: ${log.firstFailure ?? 'no answer'}`,
    );
    return EXIT.unreachable;
  }
  return isTold ? EXIT.fine : EXIT.internal;
}

function portWarnings(run: RunConfig): readonly string[] {
  const { devices, pushShare } = run.population;
  const demand = {
    devices: mostInSession(run.load, devices, USUAL_SESSION_MS),
    sessionsPerSecond: sessionsPerSecond(run.load, devices, USUAL_SESSION_MS),
    pushChannels: Math.round(devices * pushShare),
    runMs: run.durationMs,
  };
  return connectionWarnings(demand, machineLimits(isLoopbackName(new URL(run.target).hostname)));
}

async function readLedger(server: EmbeddedServer, terminal: Terminal): Promise<Ledger | undefined> {
  const answer = await server.ledger();
  if ('ledger' in answer) return answer.ledger;
  terminal.warn(`the reference server's ledger cannot be read: ${answer.reason}`);
  return undefined;
}
