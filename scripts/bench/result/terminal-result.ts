/** A result on the terminal. */
import { alignedRows } from '../../../sim/report/text-layout.ts';
import { type BenchResult } from './result-schema.ts';
import { HEADINGS, rowCells } from './result-text.ts';

export function terminalResult(result: BenchResult): readonly string[] {
  const { method, machine } = result;
  const cells = result.rows.flatMap((row) =>
    rowCells(row).map(([id = '', what = '', ...rest]) => [`${id}  ${what}`, ...rest]),
  );
  return [
    '',
    ...alignedRows([['   what', ...HEADINGS.slice(2)], ...cells]),
    '',
    `${machine.cores} × ${machine.cpu}, Linux ${machine.kernel}, Node ${machine.versions['node'] ?? '?'}; ` +
      `${method.discarded} disturbed measurements discarded, ${Math.round(method.waitedMs / 1_000)} s waited for a quiet machine, ` +
      `${Math.round(method.durationMs / 1_000)} s in all`,
  ];
}
