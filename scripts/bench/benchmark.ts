/** The words of the benchmark: contenders are measured in heats, rows of the goals table read what came of them. */
import { type BenchContext, type Scale } from './bench-context.ts';
import { type Spread } from './kit/statistics.ts';

/** What one measurement of one contender found, by name; the unit is part of the name. */
export type Figures = Readonly<Record<string, number>>;

/** Something that is measured: the swarm in one setting, or a peer under the same load. */
export interface Contender {
  /** Unique within its heat; rows that name the same one share its measurements. */
  readonly id: string;
  /** What it is, for the results page. */
  readonly label: string;
  /** Why it cannot be measured on this machine; absent or `undefined`: it can. */
  readonly missing?: () => string | undefined;
  /** One measurement, from starting its processes to having ended them. */
  readonly measure: (bench: BenchContext) => Promise<Figures>;
}

export interface Sample {
  readonly contender: string;
  readonly round: number;
  readonly figures: Figures;
  /** CPU cores that others used during the measurement. */
  readonly foreignCores: number;
  readonly disturbed: boolean;
}

/** What a row of the table says: one figure with its floor and goal, where the table has them. */
export interface Reading {
  /** Stable name, by which runs are compared. */
  readonly key: string;
  readonly what: string;
  readonly unit: string;
  readonly better: 'less' | 'more';
  readonly floor?: number;
  readonly goal?: number;
  readonly spread: Spread;
  /** Depends little on the speed of the machine (a ratio within one run, bytes), so a quick run is judged by it. */
  readonly portable: boolean;
}

export const ROW_IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'] as const;
export type RowId = (typeof ROW_IDS)[number];

/** One row of the goals table. */
export interface Benchmark {
  readonly id: RowId;
  readonly title: string;
  /** Rows of one heat are measured together, round by round. */
  readonly heat: string;
  /** Rounds of this row's heat, where they cost more than those of others. */
  readonly mostRounds?: number;
  /** Rounds in a quick run, where it judges nothing of this heat. */
  readonly quickRounds?: number;
  /** Why the row cannot be measured at all; `undefined`: it can. */
  readonly unavailable?: (bench: BenchContext) => Promise<string | undefined>;
  readonly contenders: (scale: Scale) => readonly Contender[];
  readonly read: (results: HeatResults, scale: Scale) => readonly Reading[];
  /** What the figures do not say, for the results page. */
  readonly notes: readonly string[];
}

/** The samples of a heat as rows ask for them. */
export interface HeatResults {
  has(contender: string): boolean;
  /** A figure of one contender over all rounds. */
  figure(contender: string, name: string): Spread;
  /** Anything calculated from several contenders of the same round, for all rounds that have them all. */
  paired(contenders: readonly string[], value: (...figures: readonly Figures[]) => number): Spread;
}
