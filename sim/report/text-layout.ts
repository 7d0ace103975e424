/** Text in columns and lines for a terminal. Every character that is laid out here is one column wide. */

/** Wraps a text in the escape sequences of a style, or leaves it as it is. */
export interface Style {
  readonly heading: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

export function styleOf(colour: boolean): Style {
  const sgr =
    (code: string) =>
    (text: string): string =>
      colour && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;
  return { heading: sgr('1'), faint: sgr('2'), good: sgr('32'), bad: sgr('1;31') };
}

/** Rows as lines: the first column to the left, all others to the right, two spaces between. */
export function alignedRows(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** Parts after one another, `separator` between, broken to lines of at most `width` where there is a separator. */
export function wrappedParts(parts: readonly string[], width: number, separator = ' · '): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : line + separator + part;
    if (longer.length <= width || line === '') line = longer;
    else {
      lines.push(line);
      line = part;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** A label on the first line, the lines beside it, those that follow under them. */
export function labelled(label: string, lines: readonly string[], width: number): readonly string[] {
  return lines.map((line, i) => `${(i === 0 ? label : '').padEnd(width)}${line}`.trimEnd());
}

/** What peers sent may hold anything: one line of it, without control characters, at most `width` long. */
export function shortened(text: string, width: number): string {
  const plain = text.replace(/\p{Cc}+/gu, ' ');
  return plain.length <= width ? plain : `${plain.slice(0, Math.max(0, width - 1))}…`;
}
