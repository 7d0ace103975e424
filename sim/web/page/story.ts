/** What a followed device did, told as sessions of rows: the steps 0 to 4 of the basic flow (CR 6.2). */
import { type TriggerName } from '../../metrics/recorder.ts';
import { type DmCommand } from '../../protocol/command.ts';
import { type TraceEvent, type TraceHeaders } from '../../transport/trace.ts';
import { commandName, commandText } from './command-text.ts';

/** Sessions kept; older ones are forgotten. */
export const SESSIONS_KEPT = 5;
/** Rows kept of one session: a server may loop for ever. */
export const ROWS_KEPT = 400;

/** `atMs`: since the session's start. A row that changes is replaced by a new object. */
export type StoryRow = { readonly atMs: number } & (
  | { readonly kind: 'notification' }
  | {
      readonly kind: 'sent';
      readonly package: 1 | 3;
      readonly uri: string;
      readonly headers: TraceHeaders;
      readonly body: string;
    }
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: TraceHeaders;
      readonly body: string;
      readonly turnaroundMs: number;
      readonly connectMs?: number;
    }
  | { readonly kind: 'unanswered'; readonly failure: string; readonly detail: string }
  | {
      readonly kind: 'command';
      readonly step: '3' | '3a' | '3b' | '3c';
      readonly name: string;
      readonly text: string;
      readonly state: 'running' | 'ended' | 'cut';
      readonly sc?: number;
      readonly ms?: number;
    }
  | {
      readonly kind: 'transfer';
      readonly method: string;
      readonly uri: string;
      readonly answer: number | string;
      readonly bytes: number;
      readonly ms: number;
    }
  | { readonly kind: 'page'; readonly uri: string; readonly status: number; readonly title: string }
  | { readonly kind: 'ui_ended'; readonly outcome: string; readonly ms: number }
  | { readonly kind: 'waited'; readonly reason: 'command' | 'exec'; readonly ms: number }
  | { readonly kind: 'violation'; readonly rule: string; readonly example: string }
  | { readonly kind: 'lost'; readonly steps: number }
);

export interface StorySession {
  /** Counts up over all that was followed; a key for views. */
  readonly id: number;
  /** `work`: what an EXEC has the device do between two sessions. */
  readonly kind: 'session' | 'work';
  readonly trigger: TriggerName | undefined;
  /** Since the epoch, when the page learned of it. */
  readonly seenAtMs: number;
  /** Following began in the middle of it. */
  readonly joinedLate: boolean;
  readonly rows: readonly StoryRow[];
  /** Rows forgotten because there were more than {@link ROWS_KEPT}. */
  readonly forgotten: number;
  /** Absent while it goes on. `unseen`: its end was among lost steps. */
  readonly end?: { readonly outcome: string; readonly reason: string; readonly detail?: string };
}

type Draft = { -readonly [K in keyof StorySession]: StorySession[K] } & { rows: StoryRow[] };

export class Story {
  readonly device: number;
  private readonly drafts: Draft[] = [];
  private nextId = 0;

  constructor(device: number) {
    this.device = device;
  }

  /** Oldest first. */
  get sessions(): readonly StorySession[] {
    return this.drafts;
  }

  /** Takes steps in the order they happened; `lost` steps before them were never sent. */
  add(steps: readonly TraceEvent[], lost: number, trigger: TriggerName | undefined, nowMs: number): void {
    const first = steps[0];
    const current = this.current();
    if (lost > 0 && first === undefined) {
      // Nothing came behind them so far.
      if (current !== undefined)
        this.push(current, { kind: 'lost', atMs: current.rows.at(-1)?.atMs ?? 0, steps: lost });
    } else if (lost > 0 && first !== undefined) {
      if (first.kind === 'session_started') {
        if (current !== undefined && current.kind === 'session')
          current.end = { outcome: 'unseen', reason: `${lost} steps were lost` };
      } else
        this.push(this.currentOr(first, trigger, nowMs), { kind: 'lost', atMs: first.atMs, steps: lost });
    }
    for (const step of steps) this.take(step, trigger, nowMs);
  }

  clear(): void {
    // What goes on stays: its next steps would have no beginning otherwise.
    const current = this.current();
    this.drafts.length = 0;
    if (current !== undefined) this.drafts.push(current);
  }

  /** The connection was lost: what happened since is unknown. */
  interrupt(): void {
    const current = this.current();
    if (current !== undefined) current.end = { outcome: 'unseen', reason: 'the connection was lost' };
  }

  private take(step: TraceEvent, trigger: TriggerName | undefined, nowMs: number): void {
    if (step.kind === 'session_started') {
      const current = this.current();
      if (current?.kind === 'work') current.end = { outcome: 'over', reason: 'a session began' };
      const session = this.open('session', step.trigger, step.joined === true, nowMs);
      if (step.trigger === 'server') this.push(session, { kind: 'notification', atMs: step.atMs });
      return;
    }
    if (step.kind === 'session_ended') {
      const session = this.currentOr(step, trigger, nowMs);
      const { outcome, reason, detail } = step;
      session.end = { outcome, reason, ...(detail === undefined ? {} : { detail }) };
      return;
    }
    const session = this.currentOr(step, trigger, nowMs);
    if (step.kind === 'command_ended' || step.kind === 'command_cut') {
      const name = commandName(step.command);
      const at = session.rows.findLastIndex(
        (row) => row.kind === 'command' && row.state === 'running' && row.name === name,
      );
      const row = session.rows[at];
      const ended =
        step.kind === 'command_cut'
          ? ({ state: 'cut' } as const)
          : ({ state: 'ended', sc: step.sc, ms: step.ms } as const);
      if (row?.kind === 'command') session.rows[at] = { ...row, ...ended };
      else this.push(session, { ...commandRow(step.atMs, step.command), ...ended });
      return;
    }
    this.push(session, rowOf(step));
  }

  private current(): Draft | undefined {
    const last = this.drafts.at(-1);
    return last?.end === undefined ? last : undefined;
  }

  private currentOr(step: TraceEvent, trigger: TriggerName | undefined, nowMs: number): Draft {
    const current = this.current();
    const isWork = trigger === undefined && couldBeWork(step);
    if (current !== undefined) {
      // A transfer alone may belong to either; what no work has tells that a session was joined.
      if (current.kind === 'work' && !couldBeWork(step)) {
        current.kind = 'session';
        current.joinedLate = true;
      }
      return current;
    }
    return this.open(isWork ? 'work' : 'session', trigger, !isWork, nowMs);
  }

  private open(
    kind: StorySession['kind'],
    trigger: TriggerName | undefined,
    joinedLate: boolean,
    seenAtMs: number,
  ): Draft {
    const current = this.current();
    if (current !== undefined) current.end = { outcome: 'unseen', reason: 'its end was not seen' };
    const id = this.nextId++;
    const draft: Draft = { id, kind, trigger, joinedLate, seenAtMs, rows: [], forgotten: 0 };
    this.drafts.push(draft);
    if (this.drafts.length > SESSIONS_KEPT) this.drafts.shift();
    return draft;
  }

  private push(session: Draft, row: StoryRow): void {
    session.rows.push(row);
    if (session.rows.length <= ROWS_KEPT) return;
    session.rows.shift();
    session.forgotten++;
  }
}

/** Steps of the work that an EXEC has the device do between two sessions. */
function couldBeWork(step: TraceEvent): boolean {
  return step.kind === 'transfer' || (step.kind === 'waited' && step.reason === 'exec');
}

type PlainStep = Exclude<
  TraceEvent,
  { readonly kind: 'session_started' | 'session_ended' | 'command_ended' | 'command_cut' }
>;

function rowOf(step: PlainStep): StoryRow {
  const { atMs } = step;
  switch (step.kind) {
    case 'package_sent':
      return { ...step, kind: 'sent' };
    case 'package_answered':
      return { ...step, kind: 'answered' };
    case 'package_unanswered':
      return { ...step, kind: 'unanswered' };
    case 'command_started':
      return commandRow(atMs, step.command);
    case 'page_shown':
      return { ...step, kind: 'page' };
    case 'ui_session_ended':
      return { ...step, kind: 'ui_ended' };
    case 'violation':
      return { kind: 'violation', atMs, rule: step.violation.rule, example: step.violation.example };
    case 'transfer':
    case 'waited':
      return step;
    default:
      return step satisfies never;
  }
}

const STEPS: Readonly<Record<string, '3a' | '3b' | '3c'>> = {
  SHOW: '3a',
  HPUT: '3b',
  HPOST: '3b',
  HGET: '3c',
};

function commandRow(atMs: number, command: DmCommand): StoryRow & { kind: 'command' } {
  const name = commandName(command);
  return {
    kind: 'command',
    atMs,
    step: STEPS[name] ?? '3',
    name,
    text: commandText(command),
    state: 'running',
  };
}
