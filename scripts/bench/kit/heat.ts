/** Heats: contenders measured in turn, A B B A, behind the load gate; disturbed measurements are made again. */
import { type Contender, type Figures, type HeatResults, type Sample } from '../benchmark.ts';
import { type BenchContext } from '../bench-context.ts';
import { type LoadGate } from './load-gate.ts';
import { spreadOf, type Spread } from './statistics.ts';

export interface HeatOptions {
  readonly rounds: number;
  /** How many disturbed measurements are thrown away and made again, in the whole heat. */
  readonly mostDiscarded: number;
  readonly gate: Pick<LoadGate, 'quiet' | 'watch'>;
  readonly onSample?: (sample: Sample, discarded: boolean) => void;
}

export interface Heat {
  readonly samples: readonly Sample[];
  readonly discarded: number;
}

/** @throws what a contender throws: a measurement that failed is not left out in silence. */
export async function runHeat(
  contenders: readonly Contender[],
  bench: BenchContext,
  { rounds, mostDiscarded, gate, onSample }: HeatOptions,
): Promise<Heat> {
  const samples: Sample[] = [];
  let discarded = 0;
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? contenders : [...contenders].reverse();
    for (const contender of order) {
      for (;;) {
        await gate.quiet();
        const { result, foreignCores, disturbed } = await gate.watch(() => contender.measure(bench));
        const sample = { contender: contender.id, round, figures: result, foreignCores, disturbed };
        const again = disturbed && discarded < mostDiscarded;
        onSample?.(sample, again);
        if (!again) {
          samples.push(sample);
          break;
        }
        discarded++;
      }
    }
  }
  return { samples, discarded };
}

/** Looks figures up; quiet samples only, unless there is none. */
export class Samples implements HeatResults {
  private readonly samples: readonly Sample[];

  constructor(samples: readonly Sample[]) {
    this.samples = samples;
  }

  has(contender: string): boolean {
    return this.samples.some((sample) => sample.contender === contender);
  }

  figure(contender: string, name: string): Spread {
    return this.paired([contender], (figures) => figureOf(figures, name));
  }

  paired(contenders: readonly string[], value: (...figures: readonly Figures[]) => number): Spread {
    const rounds = new Map<number, readonly Sample[]>();
    for (const { round } of this.samples) {
      const ofRound = contenders.flatMap((id) =>
        this.samples.filter((sample) => sample.round === round && sample.contender === id).slice(0, 1),
      );
      if (ofRound.length === contenders.length) rounds.set(round, ofRound);
    }
    const all = [...rounds.values()];
    const quiet = all.filter((ofRound) => ofRound.every(({ disturbed }) => !disturbed));
    return spreadOf(
      (quiet.length > 0 ? quiet : all).map((ofRound) => value(...ofRound.map(({ figures }) => figures))),
    );
  }
}

/** @throws Error when the contender did not report it. */
export function figureOf(figures: Figures | undefined, name: string): number {
  const value = figures?.[name];
  if (value === undefined) throw new Error(`no figure ${name} in ${Object.keys(figures ?? {}).join(', ')}`);
  return value;
}
