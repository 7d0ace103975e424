/** A step's Package#2, encoded once: what is the same for every device is never rendered again. */
import { decodeCommand, type ExecutableCommand } from '../protocol/command.ts';
import { encodePackage2 } from '../protocol/package2.ts';
import { type Result, fail, ok } from '../protocol/fault.ts';
import { type CommandIndex, commandIndex } from './ledger-book.ts';
import { type CommandTemplate } from './plan.ts';

/** Names that may stand in `{{…}}`. */
export const TEMPLATE_NAMES = ['server', 'devId', 'session'] as const;
/** Stands for the server's base URL while a campaign is checked. */
export const SAMPLE_BASE = 'http://dm.example';
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** Stand-ins for what differs between devices: legal in any URI, and nobody writes them. */
const DEVICE_MARK = 'zq0device0qz';
const SESSION_MARK = 'zq0session0qz';
const MARKS = /(zq0device0qz|zq0session0qz)/;

/** Text with places for a device's DevID (percent-encoded) and the number of its session. */
export class DeviceText {
  private readonly parts: readonly string[];

  constructor(marked: string) {
    this.parts = marked.split(MARKS);
  }

  render(encodedDevId: string, session: number): string {
    let text = this.parts[0] ?? '';
    for (let i = 1; i < this.parts.length; i++) {
      const part = this.parts[i] ?? '';
      text += part === DEVICE_MARK ? encodedDevId : part === SESSION_MARK ? String(session) : part;
    }
    return text;
  }
}

/** A Package#2 ready to be sent. */
export interface PackageTemplate {
  readonly body: DeviceText;
  /** In order; what the ledger counts. */
  readonly commands: readonly CommandIndex[];
  /** Where SHOWs lead. */
  readonly shows: readonly DeviceText[];
  /** Where the session goes on, when a CONT leads to this server: path and query. */
  readonly continuesAt: DeviceText | undefined;
  /** The package has a CONT at all. */
  readonly moves: boolean;
  readonly ends: boolean;
}

/**
 * Encodes a step's commands.
 * @param base the server's public base URL, without slash at the end
 * Faults at `path`: `campaign_template` (an unknown name in braces), `campaign_command` (unknown command, parameters
 * missing or of the wrong kind).
 */
export function packageTemplate(
  templates: readonly CommandTemplate[],
  base: string,
): Result<PackageTemplate> & { readonly index?: number } {
  const commands: ExecutableCommand[] = [];
  for (const [index, template] of templates.entries()) {
    const words: string[] = [];
    for (const word of template) {
      const filled = fillTemplate(word, base);
      if (!filled.ok) return { ...filled, index };
      words.push(filled.value);
    }
    const command = decodeCommand(words, 'cmd');
    if (command.name === 'unknown')
      return { ...fail('campaign_command', 'cmd', template[0], 'one of the twelve DM Commands'), index };
    if (command.name === 'malformed') return { ok: false, fault: command.fault, index };
    commands.push(command);
  }
  const moved = commands.findLast((command) => command.name === 'CONT');
  return ok({
    body: new DeviceText(encodePackage2(commands)),
    commands: commands.map((command) => commandIndex(command.name)),
    shows: commands.flatMap((command) =>
      command.name === 'SHOW' ? [new DeviceText(command.serverUri)] : [],
    ),
    moves: moved !== undefined,
    continuesAt: moved?.serverUri.startsWith(`${base}/`)
      ? new DeviceText(moved.serverUri.slice(base.length))
      : undefined,
    ends: commands.some((command) => command.name === 'END'),
  });
}

/** `{{server}}` filled in, the others as marks. */
export function fillTemplate(text: string, base: string): Result<string> {
  if (MARKS.test(text)) return fail('campaign_template', 'cmd', text, 'a text without reserved words');
  let unknown: string | undefined;
  const filled = text.replace(PLACEHOLDER, (_, inner: string) => {
    switch (inner.trim()) {
      case 'server':
        return base;
      case 'devId':
        return DEVICE_MARK;
      case 'session':
        return SESSION_MARK;
      default:
        unknown = inner;
        return '';
    }
  });
  return unknown === undefined
    ? ok(filled)
    : fail('campaign_template', 'cmd', unknown, `{{${TEMPLATE_NAMES.join('}}, {{')}}}`);
}
