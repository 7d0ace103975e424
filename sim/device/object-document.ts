/** Management Objects as a profile document writes them: a DDF's properties in YAML, and the instances' values. */
import { canonicalMoid } from '../protocol/moid.ts';
import { type DocumentReader, type Members } from './document-reader.ts';
import { leafText } from './leaf-format.ts';
import {
  ACCESS_TYPES,
  type AccessType,
  ANY_NAME,
  type Format,
  FORMATS,
  type InitialData,
  isNodeName,
  type NodeDefinition,
  type ObjectDefinition,
  type Occurrence,
  ONE,
  parseOccurrence,
  ZERO_OR_MORE,
} from './mo-definition.ts';
import { MOID } from './standard-objects.ts';
import { type DeviceFacts, parseValue, resolveValue } from './value-template.ts';

const NODE = ['access', 'occurrence', 'scope'] as const;
const LEAF = [...NODE, 'format', 'value'] as const;
const INTERIOR = [...NODE, 'nodes'] as const;
const OBJECT = [...INTERIOR, 'moid', 'ddf', 'instanceName', 'instances'] as const;
/** Levels of nodes in one MO. */
const DEEPEST = 16;

/** The MOs of one profile. */
export function readObjects(
  reader: DocumentReader,
  value: unknown,
  path: string,
): readonly ObjectDefinition[] {
  const known = new Set<string>(Object.values(MOID));
  return reader.list(value, path).map((entry, index) => {
    const object = readObject(reader, entry, `${path}[${index}]`);
    if (known.has(object.moid))
      reader.refuse(`${path}[${index}].moid`, object.moid, 'an MO that is not there yet');
    known.add(object.moid);
    return object;
  });
}

function readObject(reader: DocumentReader, value: unknown, path: string): ObjectDefinition {
  const members = reader.members(value, path, OBJECT);
  const moid = reader.text(members['moid'], `${path}.moid`);
  if (canonicalMoid(moid) !== moid)
    reader.refuse(`${path}.moid`, moid, 'a MOID such as urn:oma:mo:ext-acme-wlan:1.0');
  const instanceName = reader.text(members['instanceName'], `${path}.instanceName`);
  if (!isNodeName(`${instanceName}1`))
    reader.refuse(`${path}.instanceName`, instanceName, 'the name of a node');
  const root: NodeDefinition = {
    ...readProperties(reader, members, path, ZERO_OR_MORE),
    nodes: readNodes(reader, members['nodes'], `${path}.nodes`, 1),
  };
  const instances: Record<string, InitialData> = {};
  const given = Object.entries(reader.anyMembers(members['instances'] ?? {}, `${path}.instances`));
  for (const [miid, data] of given) {
    const place = `${path}.instances.${miid}`;
    if (!isNodeName(miid)) reader.refuse(place, miid, 'the name of an MO instance');
    else instances[miid] = readData(reader, root, data, place);
  }
  if (given.length > root.occurrence.max)
    reader.refuse(`${path}.instances`, given.length, `at most ${root.occurrence.max} instances`);
  const ddf = members['ddf'];
  return {
    moid,
    instanceName,
    root,
    instances,
    ...(ddf === undefined ? {} : { ddf: reader.text(ddf, `${path}.ddf`) }),
  };
}

function readNode(
  reader: DocumentReader,
  value: unknown,
  path: string,
  usual: Occurrence,
  depth: number,
): NodeDefinition {
  const interior = 'nodes' in reader.anyMembers(value, path);
  const members = reader.members(value, path, interior ? INTERIOR : LEAF);
  const properties = readProperties(reader, members, path, usual);
  if (depth > DEEPEST) reader.refuse(path, value, `at most ${DEEPEST} levels of nodes`);
  else if (interior)
    return { ...properties, nodes: readNodes(reader, members['nodes'], `${path}.nodes`, depth + 1) };
  const format = reader.choice(members['format'], `${path}.format`, FORMATS, 'chr');
  const standard = members['value'];
  return {
    ...properties,
    format,
    ...(standard === undefined ? {} : { value: readLeaf(reader, format, standard, `${path}.value`) }),
  };
}

function readNodes(
  reader: DocumentReader,
  value: unknown,
  path: string,
  depth: number,
): Readonly<Record<string, NodeDefinition>> {
  const nodes: Record<string, NodeDefinition> = {};
  for (const [name, definition] of Object.entries(reader.anyMembers(value, path))) {
    const place = `${path}.${name}`;
    const unnamed = name === ANY_NAME;
    if (!unnamed && !isNodeName(name)) {
      reader.refuse(place, name, `the name of a node, or ${ANY_NAME} for any name`);
      continue;
    }
    const node = readNode(reader, definition, place, unnamed ? ZERO_OR_MORE : ONE, depth);
    if (!unnamed && node.occurrence.max > 1)
      reader.refuse(`${place}.occurrence`, name, 'One or ZeroOrOne for a node with a name of its own');
    nodes[name] = node;
  }
  return nodes;
}

/** Left out: access Get, the usual occurrence, and permanent unless a server may add or delete the node. */
function readProperties(
  reader: DocumentReader,
  members: Members,
  path: string,
  usual: Occurrence,
): Pick<NodeDefinition, 'access' | 'occurrence' | 'permanent'> {
  const { access = ['Get'], occurrence, scope } = members;
  const types = reader
    .list(access, `${path}.access`)
    .map((type, index): AccessType => reader.choice(type, `${path}.access[${index}]`, ACCESS_TYPES, 'Get'));
  const place = `${path}.occurrence`;
  return {
    access: types,
    occurrence:
      occurrence === undefined
        ? usual
        : reader.take(parseOccurrence(reader.text(occurrence, place), place), usual),
    permanent:
      scope === undefined
        ? !types.includes('Add') && !types.includes('Delete')
        : reader.choice(scope, `${path}.scope`, ['permanent', 'dynamic'], 'dynamic') === 'permanent',
  };
}

/** An instance's values, checked against its definition. */
function readData(reader: DocumentReader, node: NodeDefinition, value: unknown, path: string): InitialData {
  if (node.format !== undefined) return readLeaf(reader, node.format, value, path);
  const data: Record<string, InitialData> = {};
  const { nodes = {} } = node;
  let unnamed = 0;
  for (const [name, child] of Object.entries(reader.anyMembers(value, path))) {
    const named = Object.hasOwn(nodes, name) && name !== ANY_NAME ? nodes[name] : undefined;
    const definition = named ?? nodes[ANY_NAME];
    if (definition === undefined || !isNodeName(name)) {
      reader.refuse(`${path}.${name}`, child, `one of ${Object.keys(nodes).join(', ')}`);
      continue;
    }
    if (named === undefined) unnamed++;
    data[name] = readData(reader, definition, child, `${path}.${name}`);
  }
  const { occurrence } = nodes[ANY_NAME] ?? { occurrence: ZERO_OR_MORE };
  if (unnamed > occurrence.max || unnamed < occurrence.min)
    reader.refuse(path, value, `${occurrence.min} to ${occurrence.max} nodes of any name`);
  return data;
}

/** Stand-in for a device, to see what a value with `{{…}}` may become. */
const SOME_DEVICE: DeviceFacts = { seed: 1, index: 1, fact: () => '1' };

/** A leaf's text in its format's normal form; of a value with `{{…}}` one outcome is tried. */
function readLeaf(reader: DocumentReader, format: Format, value: unknown, path: string): string {
  const expected = `a value of format ${format}${format === 'chr' && typeof value === 'number' ? ' (put it into quotes)' : ''}`;
  if (typeof value === 'object' && value !== null) {
    reader.refuse(path, value, expected);
    return '';
  }
  if (typeof value === 'string' && value.includes('{{')) {
    const template = reader.take(parseValue(value, path), '');
    const sample = typeof template === 'string' ? '' : resolveValue(template, SOME_DEVICE, 0);
    if (typeof template !== 'string' && leafText(format, sample) === undefined)
      reader.refuse(path, value, expected);
    return value;
  }
  const known =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
  const text = known ? leafText(format, value) : undefined;
  if (text === undefined) reader.refuse(path, value, expected);
  return text ?? '';
}
