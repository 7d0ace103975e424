/** The profiles that ship with the project, as the device room reads them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseClientUri } from '../protocol/client-uri.ts';
import { describeFault } from '../protocol/fault.ts';
import { type MoData } from '../protocol/mo.ts';
import { meanMs } from '../random/distribution.ts';
import { leafText } from './leaf-format.ts';
import { type MoTree, type TreeNode } from './mo-tree.ts';
import { Population } from './population.ts';
import { type Profile, SHIPPED_MIXES, SHIPPED_PROFILES } from './profile.ts';
import { decodeProfile, decodeProfileDocument, decodeProfileMix } from './profile-document.ts';

function document(name: string): unknown {
  return parse(readFileSync(new URL(`profiles/${name}.yaml`, import.meta.url), 'utf8'));
}

function shipped(name: string): Profile {
  const profile = decodeProfile(document(name));
  if (!profile.ok) throw new Error(`${name}: ${describeFault(profile.fault)}`);
  return profile.value;
}

function populationOf(name: string, seed = 7): Population {
  const account = { serverId: 'dms', serverUri: 'http://127.0.0.1:8080/dm', notificationKey: 'key' };
  const profiles = [{ profile: shipped(name), weight: 1 }];
  return new Population(
    { seed, devices: 100, profiles, account, latencies: {}, uiBoundMs: 5_000, pushShare: 0 },
    (data) => createHash('sha256').update(data).digest(),
  );
}

function eachLeaf(tree: MoTree, node: TreeNode, visit: (node: TreeNode) => void): void {
  if (node.type.format !== undefined) visit(node);
  for (const name of tree.childNames(node)) eachLeaf(tree, tree.child(node, name)!, visit);
}

function get(tree: MoTree, text: string): readonly (MoData | undefined)[] {
  const uri = parseClientUri(text);
  if (!uri.ok) throw new Error(describeFault(uri.fault));
  return tree.resolve(uri.value).map(({ node }) => tree.read(node));
}

describe('shipped profiles', () => {
  it.each(SHIPPED_PROFILES)('%s is a valid profile of that name', (name) => {
    expect(shipped(name).name).toBe(name);
    const either = decodeProfileDocument(document(name));
    expect(either.ok && either.value.kind).toBe('profile');
  });

  it.each(SHIPPED_MIXES)('%s mixes profiles that ship too', (name) => {
    const mix = decodeProfileMix(document(name));
    if (!mix.ok) throw new Error(describeFault(mix.fault));
    expect(mix.value.name).toBe(name);
    expect(mix.value.profiles.map((part) => part.name).sort()).toEqual([...SHIPPED_PROFILES].sort());
  });

  it.each(SHIPPED_PROFILES)('every value of 50 %s devices is of its format', (name) => {
    const population = populationOf(name);
    let leaves = 0;
    for (let index = 0; index < 50; index++) {
      const tree = population.treeOf(index);
      for (const { moid } of tree.objects())
        for (const { root } of tree.instances(moid))
          eachLeaf(tree, root, (leaf) => {
            leaves++;
            const { format } = leaf.type;
            expect(leafText(format!, tree.textOf(leaf)), tree.addressOf(leaf)).toBeDefined();
            expect(tree.textOf(leaf)).not.toContain('{{');
          });
    }
    expect(leaves).toBeGreaterThan(50 * 40);
  });

  it.each(SHIPPED_PROFILES)(
    '%s has a list or several instances for wildcards, and nodes to delete',
    (name) => {
      const tree = populationOf(name).treeOf(0);
      const own = shipped(name).objects.filter(({ moid }) => !moid.includes('settings'));
      expect(own.some(({ moid }) => get(tree, `${moid}/*/`).length >= 2)).toBe(true);
      const entries = parseClientUri('urn:oma:mo:ext-dmswarm-settings:1.0//Entries/*');
      if (!entries.ok) throw new Error('no ClientURI');
      const matches = tree.resolve(entries.value);
      expect(matches.map(({ node }) => tree.remove(node))).toEqual([{ ok: true }, { ok: true }]);
      expect(tree.resolve(entries.value)).toEqual([]);
    },
  );

  it('no secret of any profile can be read, guessed at or listed', () => {
    for (const name of SHIPPED_PROFILES) {
      const tree = populationOf(name).treeOf(3);
      for (const { moid } of tree.objects())
        for (const { root } of tree.instances(moid))
          expect(JSON.stringify(tree.read(root))).not.toMatch(/Secret|Passphrase|Perm"/);
    }
    const tree = populationOf('smartphone').treeOf(3);
    const secret = tree.leaf('urn:oma:mo:ext-dmswarm-wlan:1.0', ['Networks', 'home', 'Passphrase'])!;
    expect(secret).toMatch(/^[0-9a-f]{16}$/);
    expect(get(tree, `urn:oma:mo:ext-dmswarm-wlan:1.0//Networks/(x)/?nv=(x)/Passphrase:${secret}`)).toEqual(
      [],
    );
    expect(get(tree, 'urn:oma:mo:ext-dmswarm-wlan:1.0//Networks/(x)/?nv=(x)/SSID:corp')).toEqual([
      { SSID: 'corp', Security: 'WPA2-Enterprise', Priority: 20 },
    ]);
  });

  it.each(SHIPPED_PROFILES)(
    '%s keeps UI Sessions, EXEC and commands short enough for a believable run',
    (name) => {
      const { ui, exec, latencies, browser } = shipped(name);
      if (browser) expect(ui.thinkTime).toHaveProperty('maxMs', 900);
      expect(exec.maxMs).toBeLessThanOrEqual(2_000);
      expect(exec.results[0]?.code).toBe(200);
      expect(meanMs(latencies.all!)).toBeLessThan(20);
    },
  );

  it.each(SHIPPED_PROFILES)('%s knows an MO that it has no instance of, for DEFAULT to bring', (name) => {
    const tree = populationOf(name).treeOf(0);
    const moid = 'urn:oma:mo:ext-dmswarm-policy:1.0';
    expect(tree.instances(moid)).toEqual([]);
    expect(tree.addInstance(moid, { Name: 'night', Rules: { '1': 'quiet' } })).toMatchObject({
      miid: 'policy1',
    });
    expect(get(tree, `${moid}//`)).toEqual([
      { Name: 'night', Enforced: true, ValidUntil: '2027-12-31', Rules: { '1': 'quiet' } },
    ]);
  });

  it('only the gateway has no browser', () => {
    expect(SHIPPED_PROFILES.filter((name) => !shipped(name).browser)).toEqual(['gateway']);
  });
});
