/** Profile documents: what is accepted, and that a fault names the place and what belongs there. */
import { describe, expect, it } from 'vitest';
import { decodeProfile, decodeProfileDocument, decodeProfileMix } from './profile-document.ts';

type Document = Record<string, unknown>;
const devInfo = { Man: 'A', Mod: 'B', Lang: 'en', DevType: 'phone', OEM: 'A', FwV: '1', SwV: '1', HwV: '1' };
const object = {
  moid: 'urn:oma:mo:ext-acme-wlan:1.0',
  instanceName: 'wlan',
  access: ['Get', 'Add'],
  nodes: {
    Channel: { format: 'int', access: ['Get', 'Replace'] },
    Networks: { nodes: { '*': { occurrence: 'ZeroOrN(2)', access: ['Get', 'Delete'], format: 'chr' } } },
  },
  instances: { one: { Channel: 6, Networks: { a: 'home' } } },
};
const minimal = {
  name: 'acme',
  identity: { scheme: 'imei' },
  devInfo,
  browser: true,
  ui: { decisions: { accept: 1 }, thinkTime: '100ms' },
  exec: { duration: '1s', results: { 200: 9, 410: 1 } },
  objects: [object],
};
const withObject = (more: Document): Document => ({ ...minimal, objects: [{ ...object, ...more }] });

describe('a profile document', () => {
  it('may leave out what has a usual value', () => {
    expect(decodeProfile(minimal)).toMatchObject({
      ok: true,
      value: {
        name: 'acme',
        description: 'acme',
        mosOnOwnSessions: false,
        network: { name: 'lan' },
        latencies: {},
        ui: { decisions: { accept: 1, decline: 0, ignore: 0, leave: 0 } },
        exec: {
          duration: { kind: 'constant', ms: 1_000 },
          maxMs: 2_000,
          download: true,
          results: [
            { code: 200, weight: 9 },
            { code: 410, weight: 1 },
          ],
        },
        objects: [
          {
            root: {
              permanent: false,
              occurrence: { min: 0, max: Number.POSITIVE_INFINITY },
              nodes: {
                Channel: { format: 'int', permanent: true, occurrence: { min: 1, max: 1 } },
                Networks: {
                  access: ['Get'],
                  nodes: { '*': { permanent: false, occurrence: { min: 0, max: 2 } } },
                },
              },
            },
            instances: { one: { Channel: '6', Networks: { a: 'home' } } },
          },
        ],
      },
    });
  });

  it('without a browser needs no user', () => {
    const { ui, ...rest } = minimal;
    expect(ui).toBeDefined();
    expect(decodeProfile({ ...rest, browser: false }).ok).toBe(true);
    expect(decodeProfile(rest)).toMatchObject({ ok: false, fault: { path: '$.ui' } });
  });

  it.each<[string, unknown, string]>([
    ['$', 'text', 'an object'],
    ['$', null, 'an object'],
    ['$', [], 'an object'],
    ['$.colour', { ...minimal, colour: 'red' }, 'one of name, description, identity'],
    ['$.name', { ...minimal, name: 5 }, 'text (put it into quotes)'],
    ['$.identity.scheme', { ...minimal, identity: { scheme: 'esn' } }, 'one of imei, meid, vin, uuid'],
    [
      '$.identity.prefix',
      { ...minimal, identity: { scheme: 'vin', prefix: 'QQ' } },
      'letters without I, O and Q',
    ],
    ['$.devInfo.FwV', { ...minimal, devInfo: { ...devInfo, FwV: '{{firmware}}' } }, 'text with {{devId}}'],
    ['$.devInfo.Ext', { ...minimal, devInfo: { ...devInfo, Ext: 'x' } }, 'an object'],
    ['$.browser', { ...minimal, browser: 'yes' }, 'true or false'],
    [
      '$.ui.decisions.acept',
      { ...minimal, ui: { decisions: { acept: 1 }, thinkTime: '1s' } },
      'one of accept, decline, ignore, leave',
    ],
    [
      '$.ui.decisions',
      { ...minimal, ui: { decisions: { accept: 0 }, thinkTime: '1s' } },
      'at least one weight above 0',
    ],
    [
      '$.ui.decisions.accept',
      { ...minimal, ui: { decisions: { accept: -1, leave: 1 }, thinkTime: '1s' } },
      'a number from 0 on',
    ],
    ['$.ui.thinkTime', { ...minimal, ui: { decisions: { accept: 1 }, thinkTime: 'slow' } }, 'a distribution'],
    [
      '$.exec.results.600',
      { ...minimal, exec: { duration: '1s', results: { 600: 1 } } },
      'a FUMO result code',
    ],
    ['$.exec.max', { ...minimal, exec: { ...minimal.exec, max: 2 } }, 'text (put it into quotes)'],
    ['$.latencies.HGTE', { ...minimal, latencies: { HGTE: '1ms' } }, 'one of HGET'],
    ['$.network', { ...minimal, network: '5g' }, 'one of lan, wifi'],
    [
      '$.network.loss',
      { ...minimal, network: { name: 'x', roundTrip: '1ms', loss: 2 } },
      'a number from 0 to 0.5',
    ],
    ['$.showMode', { ...minimal, showMode: 'later' }, 'one of wait, launch'],
    ['$.objects', { ...minimal, objects: {} }, 'a list'],
    ['$.objects[1].moid', { ...minimal, objects: [object, object] }, 'an MO that is not there yet'],
    ['$.objects[0].moid', withObject({ moid: 'urn:oma:mo:oma-fumo:1.0' }), 'an MO that is not there yet'],
    ['$.objects[0].moid', withObject({ moid: 'wlan' }), 'a MOID such as'],
    [
      '$.objects[0].access[1]',
      withObject({ access: ['Get', 'Put'] }),
      'one of Add, Delete, Exec, Get, Replace',
    ],
    ['$.objects[0].occurrence', withObject({ occurrence: 'Often' }), 'One, ZeroOrOne'],
    ['$.objects[0].scope', withObject({ scope: 'fixed' }), 'one of permanent, dynamic'],
    [
      '$.objects[0].nodes.Channel.format',
      withObject({ nodes: { Channel: { format: 'integer' } } }),
      'one of null, b64',
    ],
    ['$.objects[0].nodes.a/b', withObject({ nodes: { 'a/b': { format: 'chr' } } }), 'the name of a node'],
    [
      '$.objects[0].nodes.C.occurrence',
      withObject({ nodes: { C: { format: 'chr', occurrence: 'ZeroOrMore' } } }),
      'One or ZeroOrOne',
    ],
    [
      '$.objects[0].instances.one.Chanel',
      withObject({ instances: { one: { Chanel: 6 } } }),
      'one of Channel, Networks',
    ],
    [
      '$.objects[0].instances.one.Channel',
      withObject({ instances: { one: { Channel: 'six' } } }),
      'a value of format int',
    ],
    [
      '$.objects[0].instances.one.Channel',
      withObject({ instances: { one: { Channel: '{{hex:1}}z' } } }),
      'a value of format int',
    ],
    [
      '$.objects[0].instances.one.Networks.a',
      withObject({ instances: { one: { Networks: { a: 1.5 } } } }),
      'format chr (put it into quotes)',
    ],
    [
      '$.objects[0].instances.one.Networks',
      withObject({ instances: { one: { Networks: { a: 'a', b: 'b', c: 'c' } } } }),
      '0 to 2 nodes',
    ],
    [
      '$.objects[0].instances',
      withObject({ occurrence: 'One', instances: { a: {}, b: {} } }),
      'at most 1 instances',
    ],
    ['$.objects[0].instances.(x)', withObject({ instances: { '(x)': {} } }), 'the name of an MO instance'],
  ])('is at fault at %s', (path, document, expected) => {
    const decoded = decodeProfile(document);
    expect(decoded).toMatchObject({ ok: false, fault: { path } });
    expect(decoded.ok ? '' : decoded.fault.expected).toContain(expected);
  });

  it('that contains itself is a fault, not a hang', () => {
    const nodes: Document = {};
    nodes['again'] = { nodes };
    expect(decodeProfile(withObject({ nodes }))).toMatchObject({
      ok: false,
      fault: { expected: 'at most 16 levels of nodes' },
    });
  });
});

describe('a mix', () => {
  it('names profiles with weights', () => {
    expect(decodeProfileDocument({ name: 'm', profiles: { a: 2, b: 0.5 } })).toEqual({
      ok: true,
      value: {
        kind: 'mix',
        mix: {
          name: 'm',
          description: 'm',
          profiles: [
            { name: 'a', weight: 2 },
            { name: 'b', weight: 0.5 },
          ],
        },
      },
    });
    expect(decodeProfileMix({ name: 'm', profiles: { a: 'many' } })).toMatchObject({
      fault: { path: '$.profiles.a' },
    });
    expect(decodeProfileMix({ name: 'm', profiles: {} })).toMatchObject({ fault: { path: '$.profiles' } });
  });
});

describe('the network and the latencies of a profile', () => {
  const withNetwork = (network: unknown): Document => ({ ...minimal, network });

  it('a network is a name, or described by itself', () => {
    expect(decodeProfile(withNetwork('lte'))).toMatchObject({
      ok: true,
      value: { network: { name: 'lte', bearer: 'cellular' } },
    });
    const own = {
      name: 'mine',
      roundTrip: 'exp(mean=30ms,max=1s)',
      upBitsPerSecond: 64_000,
      retransmission: '500ms',
    };
    const decoded = decodeProfile(withNetwork(own));
    expect(decoded.ok && decoded.value.network).toEqual({
      name: 'mine',
      bearer: 'wireline',
      roundTrip: { kind: 'exp', meanMs: 30, maxMs: 1_000 },
      jitter: { kind: 'constant', ms: 0 },
      upBitsPerSecond: 64_000,
      downBitsPerSecond: 1e9,
      loss: 0,
      retransmissionMs: 500,
      breakShare: 0,
    });
    expect(decodeProfile(withNetwork({ name: 'mine' }))).toMatchObject({
      fault: { path: '$.network.roundTrip' },
    });
    expect(decodeProfile(withNetwork({ ...own, upBitsPerSecond: 0 }))).toMatchObject({
      fault: { path: '$.network.upBitsPerSecond' },
    });
  });

  it('latencies are by command, or for all', () => {
    const decoded = decodeProfile({ ...minimal, latencies: { HGET: '5ms', all: '1s' } });
    expect(decoded.ok && decoded.value.latencies).toEqual({
      HGET: { kind: 'constant', ms: 5 },
      all: { kind: 'constant', ms: 1_000 },
    });
    expect(decodeProfile({ ...minimal, latencies: { ui_think: '1s' } })).toMatchObject({
      fault: { code: 'profile_invalid', path: '$.latencies.ui_think' },
    });
  });
});
