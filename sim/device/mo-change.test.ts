/** What a server may change in a device's management tree, and what it may not. */
import { describe, expect, it } from 'vitest';
import { type MoData } from '../protocol/mo.ts';
import { compileTemplate } from './mo-template.ts';
import { MoTree } from './mo-tree.ts';
import { at, factsOf, matches, read, STATE, treeOf, WLAN } from './testing/wlan-tree.ts';

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

describe('many nodes', () => {
  const moid = 'urn:oma:mo:ext-acme-list:1.0';
  const item = { format: 'chr', access: ['Add', 'Delete', 'Get'], permanent: false } as const;
  const occurrence = { min: 0, max: Number.POSITIVE_INFINITY } as const;
  const template = compileTemplate([
    {
      moid,
      instanceName: 'list',
      root: { access: ['Get'], occurrence, permanent: true, nodes: { '*': { ...item, occurrence } } },
      instances: { list: {} },
    },
  ]);
  const items = (count: number): MoData =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, 'x']));

  it('of one kind are kept up to 2,000, even where the definition knows no bound', () => {
    const tree = new MoTree(template, factsOf());
    const list = at(tree, `${moid}//`);
    expect(tree.merge(list, items(2_001))).toMatchObject({ ok: false, status: 500 });
    expect(tree.merge(list, items(2_000))).toEqual({ ok: true });
    expect(tree.addChild(list, 'one more', 'x')).toMatchObject({ ok: false, status: 500 });
    for (const name of tree.childNames(list)) tree.remove(tree.child(list, name)!);
    expect(tree.childNames(list)).toEqual([]);
    expect(tree.fold()).toBeUndefined();
  });
});
