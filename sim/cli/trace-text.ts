/** One step of a traced session as lines for people. */
import { type DmCommand, encodeCommand } from '../protocol/command.ts';

import { describeFault } from '../protocol/fault.ts';
import { type TraceEvent, type TraceHeaders } from '../transport/trace.ts';

const BODY_SHOWN = 4_000;

/** `#0     12.3 ms  step 1  → Package#1 POST http://…`: the device, when in its session, what; details indented below. */
export function traceText(device: number, event: TraceEvent): string {
  const [head, ...rest] = lines(event);
  const lead = `#${device} ${event.atMs.toFixed(1).padStart(9)} ms  `;
  return [lead + (head ?? ''), ...rest.map((line) => `${' '.repeat(lead.length + 2)}${line}`)].join('\n');
}

function lines(event: TraceEvent): readonly string[] {
  switch (event.kind) {
    case 'session_started':
      return [`── session, trigger ${event.trigger} ──`];
    case 'package_sent':
      return [
        `step ${event.package === 1 ? 1 : 4}  → Package#${event.package}  POST ${event.uri}`,
        ...headerLines(event.headers),
        ...bodyLines(event.body),
      ];
    case 'package_answered':
      return [
        `step 2  ← ${event.status} after ${ms(event.turnaroundMs)}${event.connectMs === undefined ? '' : ` (connected in ${ms(event.connectMs)})`}`,
        ...headerLines(event.headers),
        ...bodyLines(event.body),
      ];
    case 'package_unanswered':
      return [`step 2  ← no answer: ${event.failure} (${event.detail})`];
    case 'command_started':
      return [`step 3    ${commandText(event.command)}`];
    case 'command_ended':
      return [`          ${nameOf(event.command)} → ${event.sc} in ${ms(event.ms)}`];
    case 'command_cut':
      return [`          ${nameOf(event.command)} → cut`];
    case 'transfer':
      return [
        `            ${event.method} ${event.uri} → ${event.answer}, ${event.bytes} bytes in ${ms(event.ms)}`,
      ];
    case 'page_shown':
      return [`            page ${event.uri} → ${event.status} ${JSON.stringify(event.title)}`];
    case 'ui_session_ended':
      return [`            UI Session ${event.outcome} after ${ms(event.ms)}`];
    case 'waited':
      return [`            ${event.reason === 'exec' ? 'worked' : 'simulated latency'} ${ms(event.ms)}`];
    case 'violation':
      return [`        ! ${event.violation.rule}: ${event.violation.example}`];
    case 'session_ended':
      return [
        `── ${event.outcome}: ${event.reason}${event.detail === undefined ? '' : ` (${event.detail})`} ──`,
      ];
    default:
      return event satisfies never;
  }
}

function commandText(command: DmCommand): string {
  if (command.name === 'unknown') return `${JSON.stringify(command.word)} (no DM Command)`;
  if (command.name === 'malformed') return `${command.command} (malformed: ${describeFault(command.fault)})`;
  return encodeCommand(command).join(' ');
}

function nameOf(command: DmCommand): string {
  if (command.name === 'unknown') return JSON.stringify(command.word);
  return command.name === 'malformed' ? command.command : command.name;
}

function headerLines(headers: TraceHeaders): readonly string[] {
  return headers.map(([name, value]) => `${name}: ${value}`);
}

/** JSON is laid out, anything else is shown as it is; long bodies are shortened. */
function bodyLines(body: string): readonly string[] {
  if (body === '') return [];
  let shown = body;
  try {
    shown = JSON.stringify(JSON.parse(body), undefined, 1).replace(/\n\s*/g, ' ');
  } catch {
    // not JSON: shown as it came, without what would steer a terminal
    shown = body.replace(/[^\x20-\x7e\n\u00a0-\uffff]/g, '·');
  }
  const cut =
    shown.length > BODY_SHOWN ? `${shown.slice(0, BODY_SHOWN)} … (${body.length} characters)` : shown;
  return cut.split('\n');
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}
