/** The recorder of a shard: every event is one or a few increments in the shard's slab. */
import { type CountedCommand } from '../protocol/command.ts';
import { VIOLATION_RULES, type Violation, type ViolationRule } from '../protocol/violation.ts';
import { type DeviceFacts } from './fleet-arrays.ts';
import { HISTOGRAM_CELLS, recordMs } from './histogram.ts';
import {
  CONNECTION_KINDS,
  type ConnectionKind,
  type ConnectionRecorder,
  DELAY_KINDS,
  type DelayKind,
  DEVICE_STATES,
  type DeviceState,
  type LoadRecorder,
  NOTIFICATION_RESULTS,
  type NotificationResult,
  type OutcomeName,
  OUTCOMES,
  type Recorder,
  type RepositoryMethod,
  type TriggerName,
  TRIGGERS,
  UI_OUTCOMES,
  type UiOutcomeName,
} from './recorder.ts';
import { type Slab } from './slab.ts';
import {
  COUNTED_COMMANDS,
  NONE_SLOT,
  REPOSITORY_METHODS,
  type SlabLayout,
  slabLayout,
  STATUS_SLOTS,
  statusSlot,
} from './slab-layout.ts';

type Index<Word extends string> = Readonly<Record<Word, number>>;

const TRIGGER = indexOf(TRIGGERS);
const OUTCOME = indexOf(OUTCOMES);
const NOTIFICATION = indexOf(NOTIFICATION_RESULTS);
const DELAY = indexOf(DELAY_KINDS);
const COMMAND = indexOf(COUNTED_COMMANDS);
const UI_OUTCOME = indexOf(UI_OUTCOMES);
const METHOD = indexOf(REPOSITORY_METHODS);
const RULE = indexOf(VIOLATION_RULES);
const STATE = indexOf(DEVICE_STATES);
const CONNECTION = indexOf(CONNECTION_KINDS);

export interface SlabRecorderOptions {
  readonly slab: Slab;
  /** The fleet's states, a byte per device; the shard writes only those of its own devices. */
  readonly states: Uint8Array;
  /** Where more is noted of single devices, if anybody is to look at them. */
  readonly facts?: DeviceFacts;
  /** Told the first violation of each rule that this recorder sees, so that one example per shard can be kept. */
  readonly onFirstViolation: (rule: ViolationRule, example: string) => void;
}

/** Writes to one slab; there must be no second writer at the same time. */
export class SlabRecorder implements Recorder, ConnectionRecorder, LoadRecorder {
  private readonly cells: Float64Array;
  private readonly layout: SlabLayout;
  private readonly states: Uint8Array;
  private readonly facts: DeviceFacts | undefined;
  private readonly reasons = new Map<string, number>();
  private readonly seenRules = new Set<ViolationRule>();
  private readonly onFirstViolation: (rule: ViolationRule, example: string) => void;

  constructor({ slab, states, facts, onFirstViolation }: SlabRecorderOptions) {
    this.cells = slab.cells;
    this.layout = slabLayout(slab.vocabulary);
    this.states = states;
    this.facts = facts;
    this.onFirstViolation = onFirstViolation;
    this.layout.reasons.forEach((reason, i) => this.reasons.set(reason, i));
  }

  sessionStarted(trigger: TriggerName): void {
    this.add(this.layout.sessionsStarted + TRIGGER[trigger], 1);
  }

  sessionEnded(outcome: OutcomeName, reason: string, durationMs: number): void {
    const { sessionsEnded, reasons, session } = this.layout;
    this.add(sessionsEnded + OUTCOME[outcome] * reasons.length + this.reasonSlot(reason), 1);
    recordMs(this.cells, session, durationMs);
  }

  packagePassed(number: 0 | 1 | 2 | 3): void {
    this.add(this.layout.packages + number, 1);
  }

  notification(result: NotificationResult): void {
    this.add(this.layout.notifications + NOTIFICATION[result], 1);
  }

  serverTurnaround(after: 1 | 3, ms: number): void {
    recordMs(this.cells, this.layout.turnaround + (after === 1 ? 0 : HISTOGRAM_CELLS), ms);
  }

  iterationEnded(deviceMs: number): void {
    this.add(this.layout.iterations, 1);
    recordMs(this.cells, this.layout.iterationDevice, deviceMs);
  }

  connected(ms: number): void {
    recordMs(this.cells, this.layout.connect, ms);
  }

  simulatedDelay(kind: DelayKind, ms: number): void {
    this.add(this.layout.simulatedDelays + DELAY[kind], ms);
  }

  commandDelivered(command: CountedCommand): void {
    this.add(this.layout.delivered + COMMAND[command], 1);
  }

  commandEnded(command: CountedCommand, status: number, ms: number): void {
    const index = COMMAND[command];
    this.add(this.layout.commandOutcomes + index * STATUS_SLOTS + statusSlot(status), 1);
    recordMs(this.cells, this.layout.commandDurations + index * HISTOGRAM_CELLS, ms);
  }

  commandCut(command: CountedCommand): void {
    this.add(this.layout.commandOutcomes + COMMAND[command] * STATUS_SLOTS + NONE_SLOT, 1);
  }

  statusReported(command: CountedCommand, status: number): void {
    this.add(this.layout.statuses + COMMAND[command] * STATUS_SLOTS + statusSlot(status), 1);
  }

  uiSessionEnded(outcome: UiOutcomeName, ms: number): void {
    this.add(this.layout.uiSessions + UI_OUTCOME[outcome], 1);
    recordMs(this.cells, this.layout.uiSession, ms);
  }

  repositoryTransfer(method: RepositoryMethod, bytes: number): void {
    const at = this.layout.repository + METHOD[method] * 2;
    this.add(at, 1);
    this.add(at + 1, bytes);
  }

  violation({ rule, example }: Violation): void {
    this.add(this.layout.violations + RULE[rule], 1);
    if (this.seenRules.has(rule)) return;
    this.seenRules.add(rule);
    this.onFirstViolation(rule, example);
  }

  deviceState(device: number, state: DeviceState): void {
    this.states[device] = STATE[state];
  }

  deviceCommand(device: number, command: CountedCommand | undefined): void {
    if (this.facts !== undefined)
      this.facts.commands[device] = command === undefined ? 0 : COMMAND[command] + 1;
  }

  deviceSession(device: number, outcome: OutcomeName, reason: string, durationMs: number): void {
    if (this.facts === undefined) return;
    const { lastOutcomes, lastDurationsMs, lastErrors } = this.facts;
    lastOutcomes[device] = OUTCOME[outcome] + 1;
    lastDurationsMs[device] = durationMs;
    if (outcome !== 'completed') lastErrors[device] = this.reasonSlot(reason) + 1;
  }

  connectionOpened(kind: ConnectionKind): void {
    this.add(this.layout.connections + CONNECTION[kind], 1);
  }

  connectionClosed(kind: ConnectionKind): void {
    this.add(this.layout.connections + CONNECTION[kind], -1);
  }

  startLag(ms: number): void {
    recordMs(this.cells, this.layout.startLag, ms);
  }

  sessionDropped(): void {
    this.add(this.layout.sessionsDropped, 1);
  }

  private reasonSlot(reason: string): number {
    return this.reasons.get(reason) ?? this.layout.reasons.length - 1;
  }

  private add(at: number, amount: number): void {
    this.cells[at] = (this.cells[at] ?? 0) + amount;
  }
}

function indexOf<Word extends string>(words: readonly Word[]): Index<Word> {
  return Object.fromEntries(words.map((word, i) => [word, i])) as Index<Word>;
}
