/** A YAML text whose places can be named: data, and the line on which a member stands. */
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { excerpt, fail, ok, type Fault, type Result } from '../protocol/fault.ts';

export type YamlPath = readonly PropertyKey[];

export class YamlSource {
  readonly data: unknown;
  private readonly name: string;
  private readonly document: Document.Parsed;
  private readonly lines: LineCounter;

  private constructor(name: string, document: Document.Parsed, lines: LineCounter, data: unknown) {
    this.name = name;
    this.document = document;
    this.lines = lines;
    this.data = data;
  }

  /** Fault `yaml_invalid`, whose path names the source and the line. */
  static read(text: string, name: string): Result<YamlSource> {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
    const error = document.errors[0];
    if (error !== undefined) {
      const { line } = lines.linePos(error.pos[0]);
      return fail('yaml_invalid', `${name}:${line}`, lineOf(text, line), `valid YAML (${error.message})`);
    }
    try {
      return ok(new YamlSource(name, document, lines, document.toJS({ maxAliasCount: 100 })));
    } catch (error) {
      // Aliases that unfold to a giant, or that are not defined.
      const why = error instanceof Error ? error.message : String(error);
      return fail('yaml_invalid', name, text.slice(0, 80), `valid YAML (${why})`);
    }
  }

  /** `file.yaml:12, steps[2].cmd[0]`: the line of the member, or of the nearest one that holds it. */
  place(path: YamlPath): string {
    const line = this.line(path);
    const where = path
      .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
      .join('');
    return `${this.name}${line === undefined ? '' : `:${line}`}${where === '' ? '' : `, ${where}`}`;
  }

  /** What stands at a path. */
  found(path: YamlPath): unknown {
    let value = this.data;
    for (const key of path) {
      if (typeof value !== 'object' || value === null) return undefined;
      value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
    }
    return value;
  }

  fault(code: string, path: YamlPath, expected: string): Fault {
    return { code, path: this.place(path), found: excerpt(this.found(path)), expected };
  }

  private line(path: YamlPath): number | undefined {
    for (let length = path.length; length >= 0; length--) {
      const offset = this.offset(path.slice(0, length));
      if (offset !== undefined) return this.lines.linePos(offset).line;
    }
    return undefined;
  }

  /** Where a member begins: at its key, if it has one. */
  private offset(path: YamlPath): number | undefined {
    const last = path.at(-1);
    const holder: unknown = this.document.getIn(path.slice(0, -1), true);
    if (last !== undefined && isMap(holder)) {
      for (const pair of holder.items)
        if (isPair(pair) && isScalar(pair.key) && String(pair.key.value) === String(last))
          return pair.key.range?.[0];
      return undefined;
    }
    const node: unknown = this.document.getIn(path, true);
    return isNode(node) ? node.range?.[0] : undefined;
  }
}

function lineOf(text: string, line: number): string {
  return (text.split('\n')[line - 1] ?? '').trim();
}
