/** A result as people read it: the same cells for the terminal and for the results page. */
import { threeDigits } from '../../../sim/report/format.ts';
import { type ReadingResult, type RowResult } from './result-schema.ts';

export const HEADINGS = ['', 'what', 'floor', 'goal', 'measured', 'spread (IQR)', 'verdict'] as const;

/** One line of cells a reading, in the order of {@link HEADINGS}; a row without readings says why in one line. */
export function rowCells({ id, title, outcome }: RowResult): readonly (readonly string[])[] {
  switch (outcome.kind) {
    case 'measured': {
      const remark = outcome.disturbed > 0 ? `${outcome.disturbed} of ${outcome.samples} disturbed` : '';
      return outcome.readings.map((reading) => [
        id,
        reading.what,
        ...figures(reading),
        [verdict(reading), remark].filter((text) => text !== '').join(', '),
      ]);
    }
    case 'skipped':
      return [[id, title, '', '', '–', '', `skipped: ${outcome.reason}`]];
    case 'failed':
      return [[id, title, '', '', '–', '', `failed: ${outcome.reason}`]];
    default:
      return outcome satisfies never;
  }
}

function figures({ better, floor, goal, spread, unit }: ReadingResult): readonly string[] {
  const bound = (value: number | undefined): string =>
    value === undefined ? '' : `${better === 'less' ? '≤' : '≥'} ${amount(value, unit)}`;
  const range = spread.count < 2 ? 'once' : `${threeDigits(spread.q1)} … ${threeDigits(spread.q3)}`;
  return [bound(floor), bound(goal), amount(spread.median, unit), range];
}

function amount(value: number, unit: string): string {
  return unit === '' ? threeDigits(value) : `${threeDigits(value)} ${unit}`;
}

function verdict({ verdict: word, recorded, grosslyWorse, unit }: ReadingResult): string {
  if (recorded === undefined) return word === 'no goal' ? '' : word;
  const compared = `${grosslyWorse === true ? 'GROSSLY WORSE than' : 'recorded'} ${amount(recorded, unit)}`;
  return word === 'no goal' ? compared : `${word}, ${compared}`;
}
