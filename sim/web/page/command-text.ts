/** A DM Command in words: its name, and its parameters as delivered. */
import { type DmCommand, encodeCommand } from '../../protocol/command.ts';
import { describeFault } from '../../protocol/fault.ts';

export function commandName(command: DmCommand): string {
  if (command.name === 'unknown') return command.word;
  return command.name === 'malformed' ? command.command : command.name;
}

/** The parameters, one a space apart; what is wrong instead where the command cannot be executed. */
export function commandText(command: DmCommand): string {
  if (command.name === 'unknown') return 'no DM Command';
  if (command.name === 'malformed') return `malformed: ${describeFault(command.fault)}`;
  return encodeCommand(command).slice(1).join(' ');
}
