/** A benchmark run: rows → heats → samples → readings with their verdicts. */
import { type Benchmark, type Contender, type Sample } from './benchmark.ts';
import { type BenchContext } from './bench-context.ts';
import { runHeat, Samples } from './kit/heat.ts';
import { LoadGate } from './kit/load-gate.ts';
import { describeMachine } from './kit/machine.ts';
import { busyMs, ownMs } from './kit/proc.ts';
import { sleep } from './kit/child.ts';
import { isGrosslyWorse, verdictOf } from './kit/verdict.ts';
import { BENCH_SCHEMA_VERSION, type BenchResult, type RowResult } from './result/result-schema.ts';

/** What others may use before a measurement counts as disturbed, in cores. */
const MOST_FOREIGN_CORES = 0.1;

export interface RunBenchOptions {
  readonly rows: readonly Benchmark[];
  /** Medians of the recorded run by key, which a quick run is compared with. */
  readonly recorded: ReadonlyMap<string, number>;
  /** What waiting for a quiet machine may cost in all; without any nothing is measured again, either. */
  readonly patienceMs: number;
  /** Progress, a line at a time. */
  readonly say: (line: string) => void;
}

export async function runBench(
  bench: BenchContext,
  { rows, recorded, patienceMs, say }: RunBenchOptions,
): Promise<BenchResult> {
  const { scale } = bench;
  const startedAt = performance.now();
  const date = new Date().toISOString();
  const gate = new LoadGate(
    { busyMs, ownMs, now: () => performance.now(), sleep },
    { mostForeignCores: MOST_FOREIGN_CORES, sampleMs: 500, budgetMs: patienceMs },
  );
  const results = new Map<Benchmark, RowResult['outcome']>();
  const samples: BenchResult['samples'] = [];
  const measurable: Benchmark[] = [];
  for (const row of rows) {
    const reason = await row.unavailable?.(bench);
    if (reason === undefined) measurable.push(row);
    else results.set(row, { kind: 'skipped', reason });
  }
  for (const heat of new Set(measurable.map((row) => row.heat))) {
    const ofHeat = measurable.filter((row) => row.heat === heat);
    const contenders = contendersOf(ofHeat, bench, say);
    const rounds = Math.min(
      ...ofHeat.map(({ mostRounds = scale.rounds, quickRounds = scale.rounds }) =>
        Math.min(scale.rounds, mostRounds, scale.quick ? quickRounds : scale.rounds),
      ),
    );
    try {
      const { samples: kept } = await runHeat(contenders, bench, {
        ...{ rounds, gate, mostDiscarded: scale.quick || patienceMs === 0 ? 0 : contenders.length * 2 },
        onSample: (sample, discarded) => {
          samples.push({ heat, ...sample, figures: { ...sample.figures }, discarded });
          say(progress(ofHeat, sample, rounds, discarded));
        },
      });
      for (const row of ofHeat) results.set(row, outcomeOf(row, kept, bench, recorded));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      say(`rows ${ofHeat.map(({ id }) => id).join(', ')} failed: ${reason}`);
      for (const row of ofHeat)
        results.set(row, {
          kind: 'failed',
          reason: (reason.split('\n').find((line) => /error/i.test(line)) ?? reason).slice(0, 200),
        });
    }
  }
  const machine = describeMachine(bench.root);
  return {
    ...{ schema: BENCH_SCHEMA_VERSION, tool: 'dm-swarm bench', date },
    machine: {
      ...machine,
      versions: { ...machine.versions },
      descriptors: machine.descriptors,
      commit: machine.commit,
    },
    method: {
      ...scale,
      pinned: bench.pinned !== undefined,
      mostForeignCores: MOST_FOREIGN_CORES,
      waitedMs: gate.waitedMs,
      discarded: samples.filter(({ discarded }) => discarded).length,
      durationMs: performance.now() - startedAt,
    },
    rows: rows.map((row) => ({
      ...{ id: row.id, title: row.title, notes: [...row.notes] },
      outcome: results.get(row) ?? { kind: 'skipped', reason: 'not measured' },
    })),
    samples,
  };
}

/** Rows that share a heat name the same contender by the same id: it is measured once. */
function contendersOf(
  rows: readonly Benchmark[],
  bench: BenchContext,
  say: (line: string) => void,
): readonly Contender[] {
  const byId = new Map<string, Contender>();
  for (const row of rows)
    for (const contender of row.contenders(bench.scale)) {
      const missing = contender.missing?.();
      if (missing !== undefined) say(`row ${row.id} goes without ${contender.id}: ${missing}`);
      else byId.set(contender.id, contender);
    }
  return [...byId.values()];
}

function outcomeOf(
  row: Benchmark,
  samples: readonly Sample[],
  { scale }: BenchContext,
  recorded: ReadonlyMap<string, number>,
): RowResult['outcome'] {
  const ids = new Set(row.contenders(scale).map(({ id }) => id));
  const own = samples.filter(({ contender }) => ids.has(contender));
  const readings = row.read(new Samples(own), scale).map((reading) => {
    const known = reading.portable ? recorded.get(reading.key) : undefined;
    return {
      ...reading,
      verdict: verdictOf(reading),
      ...(known === undefined ? {} : { recorded: known, grosslyWorse: isGrosslyWorse(reading, known) }),
    };
  });
  return {
    ...{ kind: 'measured', readings, samples: own.length },
    disturbed: own.filter(({ disturbed }) => disturbed).length,
  };
}

function progress(rows: readonly Benchmark[], sample: Sample, rounds: number, discarded: boolean): string {
  const figures = Object.entries(sample.figures).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
  const remark = sample.disturbed
    ? ` – disturbed by ${sample.foreignCores.toFixed(2)} cores of others${discarded ? ', again' : ', kept'}`
    : '';
  return `[${rows.map(({ id }) => id).join(' ')}] ${sample.round + 1}/${rounds} ${sample.contender}: ${figures.join(', ')}${remark}`;
}
