/** A small management tree for tests: an MO that servers may change, one that is the device's own, one never exposed. */
import { expect } from 'vitest';
import { parseClientUri } from '../../protocol/client-uri.ts';
import { type MoData } from '../../protocol/mo.ts';
import {
  type AccessType,
  type NodeDefinition,
  type ObjectDefinition,
  ONE,
  ZERO_OR_ONE,
} from '../mo-definition.ts';
import { compileTemplate } from '../mo-template.ts';
import { MoTree, type TreeMemory, type TreeNode } from '../mo-tree.ts';
import { type DeviceFacts } from '../value-template.ts';

export const WLAN = 'urn:oma:mo:ext-acme-wlan:1.0';
export const STATE = 'urn:oma:mo:ext-acme-state:1.0';
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

export const template = compileTemplate([wlan, state, hidden]);

export function factsOf(index = 1, serverUri = 'http://dms.example:8080/dm'): DeviceFacts {
  return {
    seed: 7,
    index,
    fact: (name) => (name === 'devId' ? `D${index}` : name === 'serverUri' ? serverUri : ''),
  };
}
export const treeOf = (memory?: TreeMemory): MoTree => new MoTree(template, factsOf(), memory);

export function at(tree: MoTree, address: string): TreeNode {
  const uri = parseClientUri(address);
  const matches = uri.ok ? tree.resolve(uri.value) : [];
  expect(matches, address).toHaveLength(1);
  return matches[0]!.node;
}
export const matches = (tree: MoTree, address: string): number => {
  const uri = parseClientUri(address);
  return uri.ok ? tree.resolve(uri.value).length : -1;
};
export const read = (tree: MoTree, address: string): MoData | undefined => tree.read(at(tree, address));
