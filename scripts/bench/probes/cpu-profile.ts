/** Reads V8's CPU profiles: own time by function and by file, in terms of the sources and not of the bundle. */
import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The parts of a .cpuprofile that are used here. Lines and columns count from 0. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Node ids, a sample each. */
  readonly samples: readonly number[];
  /** Since the sample before, in µs. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
}

export interface Cost {
  readonly place: string;
  readonly ms: number;
}

export interface FunctionCosts {
  readonly busyMs: number;
  readonly idleMs: number;
  /** `name file:line`, the costliest first. */
  readonly list: readonly Cost[];
}

const IDLE = new Set(['(idle)', '(root)']);

/** Own time by function; `root`: what source paths are told relative to. */
export function costliestFunctions(profile: CpuProfile, root: string): FunctionCosts {
  const sources = new Sources(root);
  const costs = ownTimes(profile, ({ functionName, url, lineNumber, columnNumber }) =>
    `${functionName === '' ? '(anonymous)' : functionName} ${sources.place(url, lineNumber, columnNumber)}`.trim(),
  );
  const isIdle = ({ place }: Cost): boolean => IDLE.has(place);
  const sum = (list: readonly Cost[]): number => list.reduce((total, { ms }) => total + ms, 0);
  const busy = costs.filter((cost) => !isIdle(cost));
  return { busyMs: sum(busy), idleMs: sum(costs.filter(isIdle)), list: busy };
}

/** Own time by source file; what has none (garbage collection, native code) stands by its own name. */
export function costsByFile(profile: CpuProfile, root: string): readonly Cost[] {
  const sources = new Sources(root);
  return ownTimes(profile, ({ functionName, url, lineNumber, columnNumber }) => {
    const place = sources.place(url, lineNumber, columnNumber);
    return place === '' ? functionName : place.replace(/:\d+$/, '');
  }).filter(({ place }) => !IDLE.has(place));
}

function ownTimes(
  { nodes, samples, timeDeltas }: CpuProfile,
  nameOf: (frame: ProfileNode['callFrame']) => string,
): readonly Cost[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const totals = new Map<string, number>();
  for (let i = 0; i < samples.length; i++) {
    const name = names.get(samples[i] ?? -1) ?? '(unknown)';
    // A delta leads up to its sample, so the time after a sample is that of the next delta.
    totals.set(name, (totals.get(name) ?? 0) + (timeDeltas[i + 1] ?? 0) / 1_000);
  }
  return [...totals].map(([place, ms]) => ({ place, ms })).sort((a, b) => b.ms - a.ms);
}

/** Places in bundles → places in sources, by the source maps beside the bundles. */
class Sources {
  private readonly root: string;
  private readonly maps = new Map<string, SourceMap | undefined>();

  constructor(root: string) {
    this.root = root;
  }

  /** `sim/fleet/shard.ts:120`; `''` for what has no file. */
  place(url: string, line: number, column: number): string {
    if (!url.startsWith('file:')) return url === '' ? '' : `${url}:${line + 1}`;
    const file = fileURLToPath(url);
    const entry = this.mapOf(file)?.findEntry(line, column);
    if (entry === undefined || !('originalSource' in entry))
      return `${relative(this.root, file)}:${line + 1}`;
    return `${relative(this.root, resolve(dirname(file), entry.originalSource))}:${entry.originalLine + 1}`;
  }

  private mapOf(file: string): SourceMap | undefined {
    if (!this.maps.has(file)) this.maps.set(file, readMap(`${file}.map`));
    return this.maps.get(file);
  }
}

function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload);
  } catch {
    return undefined; // not a bundle
  }
}
