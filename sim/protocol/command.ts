/** The twelve DM Commands of Package#2 (TS 7, protocol.md section 4). */
import { type ClientUri } from './client-uri.ts';
import { type Fault } from './fault.ts';

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
  | { readonly name: 'GET'; readonly clientUris: readonly ClientUri[] }
  | { readonly name: 'SHOW'; readonly serverUri: ServerUri }
  | { readonly name: 'CONT'; readonly serverUri: ServerUri }
  | { readonly name: 'END' }
  | { readonly name: 'DEFAULT'; readonly serverUri: ServerUri; readonly moid: string }
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
  readonly word: string;
}

export type DmCommand = ExecutableCommand | MalformedCommand | UnknownCommand;

/** The name under which a command is counted: its own, or `unknown`. */
export type CountedCommand = CommandName | 'unknown';

export function countedName(command: DmCommand): CountedCommand {
  return command.name === 'malformed' ? command.command : command.name;
}
