/** The results page in docs/: the table, how it was measured, and what it does not say. */
import { type BenchResult, type RowResult } from './result-schema.ts';
import { HEADINGS, rowCells } from './result-text.ts';

export function resultsPage(result: BenchResult): string {
  const { rows } = result;
  const lines = [
    '# Benchmarks',
    '',
    `Made by \`npm run bench\` on ${result.date.slice(0, 10)}. Do not edit: \`npm run bench -- --markdown docs/benchmarks.md\` writes it.`,
    'Where the time goes, and what was tried, is in [performance.md](performance.md).',
    '',
    '## Results',
    '',
    ...table([HEADINGS, ...rows.flatMap(rowCells)]),
    '',
    ...remarks(result),
    '## The rows, and what they do not say',
    '',
    ...rows.map((row) => `- **${row.id}** – ${row.title}. ${row.notes.join(' ')}`),
    '',
    '## Method',
    '',
    ...method(result),
    '',
  ];
  return lines.join('\n');
}

function remarks({ rows }: BenchResult): readonly string[] {
  const disturbed = rows.reduce((sum, row) => sum + disturbedOf(row), 0);
  if (disturbed === 0) return [];
  return [
    `**Not a quiet machine**: ${disturbed} measurements had to be kept although others used the machine meanwhile. Where a round without`,
    'disturbance exists only such rounds are in a figure; otherwise ratios within a run mean something, and µs and seconds are too high.',
    '',
  ];
}

function disturbedOf({ outcome }: RowResult): number {
  return outcome.kind === 'measured' ? outcome.disturbed : 0;
}

function method({ machine, method: how, samples }: BenchResult): readonly string[] {
  const { versions } = machine;
  const others = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `- Machine: ${machine.cores} cores of ${machine.cpu}, ${machine.memoryGiB} GiB, Linux ${machine.kernel}, ${machine.descriptors ?? 'unknown'} descriptors a process; client and server share it.`,
    `- Versions: ${others.join(', ')}; dm-swarm at ${machine.commit ?? 'no commit'} (\`+\`: with changes not committed).`,
    `- ${samples.filter(({ discarded }) => !discarded).length} measurements, each with processes of its own: ${how.warmUpMs / 1_000} s and ${how.warmUpCount.toLocaleString('en')} requests of warm-up once all connections are open, then a window of ${how.windowMs / 1_000} s. Processes were ${how.pinned ? 'bound to one CPU each' : 'not pinned'}.`,
    '- Contenders of a heat take turns, A B B A, and ratios are made within a round; medians over the rounds, quartiles as spread.',
    `- Before each measurement the load gate waits until others use less than ${how.mostForeignCores} of a core, and a measurement during which they used more is made again: ${how.discarded} were, and ${Math.round(how.waitedMs / 1_000)} s were waited.`,
    '- CPU is utime + stime of the process and its children from `/proc/PID/stat`, so the kernel’s work for it is in, and memory is VmRSS from `/proc/PID/status`. Time stolen by the host of a virtual machine counts as foreign.',
    '- Client rows run against a static-answer server on bare sockets; the swarm’s books have to agree with that server’s counts, with every session completed, every status as expected and no violation, or the row fails.',
    '- All traffic is on loopback, where the kernel does the receiver’s work in the sender’s time and packets are never lost or small. A real network costs both sides more, and a slow server makes batches smaller.',
  ];
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), `| ${head.map(() => '---').join(' | ')} |`, ...body.map(line)];
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
