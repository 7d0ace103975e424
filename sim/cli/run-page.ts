/** The live page of a run of `swarm`: what it shows, when it opens and how long it stays. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { END_REASONS, TIMED_OUT_REASONS } from '../device/effect.ts';
import { Population } from '../device/population.ts';
import { type Fleet } from '../fleet/fleet.ts';
import { rampMsOf } from '../fleet/load/load-rhythm.ts';
import { type RunConfig } from '../fleet/run-config.ts';
import { type ProcessUsageWatch } from '../metrics/process-usage.ts';
import { reasonNames } from '../metrics/slab-layout.ts';
import { Timeline } from '../metrics/timeline.ts';
import { type Totals } from '../metrics/totals.ts';
import { describeFault } from '../protocol/fault.ts';
import { formatMs } from '../report/format.ts';
import { runChecks } from '../report/run-checks.ts';
import { type Summary } from '../report/summary-schema.ts';
import { deviceView } from '../web/device-view.ts';
import { type RunView } from '../web/feed-message.ts';
import { type LivePage, startLivePage } from '../web/live-page.ts';
import { type LiveRun } from '../web/live-run.ts';
import { type PageConfig } from './page-config.ts';
import { runStart } from './run-start.ts';
import { type TimelineWatch, watchTimeline } from './run-timeline.ts';
import { type Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

export interface RunPageOptions {
  readonly config: PageConfig;
  readonly run: RunConfig;
  /** The reference server's; `''` with another server. */
  readonly campaign: string;
  /** The command line, fit to be shown. */
  readonly command: string;
  readonly fleet: Fleet;
  readonly usage: ProcessUsageWatch;
  /** Of the bundles, the page's among them. */
  readonly directory: string;
  readonly terminal: Terminal;
}

export interface RunPage {
  /** The run begins now. */
  begin(): void;
  /** Its last session has ended. */
  end(): void;
  /** Shows the result. */
  finish(summary: Summary, totals: Totals, discrepancies: readonly string[]): void;
  /** Stays for as long as it was asked to, or until somebody asks to leave. */
  linger(askedToLeave: Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Opens it, or warns that it cannot be opened: a run needs no page. */
export async function openRunPage(options: RunPageOptions): Promise<RunPage | undefined> {
  const { config, fleet, usage, directory, terminal } = options;
  const timeline = new Timeline();
  const startedAtMs = runStart(fleet);
  const view = (): RunView => runView(options, startedAtMs());
  const started = await startLivePage({
    ...config,
    file: join(directory, 'page.html'),
    run: liveRun(options, timeline, view),
    onTrouble: (error) =>
      terminal.warn(`warning: the live page has failed (${String(error)}); the run goes on without it`),
  });
  if (!started.ok) {
    terminal.warn(`warning: no live page: ${describeFault(started.fault)}; the run goes on without it`);
    return undefined;
  }
  const page = started.value;
  tellAddress(terminal, config, page);
  let watch: TimelineWatch | undefined;
  return {
    begin: () => {
      watch = watchTimeline(fleet, usage, timeline, (sample, totals) => page.sampled(sample, totals));
    },
    end: () => watch?.end(),
    finish: (summary, totals, discrepancies) =>
      page.finish(
        { run: view(), samples: timeline.samples, checks: runChecks(totals, discrepancies), summary },
        totals,
      ),
    linger: async (askedToLeave) => {
      if (config.lingerMs === 0) return;
      // Also when nothing else is said: a command that does not end must say why.
      terminal.warn(`the report of the run stays at ${page.url} ${untilWhen(config.lingerMs)}`);
      await lingering(config.lingerMs, askedToLeave);
    },
    close: () => page.close(),
  };
}

function tellAddress(terminal: Terminal, { port, token }: PageConfig, page: LivePage): void {
  const address = `live page: ${page.url}${token === undefined ? '' : '?token=…'}`;
  // Who knows the port would look for the page there: that is said also when nothing else is.
  if (port !== 0 && page.port !== port) terminal.warn(`${address} (port ${port} is taken)`);
  else terminal.say(address);
}

function runView({ run, campaign, command }: RunPageOptions, startedAtMs: number): RunView {
  return {
    name: run.name,
    version: VERSION,
    startedAtMs,
    seed: run.population.seed,
    devices: run.population.devices,
    workers: run.workers,
    target: run.target,
    ...(campaign === '' ? {} : { campaign }),
    rampMs: rampMsOf(run.load),
    durationMs: run.durationMs,
    drainMs: run.drainMs,
    command,
  };
}

function liveRun({ run, fleet }: RunPageOptions, timeline: Timeline, view: () => RunView): LiveRun {
  const reasons = reasonNames({ endReasons: END_REASONS, timedOutReasons: TIMED_OUT_REASONS });
  const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();
  // Made when the first page asks for a device.
  let population: Population | undefined;
  return {
    view,
    states: fleet.arrays.states,
    totals: () => fleet.totals(),
    samples: () => timeline.samples,
    checks: (totals) => runChecks(totals),
    device: (index) =>
      deviceView(index, fleet.arrays, (population ??= new Population(run.population, sha256)), reasons),
    follow: (device, listener) => fleet.follow(device, listener),
    unfollow: (device) => fleet.unfollow(device),
  };
}

function untilWhen(lingerMs: number): string {
  return Number.isFinite(lingerMs) ? `for ${formatMs(lingerMs)}, or until Ctrl-C` : 'until Ctrl-C';
}

/** Longer waits than Node's timers can express are without end. */
const LONGEST_MS = 2 ** 31 - 1;

async function lingering(ms: number, askedToLeave: Promise<void>): Promise<void> {
  if (ms > LONGEST_MS) {
    await askedToLeave;
    return;
  }
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([over, askedToLeave]);
  clearTimeout(timer);
}
