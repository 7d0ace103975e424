/** The management tree of one device: reading it, its own changes, and what it remembers. */
import { describe, expect, it } from 'vitest';
import { MoTree } from './mo-tree.ts';
import { at, factsOf, read, STATE, template, treeOf, WLAN } from './testing/wlan-tree.ts';

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
