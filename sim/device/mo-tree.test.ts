/** The management tree of one device: what a server may do to it, and what it remembers. */
import { describe, expect, it } from 'vitest';
import { parseClientUri } from '../protocol/client-uri.ts';
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
import { type DeviceFacts } from './value-template.ts';

const WLAN = 'urn:oma:mo:ext-acme-wlan:1.0';
const STATE = 'urn:oma:mo:ext-acme-state:1.0';
const FREE: readonly AccessType[] = ['Add', 'Delete', 'Get', 'Replace'];
const READ_WRITE: readonly AccessType[] = ['Get', 'Replace'];

function node(access: readonly AccessType[], more: Partial<NodeDefinition>): NodeDefinition {
  return { access, occurrence: ONE, permanent: false, ...more };
}

const wlan: ObjectDefinition = {
  moid: WLAN,
  ddf: 'https://ddf.example/wlan.ddf',
  instanceName: 'wlan',
  root: node(['Add', 'Delete', 'Get'], {
    occurrence: { min: 0, max: 3 },
    nodes: {
      MAC: node(['Get'], { format: 'chr', permanent: true, value: '02:{{hex:6}}' }),
      Channel: node([...READ_WRITE, 'Add'], { format: 'int', value: '6' }),
      Mode: node(FREE, { format: 'chr' }),
      Networks: node(FREE, {
        occurrence: ZERO_OR_ONE,
        nodes: {
          '*': node(FREE, {
            occurrence: { min: 1, max: 2 },
            nodes: {
              SSID: node(FREE, { format: 'chr' }),
              Key: node(['Add', 'Replace'], { format: 'chr', value: 'none' }),
            },
          }),
        },
      }),
    },
  }),
  instances: {
    first: { Mode: 'ap', Networks: { home: { SSID: 'at home', Key: 'geheim' } } },
  },
};
const state: ObjectDefinition = {
  moid: STATE,
  instanceName: 'state',
  root: node(['Get'], {
    permanent: true,
    nodes: {
      Level: node(['Get'], { format: 'int', permanent: true }),
      Who: node(['Get'], { format: 'chr', permanent: true, value: '{{devId}}' }),
      Where: node(READ_WRITE, { format: 'chr', permanent: true }),
      Reason: node(['Get'], { format: 'chr', permanent: true, occurrence: ZERO_OR_ONE }),
      Reboot: node(['Get', 'Exec'], { permanent: true, nodes: {} }),
    },
  }),
  instances: { state: { Level: '1', Where: 'http://dms.example:8080/x' } },
};
const hidden: ObjectDefinition = {
  moid: 'urn:oma:mo:ext-acme-hidden:1.0',
  instanceName: 'hidden',
  root: node([], { permanent: true, nodes: { Secret: node([], { format: 'chr' }) } }),
  instances: { hidden: { Secret: 'geheim' } },
};

const template = compileTemplate([wlan, state, hidden]);

function factsOf(index = 1, serverUri = 'http://dms.example:8080/dm'): DeviceFacts {
  return {
    seed: 7,
    index,
    fact: (name) => (name === 'devId' ? `D${index}` : name === 'serverUri' ? serverUri : ''),
  };
}
const treeOf = (memory?: TreeMemory): MoTree => new MoTree(template, factsOf(), memory);

function at(tree: MoTree, address: string): TreeNode {
  const uri = parseClientUri(address);
  const matches = uri.ok ? tree.resolve(uri.value) : [];
  expect(matches, address).toHaveLength(1);
  return matches[0]!.node;
}
const matches = (tree: MoTree, address: string): number => {
  const uri = parseClientUri(address);
  return uri.ok ? tree.resolve(uri.value).length : -1;
};
const read = (tree: MoTree, address: string): MoData | undefined => tree.read(at(tree, address));

describe('reading', () => {
  it('leaves come as JSON of their format, nodes without Get not at all', () => {
    const tree = treeOf();
    expect(read(tree, `${WLAN}//`)).toEqual({
      Mode: 'ap',
      Networks: { home: { SSID: 'at home' } },
      MAC: expect.stringMatching(/^02:[0-9a-f]{6}$/) as string,
      Channel: 6,
    });
    expect(read(tree, `${STATE}//Level`)).toBe(1);
    expect(read(tree, `${WLAN}//Networks/home/Key`)).toBeUndefined();
    expect(tree.value(at(tree, `${WLAN}//Networks/home/Key`))).toBeUndefined();
    expect(tree.leaf(WLAN, ['Networks', 'home', 'Key'])).toBe('geheim');
  });

  it('a templated value is the same at every read and differs between devices', () => {
    const one = new MoTree(template, factsOf(1));
    const two = new MoTree(template, factsOf(2));
    expect(one.leaf(WLAN, ['MAC'])).toBe(new MoTree(template, factsOf(1)).leaf(WLAN, ['MAC']));
    expect(one.leaf(WLAN, ['MAC'])).not.toBe(two.leaf(WLAN, ['MAC']));
    expect(two.leaf(STATE, ['Who'])).toBe('D2');
  });

  it('lists the instances of every MO that may be exposed', () => {
    const tree = treeOf();
    tree.addInstance(WLAN, { Mode: 'sta' });
    expect(tree.objects()).toEqual([
      { moid: WLAN, miid: 'first', ddf: 'https://ddf.example/wlan.ddf' },
      { moid: WLAN, miid: 'wlan1', ddf: 'https://ddf.example/wlan.ddf' },
      { moid: STATE, miid: 'state' },
    ]);
    expect(treeOf().objects()).toHaveLength(2);
  });

  it('an address is the ClientURI with the real MIID, names percent-encoded', () => {
    const tree = treeOf();
    expect(tree.addressOf(at(tree, `${WLAN}//`))).toBe(`${WLAN}/first/`);
    expect(tree.addressOf(at(tree, `${WLAN}//Networks/*/SSID`))).toBe(`${WLAN}/first/Networks/home/SSID`);
    expect(tree.addChild(at(tree, `${WLAN}//Networks`), 'a b?', { SSID: 's' })).toEqual({ ok: true });
    const address = tree.addressOf(tree.child(at(tree, `${WLAN}//Networks`), 'a b?')!);
    expect(address).toBe(`${WLAN}/first/Networks/a%20b%3F`);
    expect(read(tree, address)).toEqual({ SSID: 's' });
  });
});

describe('merging', () => {
  it('replaces what is there, creates what is not and keeps what is not mentioned', () => {
    const tree = treeOf();
    const data = { Channel: '11', Networks: { work: { SSID: 'corp', Key: 'k' } } };
    expect(tree.merge(at(tree, `${WLAN}//`), data)).toEqual({ ok: true });
    expect(read(tree, `${WLAN}//Channel`)).toBe(11);
    expect(read(tree, `${WLAN}//Networks`)).toEqual({ home: { SSID: 'at home' }, work: { SSID: 'corp' } });
    expect(tree.leaf(WLAN, ['Networks', 'work', 'Key'])).toBe('k');
  });

  it('takes a value at a leaf', () => {
    const tree = treeOf();
    expect(tree.merge(at(tree, `${WLAN}//Channel`), 40)).toEqual({ ok: true });
    expect(tree.leaf(WLAN, ['Channel'])).toBe('40');
  });

  it.each<[string, string, MoData, number]>([
    ['a value of another format', `${WLAN}//Channel`, 'eleven', 400],
    ['a value for an interior node', `${WLAN}//Networks`, 'x', 400],
    ['children for a leaf', `${WLAN}//Channel`, { a: 1 }, 400],
    ['a leaf without Replace', `${WLAN}//MAC`, '02:00', 405],
    ['a name the definition does not know', `${WLAN}//`, { Speed: 3 }, 404],
    ['a new node without what it needs', `${WLAN}//Networks`, { work: { Key: 'k' } }, 400],
    ['more nodes than may be', `${WLAN}//Networks`, { b: { SSID: '1' }, c: { SSID: '2' } }, 400],
    ['a name that no ClientURI can mean', `${WLAN}//Networks`, { 'a/b': { SSID: '1' } }, 400],
    ['a permanent node that is missing', `${STATE}//`, { Reason: 'because' }, 405],
    ['an x-name', `${WLAN}//Networks`, { '(x)': { SSID: '1' } }, 400],
  ])('refuses %s, and then nothing has changed', (_, address, data, status) => {
    const tree = treeOf();
    const before = tree.cacheValidator(at(tree, `${WLAN}//`));
    expect(tree.merge(at(tree, address), data)).toMatchObject({ ok: false, status });
    if (address.endsWith('//'))
      expect(tree.merge(at(tree, address), { ...(data as object), Mode: 'x' })).toMatchObject({ status });
    expect(tree.fold()).toBeUndefined();
    expect(tree.takeChanges()).toEqual([]);
    expect(tree.cacheValidator(at(tree, `${WLAN}//`))).toBe(before);
  });

  it('a member named like one of JavaScript’s own is a name like any other, but for __proto__', () => {
    const tree = treeOf();
    const networks = at(tree, `${WLAN}//Networks`);
    const hostile = JSON.parse('{"__proto__": {"SSID": "x"}}') as MoData;
    expect(tree.merge(networks, hostile)).toMatchObject({ ok: false, status: 400 });
    expect(tree.merge(networks, { constructor: { SSID: 'x' } })).toEqual({ ok: true });
    expect(read(tree, `${WLAN}//Networks/constructor/SSID`)).toBe('x');
    expect(tree.merge(at(tree, `${WLAN}//`), { toString: 'x' })).toMatchObject({ status: 404 });
  });

  it('a value that has not changed is no change', () => {
    const tree = treeOf();
    expect(tree.merge(at(tree, `${WLAN}//`), { Mode: 'ap', Channel: 6 })).toEqual({ ok: true });
    expect(tree.takeChanges()).toEqual([]);
    expect(tree.fold()).toBeUndefined();
  });

  it('a node that is gone takes nothing', () => {
    const tree = treeOf();
    const networks = at(tree, `${WLAN}//Networks`);
    const ssid = at(tree, `${WLAN}//Networks/home/SSID`);
    expect(tree.remove(networks)).toEqual({ ok: true });
    expect(tree.merge(ssid, 'x')).toMatchObject({ status: 404 });
    expect(tree.addChild(networks, 'n', { SSID: 'x' })).toMatchObject({ status: 404 });
    expect(tree.remove(networks)).toMatchObject({ status: 404 });
  });

  it('refuses more data than the device stores, and takes it again after a DELETE', () => {
    const tree = treeOf();
    const big = 'x'.repeat(200_000);
    expect(tree.merge(at(tree, `${WLAN}//Mode`), big)).toEqual({ ok: true });
    expect(tree.addInstance(WLAN, { Mode: big })).toMatchObject({ ok: false, status: 500 });
    expect(tree.merge(at(tree, `${WLAN}//Mode`), 'small')).toEqual({ ok: true });
    expect(tree.addInstance(WLAN, { Mode: big })).toMatchObject({ ok: true, miid: 'wlan1' });
  });
});

describe('instances', () => {
  it('the device chooses the smallest free MIID', () => {
    const tree = treeOf();
    expect(tree.addInstance(WLAN, { Mode: 'a' })).toMatchObject({ ok: true, miid: 'wlan1' });
    expect(tree.addInstance(WLAN, { Mode: 'b' })).toMatchObject({ ok: true, miid: 'wlan2' });
    expect(tree.addInstance(WLAN, { Mode: 'c' })).toMatchObject({ ok: false, status: 400 });
    tree.remove(at(tree, `${WLAN}/wlan1/`));
    expect(tree.addInstance(WLAN, { Mode: 'd' })).toMatchObject({ ok: true, miid: 'wlan1' });
    expect(read(tree, `${WLAN}/wlan1/Channel`)).toBe(6);
  });

  it('takes a MIID that is given, if it is free', () => {
    const tree = treeOf();
    expect(tree.addInstance(WLAN, { Mode: 'a' }, 'mine')).toMatchObject({ ok: true, miid: 'mine' });
    expect(tree.addInstance(WLAN, { Mode: 'a' }, 'mine')).toMatchObject({ ok: false, status: 405 });
    expect(tree.addInstance(WLAN, { Mode: 'a' }, 'a/b')).toMatchObject({ ok: false, status: 400 });
  });

  it.each<[string, MoData, number]>([
    ['urn:oma:mo:unknown:1.0', {}, 404],
    [STATE, {}, 405],
    [WLAN, { Mode: 'x', MAC: '02' }, 405],
    [WLAN, {}, 400],
    [WLAN, 'text', 400],
  ])('of %s with %j are refused with %i', (moid, data, status) => {
    expect(treeOf().addInstance(moid, data)).toMatchObject({ ok: false, status });
  });

  it('with none left an empty MIID does not resolve', () => {
    const tree = treeOf();
    expect(tree.remove(at(tree, `${WLAN}//`))).toEqual({ ok: true });
    expect(tree.instances(WLAN)).toEqual([]);
    expect(matches(tree, `${WLAN}//`)).toBe(0);
    expect(tree.leaf(WLAN, ['Mode'])).toBeUndefined();
    expect(tree.objects()).toEqual([{ moid: STATE, miid: 'state' }]);
  });
});

describe('removing', () => {
  it.each([
    ['a permanent node', `${STATE}//Level`],
    ['a permanent MO', `${STATE}//`],
    ['a node without Delete', `${WLAN}//Channel`],
    ['the one node there must be', `${WLAN}//Mode`],
    ['the last of OneOrMore', `${WLAN}//Networks/home`],
  ])('%s is not allowed', (_, address) => {
    const tree = treeOf();
    expect(tree.remove(at(tree, address))).toMatchObject({ ok: false, status: 405 });
    expect(tree.fold()).toBeUndefined();
  });

  it('takes the children along; the same name can be added again', () => {
    const tree = treeOf();
    tree.merge(at(tree, `${WLAN}//Networks/home/SSID`), 'changed');
    expect(tree.remove(at(tree, `${WLAN}//Networks`))).toEqual({ ok: true });
    expect(matches(tree, `${WLAN}//Networks/home/SSID`)).toBe(0);
    expect(tree.fold()).toEqual({ removed: [expect.any(Number)] });
    expect(tree.merge(at(tree, `${WLAN}//`), { Networks: { home: { SSID: 'new' } } })).toEqual({ ok: true });
    expect(read(tree, `${WLAN}//Networks`)).toEqual({ home: { SSID: 'new' } });
    expect(tree.leaf(WLAN, ['Networks', 'home', 'Key'])).toBe('none');
  });
});

describe('the device’s own changes', () => {
  it('need no access type', () => {
    const tree = treeOf();
    tree.set(STATE, ['Level'], '30');
    expect(tree.leaf(STATE, ['Level'])).toBe('30');
    expect(tree.takeChanges()).toEqual([{ moid: STATE, miid: 'state', path: ['Level'] }]);
  });

  it('make a leaf that the definition has and the device has not yet', () => {
    const tree = treeOf();
    tree.set(STATE, ['Reason'], 'because');
    tree.remove(at(tree, `${WLAN}//Networks`));
    tree.set(WLAN, ['Networks', 'auto', 'SSID'], 'found');
    expect(tree.leaf(STATE, ['Reason'])).toBe('because');
    expect(read(tree, `${WLAN}//Networks`)).toEqual({ auto: { SSID: 'found' } });
  });

  it('throw where the template has no such leaf or the value is not of its format', () => {
    const tree = treeOf();
    expect(() => tree.set(STATE, ['Levle'], '1')).toThrow('Levle');
    expect(() => tree.set('urn:oma:mo:unknown:1.0', ['Level'], '1')).toThrow('unknown');
    expect(() => tree.set(STATE, ['Level'], 'high')).toThrow('Level');
    expect(() => tree.set(STATE, ['Reboot'], '1')).toThrow('Reboot');
  });
});

describe('changes for SUB', () => {
  it('are told once, in order: leaves replaced, tops of what came and went', () => {
    const tree = treeOf();
    tree.merge(at(tree, `${WLAN}//`), { Channel: 1, Networks: { w: { SSID: 's' } } });
    tree.remove(at(tree, `${WLAN}//Networks/home`));
    tree.addInstance(WLAN, { Mode: 'm' });
    expect(tree.takeChanges()).toEqual([
      { moid: WLAN, miid: 'first', path: ['Channel'] },
      { moid: WLAN, miid: 'first', path: ['Networks', 'w'] },
      { moid: WLAN, miid: 'first', path: ['Networks', 'home'] },
      { moid: WLAN, miid: 'wlan1', path: [] },
    ]);
    expect(tree.takeChanges()).toEqual([]);
  });
});

describe('cache validators', () => {
  it('follow the readable content of the MO instance alone', () => {
    const tree = treeOf();
    const root = at(tree, `${WLAN}//`);
    const before = tree.cacheValidator(root);
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    expect(tree.cacheValidator(at(tree, `${WLAN}//Networks/home/SSID`))).toBe(before);
    tree.set(STATE, ['Level'], '2');
    expect(tree.cacheValidator(root)).toBe(before);
    tree.merge(root, { Channel: 7 });
    expect(tree.cacheValidator(root)).not.toBe(before);
    tree.merge(root, { Channel: 6, Networks: { home: { Key: 'another secret' } } });
    expect(tree.cacheValidator(root)).toBe(before);
  });

  it('are another when two values change places', () => {
    const tree = treeOf();
    tree.merge(at(tree, `${WLAN}//Networks`), { b: { SSID: 'at work' } });
    const before = tree.cacheValidator(at(tree, `${WLAN}//`));
    tree.merge(at(tree, `${WLAN}//Networks`), { home: { SSID: 'at work' }, b: { SSID: 'at home' } });
    expect(tree.cacheValidator(at(tree, `${WLAN}//`))).not.toBe(before);
  });

  it('do not depend on the port the DM Server listens on, but do on another server', () => {
    const validator = (serverUri: string, where: string): string => {
      const tree = new MoTree(template, factsOf(1, serverUri));
      tree.set(STATE, ['Where'], where);
      return tree.cacheValidator(at(tree, `${STATE}//`));
    };
    const one = validator('http://127.0.0.1:1111/dm', 'http://127.0.0.1:1111/firmware/1');
    expect(validator('http://127.0.0.1:2222/dm', 'http://127.0.0.1:2222/firmware/1')).toBe(one);
    expect(validator('http://127.0.0.1:2222/dm', 'http://127.0.0.1:1111/firmware/1')).not.toBe(one);
  });
});

describe('memory', () => {
  it('of a tree that is as it was made is nothing', () => {
    const tree = treeOf();
    read(tree, `${WLAN}//`);
    tree.merge(at(tree, `${WLAN}//Channel`), 9);
    tree.merge(at(tree, `${WLAN}//Channel`), 6);
    expect(tree.fold()).toBeUndefined();
  });

  it('is plain data, gives the same tree in the same order, and texts with {{ stay texts', () => {
    const tree = treeOf();
    tree.merge(at(tree, `${WLAN}//Networks`), { zz: { SSID: '{{devId}}' } });
    tree.remove(at(tree, `${WLAN}//Networks/home`));
    tree.merge(at(tree, `${WLAN}//Networks`), { '5': { SSID: 'five' } });
    tree.merge(at(tree, `${WLAN}//Networks/zz`), { Key: 'k2' });
    tree.addInstance(WLAN, { Mode: 'x' }, 'second');
    tree.set(STATE, ['Level'], '99');
    const memory = tree.fold()!;
    expect(JSON.parse(JSON.stringify(memory))).toEqual(memory);
    expect(structuredClone(memory)).toEqual(memory);
    const restored = treeOf(memory);
    expect(restored.fold()).toEqual(memory);
    expect(restored.childNames(at(restored, `${WLAN}/first/Networks`))).toEqual(['zz', '5']);
    expect(restored.leaf(WLAN, ['Networks', 'zz', 'SSID'])).toBe('{{devId}}');
    expect(restored.leaf(WLAN, ['Networks', 'zz', 'Key'])).toBe('k2');
    expect(restored.instances(WLAN).map(({ miid }) => miid)).toEqual(['first', 'second']);
    expect(restored.leaf(STATE, ['Level'])).toBe('99');
    expect(restored.takeChanges()).toEqual([]);
  });

  it('of another template is refused', () => {
    expect(() => treeOf({ values: [9_999, 'x'] })).toThrow('another profile');
    expect(() => treeOf({ instances: [['urn:oma:mo:other:1.0', 'm', []]] })).toThrow('another profile');
  });
});
