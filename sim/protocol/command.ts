/** The twelve DM Commands of Package#2 (TS 7, protocol.md section 4). */
import { parseClientUri, type ClientUri } from './client-uri.ts';
import { excerpt, fail, ok, type Fault, type Result } from './fault.ts';
import { canonicalMoid } from './moid.ts';
import { parseServerUri, withoutUserInformation } from './server-uri.ts';

export const COMMAND_NAMES = [
  'HGET',
  'HPUT',
  'HPOST',
  'DELETE',
  'EXEC',
  'GET',
  'SHOW',
  'CONT',
  'END',
  'DEFAULT',
  'SUB',
  'UNSUB',
] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

/** An absolute `http` or `https` URI, as delivered. */
export type ServerUri = string;

/** A command that can be executed: its parameters are complete and of the right kinds. */
export type ExecutableCommand =
  | { readonly name: 'HGET'; readonly serverUri: ServerUri; readonly clientUri?: ClientUri }
  | {
      readonly name: 'HPUT' | 'HPOST';
      readonly serverUri: ServerUri;
      /** At least one. */
      readonly clientUris: readonly ClientUri[];
    }
  | { readonly name: 'DELETE'; readonly clientUri: ClientUri }
  | { readonly name: 'EXEC'; readonly clientUri: ClientUri; readonly serverUri?: ServerUri }
  | {
      readonly name: 'GET';
      /** At least one. */
      readonly clientUris: readonly ClientUri[];
    }
  | { readonly name: 'SHOW'; readonly serverUri: ServerUri }
  | { readonly name: 'CONT'; readonly serverUri: ServerUri }
  | { readonly name: 'END' }
  | {
      readonly name: 'DEFAULT';
      readonly serverUri: ServerUri;
      /** With `urn:` in front, even where it was delivered without. */
      readonly moid: string;
    }
  | { readonly name: 'SUB'; readonly serverUri: ServerUri; readonly clientUri: ClientUri }
  | { readonly name: 'UNSUB'; readonly clientUri: ClientUri };

/** A known command whose parameters are missing, not strings or of the wrong kind: status 400. */
export interface MalformedCommand {
  readonly name: 'malformed';
  readonly command: CommandName;
  readonly fault: Fault;
}

/** A word that is no DM Command, or an entry without one: status 501. */
export interface UnknownCommand {
  readonly name: 'unknown';
  /** The word, shortened to 80 characters, or a description of what stood in its place. */
  readonly word: string;
}

export type DmCommand = ExecutableCommand | MalformedCommand | UnknownCommand;

/** The name under which a command is counted: its own, or `unknown`. */
export type CountedCommand = CommandName | 'unknown';

export function countedName(command: DmCommand): CountedCommand {
  return command.name === 'malformed' ? command.command : command.name;
}

const END: ExecutableCommand = { name: 'END' };

/**
 * Reads one entry of `CMD`, which stands at `path` (`$.CMD[3]`); names are written in capitals, exactly.
 *
 * Parameters stand in the order of protocol.md section 4, and each must be of the kind that belongs there, told by its
 * scheme. Liberal: parameters behind the last one that a command knows are not looked at.
 * Faults within a malformed command: `parameter_missing`, `parameter_not_a_string`, `server_uri_invalid`,
 * `moid_invalid`, and those of {@link parseClientUri}.
 */
export function decodeCommand(entry: unknown, path: string): DmCommand {
  if (!Array.isArray(entry))
    return {
      name: 'unknown',
      word: excerpt(typeof entry === 'string' ? withoutUserInformation(entry) : entry),
    };
  const list: readonly unknown[] = entry;
  const word = list[0];
  if (typeof word !== 'string') return { name: 'unknown', word: excerpt(word) };
  switch (word) {
    case 'HGET': {
      const serverUri = serverUriAt(list, 1, path);
      if (!serverUri.ok) return malformed(word, serverUri.fault);
      if (list.length < 3) return { name: word, serverUri: serverUri.value };
      const clientUri = clientUriAt(list, 2, path);
      if (!clientUri.ok) return malformed(word, clientUri.fault);
      return { name: word, serverUri: serverUri.value, clientUri: clientUri.value };
    }
    case 'HPUT':
    case 'HPOST': {
      const serverUri = serverUriAt(list, 1, path);
      if (!serverUri.ok) return malformed(word, serverUri.fault);
      const clientUris = clientUrisFrom(list, 2, path);
      if (!clientUris.ok) return malformed(word, clientUris.fault);
      return { name: word, serverUri: serverUri.value, clientUris: clientUris.value };
    }
    case 'GET': {
      const clientUris = clientUrisFrom(list, 1, path);
      return clientUris.ok ? { name: word, clientUris: clientUris.value } : malformed(word, clientUris.fault);
    }
    case 'EXEC': {
      const clientUri = clientUriAt(list, 1, path);
      if (!clientUri.ok) return malformed(word, clientUri.fault);
      if (list.length < 3) return { name: word, clientUri: clientUri.value };
      const serverUri = serverUriAt(list, 2, path);
      if (!serverUri.ok) return malformed(word, serverUri.fault);
      return { name: word, clientUri: clientUri.value, serverUri: serverUri.value };
    }
    case 'SUB': {
      const serverUri = serverUriAt(list, 1, path);
      if (!serverUri.ok) return malformed(word, serverUri.fault);
      const clientUri = clientUriAt(list, 2, path);
      if (!clientUri.ok) return malformed(word, clientUri.fault);
      return { name: word, serverUri: serverUri.value, clientUri: clientUri.value };
    }
    case 'DEFAULT': {
      const serverUri = serverUriAt(list, 1, path);
      if (!serverUri.ok) return malformed(word, serverUri.fault);
      const moid = moidAt(list, 2, path);
      if (!moid.ok) return malformed(word, moid.fault);
      return { name: word, serverUri: serverUri.value, moid: moid.value };
    }
    case 'DELETE':
    case 'UNSUB': {
      const clientUri = clientUriAt(list, 1, path);
      return clientUri.ok ? { name: word, clientUri: clientUri.value } : malformed(word, clientUri.fault);
    }
    case 'SHOW':
    case 'CONT': {
      const serverUri = serverUriAt(list, 1, path);
      return serverUri.ok ? { name: word, serverUri: serverUri.value } : malformed(word, serverUri.fault);
    }
    case 'END':
      return END;
    default:
      return { name: 'unknown', word: withoutUserInformation(word).slice(0, 80) };
  }
}

/** The command's wire form: its name, then its parameters in order. */
export function encodeCommand(command: ExecutableCommand): readonly string[] {
  switch (command.name) {
    case 'HGET':
      return command.clientUri === undefined
        ? [command.name, command.serverUri]
        : [command.name, command.serverUri, command.clientUri.text];
    case 'HPUT':
    case 'HPOST':
      return [command.name, command.serverUri, ...command.clientUris.map(({ text }) => text)];
    case 'GET':
      return [command.name, ...command.clientUris.map(({ text }) => text)];
    case 'EXEC':
      return command.serverUri === undefined
        ? [command.name, command.clientUri.text]
        : [command.name, command.clientUri.text, command.serverUri];
    case 'SUB':
      return [command.name, command.serverUri, command.clientUri.text];
    case 'DEFAULT':
      return [command.name, command.serverUri, command.moid];
    case 'DELETE':
    case 'UNSUB':
      return [command.name, command.clientUri.text];
    case 'SHOW':
    case 'CONT':
      return [command.name, command.serverUri];
    case 'END':
      return [command.name];
    default:
      return command satisfies never;
  }
}

function malformed(command: CommandName, fault: Fault): MalformedCommand {
  return { name: 'malformed', command, fault };
}

function stringAt(list: readonly unknown[], i: number, path: string, expected: string): Result<string> {
  const value = list[i];
  if (typeof value === 'string') return ok(value);
  const code = i < list.length ? 'parameter_not_a_string' : 'parameter_missing';
  return fail(code, `${path}[${i}]`, i < list.length ? value : undefined, expected);
}

function serverUriAt(list: readonly unknown[], i: number, path: string): Result<ServerUri> {
  const text = stringAt(list, i, path, 'a ServerURI');
  if (!text.ok) return text;
  const parts = parseServerUri(text.value, `${path}[${i}]`);
  return parts.ok ? text : parts;
}

function clientUriAt(list: readonly unknown[], i: number, path: string): Result<ClientUri> {
  const text = stringAt(list, i, path, 'a ClientURI');
  return text.ok ? parseClientUri(text.value, `${path}[${i}]`) : text;
}

function clientUrisFrom(list: readonly unknown[], from: number, path: string): Result<readonly ClientUri[]> {
  const clientUris: ClientUri[] = [];
  for (let i = from; i < list.length || i === from; i++) {
    const clientUri = clientUriAt(list, i, path);
    if (!clientUri.ok) return clientUri;
    clientUris.push(clientUri.value);
  }
  return ok(clientUris);
}

function moidAt(list: readonly unknown[], i: number, path: string): Result<string> {
  const text = stringAt(list, i, path, 'a MOID');
  if (!text.ok) return text;
  const moid = canonicalMoid(text.value);
  return moid === undefined
    ? fail(
        'moid_invalid',
        `${path}[${i}]`,
        withoutUserInformation(text.value),
        'a MOID: urn:oma:mo:<name>:<version>',
      )
    : ok(moid);
}
