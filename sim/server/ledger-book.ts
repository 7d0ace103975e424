/** Where the reference DM Server counts: plain numbers in memory, turned into a {@link Ledger} when someone asks. */
import { COMMAND_NAMES, type CommandName } from '../protocol/command.ts';
import {
  type Ledger,
  type LedgerNotifications,
  type LedgerService,
  type LedgerTransfers,
  type RepositoryMethod,
} from './ledger.ts';
import { LONGEST_EXAMPLE, type PeerRule } from './peer-violation.ts';

/** Status codes are kept in a table of this many columns: the decoder of Package#3 lets through no code above 599. */
const STATUS_CODES = 600;
export const MOST_ALERT_TYPES = 64;
/** What AlertTypes beyond these are counted as. */
export const OTHER_ALERTS = 'other';

/** A command's row in the tables. */
export type CommandIndex = number;

export function commandIndex(name: CommandName): CommandIndex {
  return COMMAND_NAMES.indexOf(name);
}

/** Numbers that other parts keep themselves and that the ledger shows. */
export interface LedgerGauges {
  service(): LedgerService;
  notifications(): Omit<LedgerNotifications, 'sent'>;
}

interface Transfers {
  count: number;
  bytes: number;
}

export class LedgerBook {
  sessionsStarted = 0;
  sessionsCompleted = 0;
  sessionsReplaced = 0;
  sessionsAborted = 0;
  sessionsReporting = 0;
  uiStarted = 0;
  /** UI Sessions whose final page was served and whose alert has not come (yet). */
  uiFinalPages = 0;
  readonly uiAlerted = { done: 0, abandoned: 0, timedOut: 0 };
  uiFailed = 0;
  readonly packages: [number, number, number, number] = [0, 0, 0, 0];
  private readonly delivered = new Float64Array(COMMAND_NAMES.length);
  private readonly received = new Float64Array(COMMAND_NAMES.length * STATUS_CODES);
  private readonly transfers: Readonly<Record<RepositoryMethod, Transfers>> = {
    GET: { count: 0, bytes: 0 },
    PUT: { count: 0, bytes: 0 },
    POST: { count: 0, bytes: 0 },
  };
  private readonly alertTypes = new Map<string, number>();
  private readonly broken = new Map<PeerRule, { count: number; readonly example: string }>();
  private readonly refusals = new Map<number, number>();

  /** A Package#2 with these commands was handed to the connection. */
  delivery(commands: readonly CommandIndex[]): void {
    this.packages[2] += 1;
    for (const command of commands) this.delivered[command] = (this.delivered[command] ?? 0) + 1;
  }

  /** @param code 100 … 599 */
  status(command: CommandIndex, code: number): void {
    const at = command * STATUS_CODES + code;
    this.received[at] = (this.received[at] ?? 0) + 1;
  }

  alert(type: string): void {
    const known = this.alertTypes.has(type);
    const key =
      known || this.alertTypes.size < MOST_ALERT_TYPES ? type.slice(0, LONGEST_EXAMPLE) : OTHER_ALERTS;
    this.alertTypes.set(key, (this.alertTypes.get(key) ?? 0) + 1);
  }

  transfer(method: RepositoryMethod, bytes: number): void {
    const transfers = this.transfers[method];
    transfers.count += 1;
    transfers.bytes += bytes;
  }

  /** @param example evaluated for the first one of a rule alone; must not show a secret */
  violation(rule: PeerRule, example: () => string): void {
    const known = this.broken.get(rule);
    if (known !== undefined) known.count += 1;
    else this.broken.set(rule, { count: 1, example: example().slice(0, LONGEST_EXAMPLE) });
  }

  refusal(status: number): void {
    this.refusals.set(status, (this.refusals.get(status) ?? 0) + 1);
  }

  ledger(gauges: LedgerGauges): Ledger {
    const [sent, package1, package2, package3] = this.packages;
    const ui = this.uiAlerted;
    const uiEnded = ui.done + this.uiFinalPages + ui.abandoned + ui.timedOut;
    return {
      sessions: {
        started: this.sessionsStarted,
        completed: this.sessionsCompleted,
        replaced: this.sessionsReplaced,
        aborted: this.sessionsAborted,
        open: this.sessionsStarted - this.sessionsCompleted - this.sessionsReplaced - this.sessionsAborted,
        reports: this.sessionsReporting,
      },
      packages: { '0': sent, '1': package1, '2': package2, '3': package3 },
      commands: this.deliveredByName(),
      statuses: this.statusesByName(),
      alerts: Object.fromEntries(this.alertTypes),
      uiSessions: {
        started: this.uiStarted,
        done: ui.done + this.uiFinalPages,
        abandoned: ui.abandoned,
        timedOut: ui.timedOut,
        failed: this.uiFailed,
        open: Math.max(0, this.uiStarted - uiEnded),
      },
      repository: {
        GET: copy(this.transfers.GET),
        PUT: copy(this.transfers.PUT),
        POST: copy(this.transfers.POST),
      },
      notifications: { sent, ...gauges.notifications() },
      violations: Object.fromEntries([...this.broken].map(([rule, entry]) => [rule, { ...entry }])),
      refused: Object.fromEntries(this.refusals),
      service: gauges.service(),
    };
  }

  private deliveredByName(): Ledger['commands'] {
    const commands: Partial<Record<CommandName, number>> = {};
    for (const [index, name] of COMMAND_NAMES.entries()) {
      const count = this.delivered[index] ?? 0;
      if (count > 0) commands[name] = count;
    }
    return commands;
  }

  private statusesByName(): Ledger['statuses'] {
    const statuses: Partial<Record<CommandName, Record<string, number>>> = {};
    for (const [index, name] of COMMAND_NAMES.entries()) {
      const row = this.received.subarray(index * STATUS_CODES, (index + 1) * STATUS_CODES);
      for (let code = 0; code < STATUS_CODES; code++) {
        const count = row[code] ?? 0;
        if (count > 0) (statuses[name] ??= {})[code] = count;
      }
    }
    return statuses;
  }
}

function copy({ count, bytes }: Transfers): LedgerTransfers {
  return { count, bytes };
}
