/** Package#2: the DM Server's commands (CR 6.2 step 2). */
import { decodeCommand, encodeCommand, type DmCommand, type ExecutableCommand } from './command.ts';
import { describeFault, fail, fault, ok, type Fault, type Result } from './fault.ts';
import { DEFAULT_MAX_DEPTH, isArray, isJsonObject, parseJson } from './json.ts';
import { withoutUserInformation } from './server-uri.ts';
import { utf8Length } from './utf8.ts';
import { type Violation, type ViolationRule } from './violation.ts';

export interface Package2 {
  /** In the order delivered. */
  readonly commands: readonly DmCommand[];
  /** An END stands in the package: its commands are executed, no Package#3 follows. */
  readonly ends: boolean;
  /**
   * What the server did wrong without making the package unreadable, one entry an occurrence. The example is that of
   * a rule's first occurrence in the package: a server that breaks it ten thousand times costs one.
   */
  readonly violations: readonly Violation[];
}

export interface Package2Limits {
  /** Bytes of the decoded (unzipped) body; the transport cuts earlier. */
  readonly maxBytes: number;
  /** Nesting of arrays and objects. */
  readonly maxDepth: number;
}

export const DEFAULT_PACKAGE2_LIMITS: Package2Limits = { maxBytes: 1_048_576, maxDepth: DEFAULT_MAX_DEPTH };

/** `{"CMD":[["HGET","https://…"],["END"]]}`. */
export function encodePackage2(commands: readonly ExecutableCommand[]): string {
  return JSON.stringify({ CMD: commands.map(encodeCommand) });
}

/**
 * Reads a Package#2. A package that cannot be read is a fault whose code is a {@link ViolationRule}:
 * `package2.too_large`, `package2.too_deep`, `package2.invalid_json`, `package2.not_an_object`,
 * `package2.cmd_missing`, `package2.cmd_not_an_array`. Everything else that is wrong stands in `violations`, and every
 * entry of `CMD` becomes a command: one that cannot be executed is `malformed` (400) or `unknown` (501).
 */
export function decodePackage2(
  text: string,
  limits: Package2Limits = DEFAULT_PACKAGE2_LIMITS,
): Result<Package2> {
  // A character takes three bytes at most, so that most texts need no counting.
  if (text.length * 3 > limits.maxBytes && utf8Length(text) > limits.maxBytes)
    return fail('package2.too_large', '$', utf8Length(text), `at most ${limits.maxBytes} bytes`);
  const parsed = parseJson(text, 'package2', limits.maxDepth);
  if (!parsed.ok) return parsed;
  const body = parsed.value;
  if (!isJsonObject(body)) return fail('package2.not_an_object', '$', body, 'an object with CMD');
  const entries = body['CMD'];
  if (entries === undefined) return fail('package2.cmd_missing', '$.CMD', entries, 'an array of commands');
  if (!isArray(entries)) return fail('package2.cmd_not_an_array', '$.CMD', entries, 'an array of commands');
  return ok(readCommands(entries));
}

/** A violation that shows a fault in one line. */
export function violationOf(rule: ViolationRule, found: Fault): Violation {
  const line = describeFault(found);
  return { rule, example: line.length > 200 ? `${line.slice(0, 199)}…` : line };
}

function readCommands(entries: readonly unknown[]): Package2 {
  const commands: DmCommand[] = [];
  const violations = new ViolationList();
  let ends = false;
  if (entries.length === 0)
    violations.add('package2.empty', () => fault('empty', '$.CMD', entries, 'at least one command'));
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    const path = `$.CMD[${i}]`;
    const command = decodeCommand(entry, path);
    commands.push(command);
    if (command.name === 'malformed') violations.add('package2.malformed_command', () => command.fault);
    else if (command.name === 'unknown') {
      if (!Array.isArray(entry))
        violations.add('package2.command_not_an_array', () => notAnArray(path, entry));
      else violations.add('package2.unknown_command', () => noCommand(path, entry[0]));
    }
    if (ends) violations.add('package2.command_behind_end', () => behindEnd(path, entry));
    if (command.name === 'END') ends = true;
  }
  return { commands, ends, violations: violations.list };
}

/** Repeats the violation of a rule's first occurrence. */
class ViolationList {
  readonly list: Violation[] = [];
  private readonly firsts: Violation[] = [];

  add(rule: ViolationRule, describe: () => Fault): void {
    let violation = this.firsts.find((first) => first.rule === rule);
    if (violation === undefined) {
      violation = violationOf(rule, describe());
      this.firsts.push(violation);
    }
    this.list.push(violation);
  }
}

function notAnArray(path: string, entry: unknown): Fault {
  return fault('command_not_an_array', path, shown(entry), 'an array of strings');
}

function noCommand(path: string, word: unknown): Fault {
  return fault('unknown_command', `${path}[0]`, shown(word), 'the name of a DM Command');
}

function behindEnd(path: string, entry: unknown): Fault {
  return fault('command_behind_end', path, shown(isArray(entry) ? entry[0] : entry), 'nothing behind END');
}

function shown(found: unknown): unknown {
  return typeof found === 'string' ? withoutUserInformation(found) : found;
}
