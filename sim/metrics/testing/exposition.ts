/** A small reader of Prometheus' text format, for tests: strict about what a page must hold. */

export interface ExposedFamily {
  readonly type: string;
  readonly help: string;
  /** Sample name with its labels as written → value. */
  readonly samples: ReadonlyMap<string, number>;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})? (\S+)$/;

/** @throws Error naming the line that is none, is a duplicate, or stands outside of its family. */
export function readExposition(page: string): ReadonlyMap<string, ExposedFamily> {
  if (!page.endsWith('\n')) throw new Error('the page does not end with a line feed');
  const families = new Map<string, { type: string; help: string; samples: Map<string, number> }>();
  let current = '';
  for (const line of page.split('\n')) {
    if (line === '') continue;
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment !== null) {
      const [, kind = '', name = '', text = ''] = comment;
      const family = families.get(name) ?? { type: '', help: '', samples: new Map<string, number>() };
      if (family.samples.size > 0) throw new Error(`${kind} of ${name} stands behind its samples`);
      families.set(name, kind === 'HELP' ? { ...family, help: text } : { ...family, type: text });
      current = name;
      continue;
    }
    const sample = SAMPLE.exec(line);
    if (sample === null) throw new Error(`no sample: ${line}`);
    const [, name = '', labels = '', value = ''] = sample;
    const family = families.get(current);
    const allowed =
      family?.type === 'histogram'
        ? ['_bucket', '_sum', '_count'].map((suffix) => current + suffix)
        : [current];
    if (family === undefined || !allowed.includes(name)) throw new Error(`outside of its family: ${line}`);
    if (family.samples.has(name + labels)) throw new Error(`twice: ${line}`);
    if (!/^(\d+(\.\d+)?(e[+-]?\d+)?|\+Inf)$/.test(value))
      throw new Error(`no number that counts can have: ${line}`);
    family.samples.set(name + labels, Number(value));
  }
  return families;
}
