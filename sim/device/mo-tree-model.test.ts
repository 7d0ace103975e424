/** The management tree against a naive model: whatever happens to both, they read the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MoData } from '../protocol/mo.ts';
import {
  type AccessType,
  type NodeDefinition,
  type ObjectDefinition,
  ONE,
  ZERO_OR_ONE,
} from './mo-definition.ts';
import { compileTemplate } from './mo-template.ts';
import { MoTree, type TreeMemory, type TreeNode } from './mo-tree.ts';
import { TreeModel } from './testing/tree-model.ts';
import { type DeviceFacts } from './value-template.ts';

const FREE: readonly AccessType[] = ['Add', 'Delete', 'Get', 'Replace'];
const leaf = (
  format: 'chr' | 'int',
  access: readonly AccessType[],
  more: Partial<NodeDefinition> = {},
): NodeDefinition => ({ format, access, occurrence: ONE, permanent: false, ...more });
const interior = (
  access: readonly AccessType[],
  nodes: Record<string, NodeDefinition>,
  occurrence = ONE,
): NodeDefinition => ({ access, occurrence, permanent: false, nodes });

const MOID = 'urn:oma:mo:ext-acme-model:1.0';
const definition: ObjectDefinition = {
  moid: MOID,
  instanceName: 'i',
  root: interior(
    ['Add', 'Delete', 'Get'],
    {
      a: leaf('chr', ['Get', 'Replace', 'Add']),
      still: leaf('int', ['Get'], { value: '5', permanent: true }),
      box: interior(
        FREE,
        {
          '*': interior(
            FREE,
            {
              v: leaf('chr', FREE),
              w: leaf('int', FREE, { occurrence: ZERO_OR_ONE }),
              inner: interior(
                FREE,
                { '*': leaf('chr', FREE, { occurrence: { min: 0, max: 2 } }) },
                ZERO_OR_ONE,
              ),
            },
            { min: 0, max: 3 },
          ),
        },
        ZERO_OR_ONE,
      ),
    },
    { min: 1, max: 3 },
  ),
  instances: {
    one: { a: 'A', still: '5', box: { x: { v: 'xv', w: '1', inner: { s: 'deep' } }, '7': { v: 'seven' } } },
    two: { a: 'B', still: '6' },
  },
};
const template = compileTemplate([definition]);
const facts: DeviceFacts = { seed: 1, index: 0, fact: () => '' };

const name = fc.constantFrom('a', 'box', 'still', 'v', 'w', 'inner', 'x', '7', 's', 'new', '12');
const scalar: fc.Arbitrary<MoData> = fc.constantFrom<MoData[]>('text', '', 3, '4', true, null, 'deep');
const contents: fc.Arbitrary<MoData> = fc.oneof(
  scalar,
  fc.dictionary(fc.constantFrom('v', 'w', 'inner', 's'), fc.oneof(scalar, fc.dictionary(name, scalar))),
  fc.record({ v: fc.constantFrom('one', 'two'), w: fc.constantFrom(1, 2) }, { requiredKeys: ['v'] }),
  fc.dictionary(name, fc.record({ v: fc.constantFrom('p', 'q') }), { maxKeys: 3 }),
  fc.record(
    {
      a: fc.constantFrom('A', 'C'),
      box: fc.dictionary(name, fc.record({ v: fc.constant('b') }), { maxKeys: 2 }),
    },
    { requiredKeys: ['a'] },
  ),
);
const place = fc.record({
  miid: fc.constantFrom('one', 'two', 'i1', 'i2'),
  path: fc.oneof(
    fc.constantFrom<string[][]>(
      [],
      ['a'],
      ['box'],
      ['box', 'x'],
      ['box', '7'],
      ['box', 'new'],
      ['box', 'x', 'inner'],
    ),
    fc.array(name, { maxLength: 3 }),
  ),
});
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('merge' as const), place, data: contents }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('remove' as const), place }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('instance' as const), data: contents }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sleep' as const) }) },
);

function nodeAt(tree: MoTree, miid: string, path: readonly string[]): TreeNode | undefined {
  let node = tree.instances(MOID).find((instance) => instance.miid === miid)?.root;
  for (const part of path) node = node === undefined ? undefined : tree.child(node, part);
  return node;
}

function readAll(tree: MoTree): Record<string, MoData | undefined> {
  return Object.fromEntries(tree.instances(MOID).map(({ miid, root }) => [miid, tree.read(root)]));
}

function validators(tree: MoTree): readonly string[] {
  return tree.instances(MOID).map(({ root }) => tree.cacheValidator(root));
}

describe('the management tree and a naive model', () => {
  it('agree on what is allowed and on every read, over changes and sleep', () => {
    const seen = { ok: 0, refused: 0, changed: 0 };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        let tree = new MoTree(template, facts);
        const model = new TreeModel(definition);
        for (const action of steps) {
          const before = JSON.stringify(readAll(tree));
          let done: boolean | undefined;
          if (action.kind === 'sleep') {
            const validatorsBefore = validators(tree);
            const memory = tree.fold();
            const copy =
              memory === undefined ? undefined : (JSON.parse(JSON.stringify(memory)) as TreeMemory);
            tree = new MoTree(template, facts, copy);
            expect(tree.fold()).toEqual(memory);
            expect(validators(tree)).toEqual(validatorsBefore);
          } else if (action.kind === 'instance') {
            const added = tree.addInstance(MOID, action.data);
            expect(added.ok ? added.miid : undefined).toBe(model.addInstance(action.data));
            done = added.ok;
          } else {
            const { miid, path } = action.place;
            const node = nodeAt(tree, miid, path);
            if (action.kind === 'merge') {
              done = node !== undefined && tree.merge(node, action.data).ok;
              expect(done).toBe(model.merge(miid, path, action.data));
            } else {
              done = node !== undefined && tree.remove(node).ok;
              expect(done).toBe(model.remove(miid, path));
            }
          }
          expect(readAll(tree)).toEqual(model.read());
          // What changed and what was told to have changed is the same; a refusal changes nothing.
          const changed = JSON.stringify(readAll(tree)) !== before;
          expect(tree.takeChanges().length > 0).toBe(changed);
          if (done === false) expect(changed).toBe(false);
          if (done === true) seen.ok++;
          if (done === false) seen.refused++;
          if (changed) seen.changed++;
        }
      }),
      { numRuns: 1_500 },
    );
    expect(Math.min(seen.ok, seen.refused, seen.changed)).toBeGreaterThan(300);
  });
});
