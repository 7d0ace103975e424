/** What a run had to tell besides its numbers: one example of everything that went wrong. */
import { type FleetObserver } from '../fleet/fleet.ts';
import { type Violation } from '../protocol/violation.ts';
import { type TraceEvent } from '../transport/trace.ts';
import { type Terminal } from './terminal.ts';
import { traceText } from './trace-text.ts';

export class RunLog implements FleetObserver {
  readonly violations: Record<string, string> = {};
  readonly endings: Record<string, string> = {};
  /** Why the first session that failed did. */
  firstFailure: string | undefined;
  private readonly terminal: Terminal;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  violation({ rule, example }: Violation): void {
    this.violations[rule] = example;
  }

  ending(reason: string, detail: string): void {
    this.endings[reason] = detail;
    this.firstFailure ??= detail === reason ? reason : `${reason} (${detail})`;
  }

  warning(text: string): void {
    this.terminal.warn(`warning: ${text}`);
  }

  trace(device: number, event: TraceEvent): void {
    this.terminal.say(traceText(device, event));
  }
}
