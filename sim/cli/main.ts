/** Entry of all commands: runs one and turns its result, or its failure, into an exit code. */
import { type CommandContext } from './command-context.ts';
import { EXIT, type ExitCode, UsageError } from './exit-code.ts';
import { serverCommand } from './server-command.ts';
import { swarmCommand } from './swarm-command.ts';

type Command = (argv: readonly string[], context: CommandContext) => Promise<ExitCode>;

const COMMANDS: Readonly<Record<string, Command>> = { swarm: swarmCommand, server: serverCommand };

/** Runs `command` and ends the process with its exit code (see exit-code.ts). */
export async function main(command: string, argv: readonly string[], context: CommandContext): Promise<void> {
  process.exit(await run(command, argv, context));
}

async function run(command: string, argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  try {
    const chosen = COMMANDS[command];
    if (chosen === undefined)
      throw new UsageError(
        `${JSON.stringify(command)} is no command, expected one of ${Object.keys(COMMANDS).join(', ')}`,
      );
    return await chosen(argv, context);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`dm-swarm ${command}: ${error.message}\n`);
      return EXIT.usage;
    }
    process.stderr.write(
      `dm-swarm ${command}: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return EXIT.internal;
  }
}
