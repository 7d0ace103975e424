/** A run's result as one plain object: what summary.json holds and the table shows. */
import { z } from 'zod';
import { latencyFigures } from '../metrics/latency-figures.ts';
import { COUNTED_COMMANDS } from '../metrics/slab-layout.ts';
import { type StatusCounts, type Totals, wholeStartLag, wholeTurnaround } from '../metrics/totals.ts';
import { ANY_SUMMARY_FORM } from './k6-summary-schema.ts';
import { type Ledger, type Summary, SUMMARY_SCHEMA_VERSION } from './summary-schema.ts';
import { judgeValidity } from './validity.ts';

export interface RunFacts {
  readonly name: string;
  readonly seed: number;
  readonly devices: number;
  readonly workers: number;
  /** The reference server's; absent with another server. */
  readonly campaign?: string;
  /** URL of the DM Server. */
  readonly target: string;
  readonly embeddedServer: boolean;
  readonly durationMs: number;
}

export interface SummaryParts {
  readonly run: RunFacts;
  readonly totals: Totals;
  /** One example per rule that was broken. */
  readonly violationExamples: Readonly<Record<string, string>>;
  /** One per reason other than `completed`. */
  readonly endingExamples?: Readonly<Record<string, string>>;
  /** The fleet's digest. */
  readonly digest: string;
  /** Of all processes of the swarm, the reference server left out. */
  readonly usage: { readonly cpuCores: number; readonly peakRssBytes: number };
  /** The reference server's, as `GET /ledger` answered it at the end. */
  readonly ledger?: Ledger;
}

export function buildSummary(parts: SummaryParts): Summary {
  const { run, totals, usage } = parts;
  const { sessions, latency } = totals;
  const { valid, reasons, eventLoopDelayP99Ms, eventLoopUtilization } = judgeValidity(totals.shards);
  const startLag = latencyFigures(wholeStartLag(totals));
  const seconds = run.durationMs / 1_000;
  const perSecond = (count: number): number => (seconds > 0 ? rounded(count / seconds, 3) : 0);
  return {
    schema: SUMMARY_SCHEMA_VERSION,
    tool: 'dm-swarm',
    run: {
      name: run.name,
      seed: run.seed,
      devices: run.devices,
      workers: run.workers,
      campaign: run.campaign ?? '',
      target: run.target,
      embeddedServer: run.embeddedServer,
      durationMs: Math.round(run.durationMs),
    },
    totals: {
      sessions: { ...sessions },
      droppedSessions: totals.droppedSessions,
      endings: endingsOf(totals),
      iterations: totals.iterations,
      packages: { ...totals.packages },
      notifications: { ...totals.notifications },
      commands: happened(totals.commands),
      statuses: happened(totals.statuses),
      uiSessions: { ...totals.uiSessions },
      repository: {
        GET: { ...totals.repository.GET },
        PUT: { ...totals.repository.PUT },
        POST: { ...totals.repository.POST },
      },
      violations: Object.fromEntries(
        Object.entries(totals.violations)
          .filter(([, count]) => count > 0)
          .map(([rule, count]) => [rule, { count, example: parts.violationExamples[rule] ?? '' }]),
      ),
    },
    fleet: { digest: parts.digest },
    rates: {
      iterationsPerSecond: perSecond(totals.iterations),
      sessionsPerSecond: perSecond(sessions.completed + sessions.aborted + sessions.timedOut),
    },
    latencyMs: {
      serverTurnaround: latencyFigures(wholeTurnaround(totals)),
      iterationDevice: latencyFigures(latency.iterationDevice),
      connect: latencyFigures(latency.connect),
      session: latencyFigures(latency.session),
      uiSession: latencyFigures(latency.uiSession),
      startLag,
      commands: Object.fromEntries(
        COUNTED_COMMANDS.filter((command) => latency.commands[command].count > 0).map((command) => [
          command,
          latencyFigures(latency.commands[command]),
        ]),
      ),
    },
    simulatedDelayMs: Object.fromEntries(
      Object.entries(totals.simulatedDelayMs).map(([kind, ms]) => [kind, rounded(ms, 3)]),
    ),
    endingExamples: { ...parts.endingExamples },
    generator: {
      eventLoopDelayP99Ms: rounded(eventLoopDelayP99Ms, 3),
      eventLoopUtilization: rounded(eventLoopUtilization, 4),
      startLagP99Ms: startLag.p99,
      cpuCores: rounded(usage.cpuCores, 3),
      peakRssBytes: usage.peakRssBytes,
    },
    valid,
    invalidReasons: [...reasons],
    ledger: { ...parts.ledger },
  };
}

/** The form of a summary as JSON Schema (draft 2020-12), as committed in `summary.schema.json`; more members may come. */
export function summarySchema(): object {
  return z.toJSONSchema(ANY_SUMMARY_FORM, { io: 'input' });
}

/** One reason belongs to one outcome; should it ever stand under two, none of its sessions is lost here. */
function endingsOf({ endings }: Totals): Record<string, number> {
  const counts: Record<string, number> = { completed: 0 };
  for (const { reason, count } of endings) if (count > 0) counts[reason] = (counts[reason] ?? 0) + count;
  return counts;
}

/** Only the commands that something happened to, in the specification's order. */
function happened(counts: Totals['commands']): Record<string, Record<string, number>> {
  return Object.fromEntries(
    COUNTED_COMMANDS.map((command): [string, StatusCounts] => [command, counts[command]])
      .filter(([, statuses]) => Object.keys(statuses).length > 0)
      .map(([command, statuses]) => [command, { ...statuses }]),
  );
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
