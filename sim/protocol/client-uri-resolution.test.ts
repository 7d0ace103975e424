import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveClientUri, type TreeView } from './client-uri-resolution.ts';
import { parseClientUri } from './client-uri.ts';
import { type MoData } from './mo.ts';
import { clientUri } from './testing/arbitraries.ts';

/** A tree view over plain data; counts the nodes looked at. */
class PlainTree implements TreeView<MoData> {
  looks = 0;
  private readonly mos: Readonly<Record<string, Readonly<Record<string, MoData>>>>;

  constructor(mos: Readonly<Record<string, Readonly<Record<string, MoData>>>>) {
    this.mos = mos;
  }
  instances(moid: string): readonly { readonly miid: string; readonly root: MoData }[] {
    return Object.entries(this.mos[moid] ?? {}).map(([miid, root]) => ({ miid, root }));
  }
  childNames(node: MoData): readonly string[] {
    return typeof node === 'object' && node !== null ? Object.keys(node) : [];
  }
  child(node: MoData, name: string): MoData | undefined {
    this.looks++;
    return typeof node === 'object' && node !== null && Object.hasOwn(node, name) ? node[name] : undefined;
  }
  value(node: MoData): string | undefined {
    return typeof node === 'object' ? undefined : String(node);
  }
}

function addresses(tree: PlainTree, text: string): readonly string[] {
  const uri = parseClientUri(text);
  if (!uri.ok) throw new Error(uri.fault.code);
  return resolveClientUri(uri.value, tree).map(({ miid, path }) => [miid, ...path].join('/'));
}

const M = 'urn:oma:mo:m:1.0';
/** The example of protocol.md section 5. */
const example = new PlainTree({
  [M]: {
    left: {
      ID: 'GPS',
      Data: { 1: { Date: '12.1', Value: 'a' }, 2: { Date: '12.2', Value: 'b' } },
    },
    right: {
      ID: 'Temperature',
      Data: { 1: { Date: '12.1', Value: 'c' }, 2: { Date: '12.3', Value: 'd' } },
    },
  },
  'urn:oma:mo:one:1.0': { only: { a: { name: 'a', b: 1 }, c: { a: { b: 2 } }, only: { b: 3 } } },
});

describe('with two instances left and right', () => {
  it.each<[string, readonly string[]]>([
    // The section's own lines.
    [`${M}/left/`, ['left']],
    [`${M}//`, []],
    [`${M}/(x)/?nv=(x)/ID:Temperature`, ['right']],
    [`${M}/(x)/Data/(y)/Value?nv=(x)/ID:GPS&nv=(y)/Date:12.2`, ['left/Data/2/Value']],
    [
      `${M}/*/Data/*/Value`,
      ['left/Data/1/Value', 'left/Data/2/Value', 'right/Data/1/Value', 'right/Data/2/Value'],
    ],
    // What follows from them.
    ['oma:mo:m:1.0/left/', ['left']],
    [`${M}/left/ID`, ['left/ID']],
    [`${M}/left/Data/2`, ['left/Data/2']],
    [`${M}/middle/`, []],
    [`${M}/left/Nothing/ID`, []],
    [`${M}/left/ID/below`, []],
    [`${M}//ID`, []],
    [`${M}/*/`, ['left', 'right']],
    [`${M}/*/*`, ['left/ID', 'left/Data', 'right/ID', 'right/Data']],
    [`${M}/left/*/1/*`, ['left/Data/1/Date', 'left/Data/1/Value']],
    [`${M}/%2A/`, []],
    ['urn:oma:mo:unknown:1.0//', []],
    ['urn:oma:mo:unknown:1.0/*/', []],
    // Several nv on one x-name must all hold, on inner paths too.
    [`${M}/(x)/?nv=(x)/ID:GPS&nv=(x)/Data/2/Date:12.2`, ['left']],
    [`${M}/(x)/?nv=(x)/ID:GPS&nv=(x)/Data/2/Date:12.3`, []],
    [`${M}/*/Data/(y)/Value?nv=(y)/Date:12.1&nv=(y)/Value:c`, ['right/Data/1/Value']],
    [`${M}/*/Data/(y)?nv=(y)/Date:12.1`, ['left/Data/1', 'right/Data/1']],
    // An interior node and a missing one have no value.
    [`${M}/(x)/?nv=(x)/Data:GPS`, []],
    [`${M}/(x)/?nv=(x)/Nothing:GPS`, []],
    // Without nv an x-name is like *.
    [`${M}/(x)/ID`, ['left/ID', 'right/ID']],
    [`${M}/left/Data/(y)/Date`, ['left/Data/1/Date', 'left/Data/2/Date']],
    [`${M}/left/?cv=7`, ['left']],
  ])('%s means %j', (text, expected) => {
    expect(addresses(example, text)).toEqual(expected);
  });
});

describe('with one instance', () => {
  it('an empty MIID means it', () => {
    expect(addresses(example, 'urn:oma:mo:one:1.0//a/b')).toEqual(['only/a/b']);
  });

  it('an x-name that stands twice is the same real name at both places', () => {
    expect(addresses(example, 'urn:oma:mo:one:1.0/(x)/(x)/b')).toEqual(['only/only/b']);
    expect(addresses(example, 'urn:oma:mo:one:1.0//(y)/(y)')).toEqual([]);
    expect(addresses(example, 'urn:oma:mo:one:1.0//(y)/(z)/b')).toEqual(['only/c/a/b']);
  });
});

describe('the work that a ClientURI may cause', () => {
  it('is bounded: a tree of wildcards beyond the bound does not resolve', () => {
    const row = (length: number, below: MoData): MoData =>
      Object.fromEntries(Array.from({ length }, (_, i) => [`n${i}`, below]));
    const wide = new PlainTree({ [M]: { big: row(50, row(50, row(50, 'leaf'))) } });
    expect(addresses(wide, `${M}//*/*/n7`)).toHaveLength(2_500);
    wide.looks = 0;
    expect(addresses(wide, `${M}//*/*/*`)).toEqual([]);
    expect(wide.looks).toBeLessThan(110_000);
  });

  it('counts nv too', () => {
    const wide = new PlainTree({
      [M]: { big: Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`n${i}`, { v: 1 }])) },
    });
    const text = `${M}//(x)?${Array.from({ length: 1_000 }, () => 'nv=(x)/v:1').join('&')}`;
    expect(addresses(wide, text)).toEqual([]);
    expect(wide.looks).toBeLessThan(110_000);
  });
});

it('every match lies where its path says, and none is given twice', () => {
  const leaf = (depth: number): MoData =>
    depth === 0 ? 'v' : { x: leaf(depth - 1), y: leaf(depth - 1), '*': leaf(depth - 1) };
  const tree = new PlainTree({
    'urn:oma:mo:m:1.0': { '*': leaf(4), x: leaf(4) },
    'urn:oma:mo:oma-fumo:1.0': { one: leaf(3) },
  });
  fc.assert(
    fc.property(clientUri, (uri) => {
      const matches = resolveClientUri(uri, tree);
      const places = matches.map(({ miid, path }) => JSON.stringify([miid, ...path]));
      expect(new Set(places).size).toBe(places.length);
      for (const { miid, path, node } of matches) {
        expect(path).toHaveLength(uri.path.length);
        let at = tree.instances(uri.moid).find((instance) => instance.miid === miid)?.root;
        for (const name of path) at = at === undefined ? undefined : tree.child(at, name);
        expect(at).toBe(node);
      }
    }),
    { numRuns: 300 },
  );
});
