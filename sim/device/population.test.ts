/** The population: who is who, from seed and index alone. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Sha256 } from '../protocol/notification.ts';
import { NETWORKS } from './network.ts';
import { Population, type PopulationSpec } from './population.ts';
import { type Profile } from './profile.ts';
import { MOID } from './standard-objects.ts';
import { testProfile } from './testing/test-device.ts';

const sha256: Sha256 = (data) => createHash('sha256').update(data).digest();
const profile = (name: string, more: Partial<Profile> = {}): Profile => ({ ...testProfile, name, ...more });

const spec: PopulationSpec = {
  seed: 7,
  devices: 1_000,
  profiles: [
    { profile: profile('phone'), weight: 50 },
    { profile: profile('car', { identity: { scheme: 'vin' }, network: NETWORKS.lte }), weight: 30 },
    { profile: profile('box', { identity: { scheme: 'uuid' }, showMode: 'launch' }), weight: 20 },
    { profile: profile('nothing', { identity: { scheme: 'meid' } }), weight: 0 },
  ],
  account: { serverId: 'dms', serverUri: 'http://127.0.0.1:8080/dm', notificationKey: 'key' },
  latencies: {},
  uiBoundMs: 5_000,
  pushShare: 0.1,
};
const populationOf = (more: Partial<PopulationSpec> = {}): Population =>
  new Population({ ...spec, ...more }, sha256);
const indices = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('a population', () => {
  it('is the same for the same seed, and another for another seed', () => {
    const describeDevice = (population: Population, i: number): unknown => [
      population.devIdOf(i),
      population.profileOf(i).name,
      population.isPushed(i),
      population.treeOf(i).leaf(MOID.sessionInfo, ['ROAMING']),
    ];
    const fleet = (seed: number): unknown[] => {
      const population = populationOf({ seed });
      return indices(50).map((i) => describeDevice(population, i));
    };
    expect(fleet(7)).toEqual(fleet(7));
    expect(fleet(7)).not.toEqual(fleet(8));
    // Asked for in any order.
    const population = populationOf();
    expect(
      indices(50)
        .reverse()
        .map((i) => describeDevice(population, i))
        .reverse(),
    ).toEqual(fleet(7));
  });

  it('a device does not depend on how many there are', () => {
    expect(populationOf({ devices: 50 }).devIdOf(49)).toBe(populationOf({ devices: 10_000_000 }).devIdOf(49));
  });

  it.each([20, 100, 1_000])('of %i has the shares asked for, profiles and push alike', (devices) => {
    const population = populationOf({ devices });
    const share = (matches: (index: number) => boolean): number =>
      indices(devices).filter(matches).length / devices;
    const tolerance = 1.5 / devices + 0.004;
    for (const [name, expected] of [
      ['phone', 0.5],
      ['car', 0.3],
      ['box', 0.2],
      ['nothing', 0],
    ] as const)
      expect(Math.abs(share((i) => population.profileOf(i).name === name) - expected)).toBeLessThanOrEqual(
        tolerance,
      );
    expect(Math.abs(share((i) => population.isPushed(i)) - 0.1)).toBeLessThanOrEqual(tolerance);
  });

  it('pushes nobody or everybody where that was asked for', () => {
    expect(indices(1_000).some((i) => populationOf({ pushShare: 0 }).isPushed(i))).toBe(false);
    expect(indices(1_000).every((i) => populationOf({ pushShare: 1 }).isPushed(i))).toBe(true);
  });

  it('has no DevID twice and finds each device by its DevID', () => {
    const population = populationOf();
    const devIds = indices(1_000).map((i) => population.devIdOf(i));
    expect(new Set(devIds).size).toBe(1_000);
    expect(devIds.map((devId) => population.indexOf(devId))).toEqual(indices(1_000));
    expect(population.indexOf('IMEI:000000000000000')).toBeUndefined();
    expect(population.indexOf('')).toBeUndefined();
  });

  it('does not know devices beyond its number, or DevIDs that other profiles’ devices would have', () => {
    const large = populationOf();
    const small = populationOf({ devices: 10 });
    expect(small.indexOf(large.devIdOf(9))).toBe(9);
    expect(small.indexOf(large.devIdOf(10))).toBeUndefined();
    const cars = populationOf({ profiles: spec.profiles.slice(1, 2) });
    const phone = indices(10).find((i) => large.profileOf(i).name === 'phone')!;
    expect(large.indexOf(cars.devIdOf(phone))).toBeUndefined();
  });

  it('takes given identities in their order, with credentials', () => {
    const identities = [{ devId: 'A', user: 'alice', secret: 's1' }, { devId: 'B' }];
    const population = populationOf({ devices: 2, identities });
    expect([population.devIdOf(0), population.devIdOf(1)]).toEqual(['A', 'B']);
    expect(population.credentialsOf(0)).toEqual({ user: 'alice', secret: 's1' });
    expect(population.credentialsOf(1)).toBeUndefined();
    expect(['B', 'A', 'C'].map((devId) => population.indexOf(devId))).toEqual([1, 0, undefined]);
    const tree = population.treeOf(0);
    expect(tree.leaf(MOID.dmAcc, ['Auth', 'Trsp', 'Data'])).toBe('alice');
    expect(tree.leaf(MOID.dmAcc, ['Auth', 'Trsp', 'Secret'])).toBe('s1');
    expect(() => populationOf({ devices: 3, identities })).toThrow(RangeError);
  });

  it('an id prefix takes the place of the profiles’ own', () => {
    const population = populationOf({ idPrefix: '42' });
    for (const i of indices(20))
      expect(population.devIdOf(i)).toMatch(/^(IMEI:4200000|VIN:42000000|urn:uuid:42)/);
    expect(() => populationOf({ idPrefix: 'WBA' })).toThrow(RangeError);
  });

  it('overrides come before the profile, the profile before what is usual', () => {
    const car = indices(50).find((i) => populationOf().profileOf(i).name === 'car')!;
    const box = indices(50).find((i) => populationOf().profileOf(i).name === 'box')!;
    expect(populationOf().networkOf(car).name).toBe('lte');
    expect(populationOf({ network: NETWORKS.wifi }).networkOf(car).name).toBe('wifi');
    const slow = populationOf({
      network: NETWORKS.wifi,
      latencies: { network: { kind: 'constant', ms: 9 } },
    });
    expect(slow.networkOf(car)).toMatchObject({ name: 'wifi', roundTrip: { ms: 9 } });
    expect([populationOf().showModeOf(car), populationOf().showModeOf(box)]).toEqual(['wait', 'launch']);
    expect(populationOf({ showMode: 'wait' }).showModeOf(box)).toBe('wait');
  });

  it('without a positive weight is our mistake', () => {
    expect(() => populationOf({ profiles: spec.profiles.slice(3) })).toThrow(RangeError);
  });

  it('its spec crosses threads', () => {
    expect(structuredClone(spec)).toEqual(spec);
  });
});

describe('a device’s tree', () => {
  const population = populationOf();

  it('carries the standard MOs, and knows the account', () => {
    const tree = population.treeOf(5);
    const devId = population.devIdOf(5);
    expect(tree.objects().slice(0, 4)).toEqual([
      {
        moid: 'urn:oma:mo:oma-dm-devinfo:1.2',
        miid: 'devinfo',
        ddf: 'https://ddf.example/oma-dm-devinfo-1.2.ddf',
      },
      { moid: 'urn:oma:mo:oma-dm-dmacc:1.2', miid: 'dmacc', ddf: 'https://ddf.example/oma-dm-dmacc-1.2.ddf' },
      {
        moid: 'urn:oma:mo:oma-sessioninfomo:1.0',
        miid: 'sessioninfo',
        ddf: 'https://ddf.example/oma-sessioninfomo-1.0.ddf',
      },
      { moid: 'urn:oma:mo:oma-fumo:1.0', miid: 'apps', ddf: 'https://ddf.example/oma-fumo-1.0.ddf' },
    ]);
    const read = (moid: string): unknown => tree.read(tree.instances(moid)[0]!.root);
    expect(read(MOID.devInfo)).toEqual({
      DevID: devId,
      DmV: '2.0',
      Man: 'Acme',
      Mod: 'T1',
      Lang: 'en',
      DevType: 'phone',
      OEM: 'Acme',
      FwV: '1.0',
      SwV: '2.0',
      HwV: '3.0',
    });
    expect(read(MOID.fumo)).toEqual({
      PkgName: '',
      PkgVersion: '',
      Download: { PkgURL: '' },
      Update: {},
      DownloadAndUpdate: { PkgURL: '' },
      State: 10,
    });
    expect(read(MOID.dmAcc)).toEqual({
      SrvID: 'dms',
      SrvURI: 'http://127.0.0.1:8080/dm',
      Name: 'DM Server',
      Auth: { Bootstrap: true, Noti: { Type: 'SHA256-DIGEST', Data: 'dm-swarm' }, Trsp: { Data: '' } },
      Push: { Channel: 'omadm-push' },
      Ext: {},
    });
    expect(read(MOID.sessionInfo)).toEqual({
      CBT: population.networkOf(5).bearer,
      ROAMING: expect.any(Boolean) as boolean,
    });
  });

  it('holds the Noti secret: hex SHA-256 of key, colon and DevID', () => {
    const secret = createHash('sha256')
      .update(`key:${population.devIdOf(5)}`)
      .digest('hex');
    expect(population.treeOf(5).leaf(MOID.dmAcc, ['Auth', 'Noti', 'Secret'])).toBe(secret);
  });

  it('EXEC, GET and Replace stand where protocol.md says, and nothing standard can be deleted', () => {
    const tree = population.treeOf(5);
    const fumo = tree.instances(MOID.fumo)[0]!.root;
    for (const name of ['Download', 'Update', 'DownloadAndUpdate'])
      expect(tree.allows(tree.child(fumo, name)!, 'Exec')).toBe(true);
    expect(tree.allows(tree.child(fumo, 'State')!, 'Exec')).toBe(false);
    expect(tree.merge(fumo, { DownloadAndUpdate: { PkgURL: 'http://h/p' } })).toEqual({ ok: true });
    expect(tree.merge(fumo, { State: 50 })).toMatchObject({ status: 405 });
    const devInfo = tree.instances(MOID.devInfo)[0]!.root;
    expect(tree.merge(devInfo, { Lang: 'fr' })).toMatchObject({ status: 405 });
    for (const moid of Object.values(MOID))
      expect(tree.remove(tree.instances(moid)[0]!.root)).toMatchObject({ status: 405 });
    expect(tree.addInstance(MOID.fumo, {})).toMatchObject({ status: 405 });
  });

  it('a server may keep notes below DMAcc/Ext', () => {
    const tree = population.treeOf(5);
    const root = tree.instances(MOID.dmAcc)[0]!.root;
    expect(tree.merge(root, { Ext: { group: 'a' }, Name: 'Mine' })).toEqual({ ok: true });
    expect(population.treeOf(5, tree.fold()).leaf(MOID.dmAcc, ['Ext', 'group'])).toBe('a');
  });
});
