/** Drives a session with a script of answers, in virtual time, and writes down all that happens. */
import { type UiOutcome } from '../../browser/ui-user.ts';
import { countedName, type DmCommand } from '../../protocol/command.ts';
import { type Violation } from '../../protocol/violation.ts';
import { type Device } from '../device.ts';
import {
  type Effect,
  type EffectResult,
  type ExchangeEffect,
  type HttpFailure,
  type HttpResult,
  type SessionEnd,
  type ShowEffect,
  type ShowResult,
  type TransferEffect,
} from '../effect.ts';
import { pendingWork } from '../pending-work.ts';
import { session } from '../session.ts';
import { type SessionListener } from '../session-listener.ts';
import { type Trigger } from '../trigger.ts';

export interface Script {
  /** Answers to Package#1, the first Package#3, the second … : a `CMD`, or any other answer. */
  readonly packages?: readonly (readonly unknown[] | HttpResult)[];
  /** Answers to transfers by method and URI, `GET http://dr.example/x`; otherwise 404. */
  readonly repository?: Readonly<Record<string, HttpResult | readonly HttpResult[]>>;
  /** Answer to each SHOW; otherwise a UI Session that is done after the user's first thinking. */
  readonly show?: (effect: ShowEffect) => ShowResult;
  /** Cut the session instead of performing this effect. */
  readonly cutAt?: (effect: Effect) => boolean;
  readonly trigger?: Trigger;
}

export class Log implements SessionListener {
  /** Every effect, listener call and package in order, one line each. */
  readonly lines: string[] = [];
  readonly effects: Effect[] = [];
  readonly violations: Violation[] = [];
  /** Simulated time that has passed, in ms. */
  elapsedMs = 0;
  iterations = 0;
  /** `[name, status code]` of each ended command. */
  readonly ended: [string, number][] = [];
  readonly cut: string[] = [];
  readonly reported: number[][] = [];

  delivered({ commands }: { readonly commands: readonly DmCommand[] }): void {
    this.lines.push(`delivered ${commands.length}`);
  }
  commandStarted(command: DmCommand): void {
    this.lines.push(`start ${countedName(command)}`);
  }
  commandEnded(command: DmCommand, status: { readonly sc: number }): void {
    this.lines.push(`end ${countedName(command)} ${status.sc}`);
    this.ended.push([countedName(command), status.sc]);
  }
  commandCut(command: DmCommand): void {
    this.lines.push(`cut ${countedName(command)}`);
    this.cut.push(countedName(command));
  }
  iterationEnded(): void {
    this.iterations++;
    this.lines.push('iteration');
  }
  reporting(commands: readonly DmCommand[], statuses: readonly { readonly sc: number }[]): void {
    this.lines.push(`report ${commands.length}`);
    this.reported.push(statuses.map(({ sc }) => sc));
  }
  violation(violation: Violation): void {
    this.violations.push(violation);
  }

  get rules(): string[] {
    return this.violations.map(({ rule }) => rule);
  }
  get exchanges(): ExchangeEffect[] {
    return this.effects.filter((effect) => effect.kind === 'exchange');
  }
  get transfers(): TransferEffect[] {
    return this.effects.filter((effect) => effect.kind === 'transfer');
  }
  /** `PUT http://dr.example/x`. */
  get requests(): string[] {
    return this.transfers.map(({ method, serverUri }) => `${method} ${serverUri}`);
  }
  /** Bodies of the packages sent, as plain JSON. */
  get bodies(): Record<string, unknown>[] {
    return this.exchanges.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }
  /** Statuses of the last Package#3 sent. */
  get statuses(): { sc: number; URI?: string[]; MO?: Record<string, unknown>[] }[] {
    const last = this.bodies.at(-1)?.['Status'];
    return (last ?? []) as { sc: number; URI?: string[]; MO?: Record<string, unknown>[] }[];
  }
}

export interface Run extends Log {
  /** `undefined` when the session was cut. */
  readonly end: SessionEnd | undefined;
}

/** A whole session; once the script has no more answers the server sends END alone. */
export function runSession(device: Device, script: Script = {}): Run {
  const log = new Log();
  const end = drive(session(device, script.trigger ?? { kind: 'client' }, log), script, log);
  return Object.assign(log, { end });
}

/** The same for the asynchronous work between two sessions. */
export function runPendingWork(device: Device, script: Script = {}): Log & { trigger: Trigger | undefined } {
  const log = new Log();
  const trigger = drive(pendingWork(device, log), script, log);
  return Object.assign(log, { trigger });
}

function drive<T>(generator: Generator<Effect, T, EffectResult>, script: Script, log: Log): T | undefined {
  const packages = [...(script.packages ?? [])];
  const used = new Map<string, number>();
  let result: EffectResult;
  for (let steps = 0; steps < 100_000; steps++) {
    const step = generator.next(result);
    if (step.done === true) return step.value;
    const effect = step.value;
    if (script.cutAt?.(effect) === true) {
      generator.return(undefined as T);
      return undefined;
    }
    log.effects.push(effect);
    switch (effect.kind) {
      case 'exchange': {
        log.lines.push(`package ${effect.package}`);
        const next = packages.shift() ?? [['END']];
        result = isList(next) ? package2(next) : next;
        break;
      }
      case 'transfer': {
        const request = `${effect.method} ${effect.serverUri}`;
        log.lines.push(request);
        const answer = script.repository?.[request] ?? http(404);
        const n = used.get(request) ?? 0;
        used.set(request, n + 1);
        result = isList(answer) ? (answer[n] ?? http(404)) : answer;
        break;
      }
      case 'show':
        log.lines.push(`show ${effect.mode} ${effect.user.decision}`);
        result = script.show?.(effect) ?? done(effect, log);
        break;
      case 'wait':
        log.lines.push(`wait ${effect.reason} ${effect.ms}`);
        log.elapsedMs += effect.ms;
        result = undefined;
    }
  }
  throw new Error('the session does not end');
}

function isList<T>(value: readonly T[] | HttpResult): value is readonly T[] {
  return Array.isArray(value);
}

function done({ mode, user }: ShowEffect, log: Log): ShowResult {
  if (mode === 'launch') return { opened: true };
  log.elapsedMs += user.thinkMs();
  return uiEnded('done');
}

export function uiEnded(outcome: UiOutcome): ShowResult {
  return { opened: true, outcome };
}

/** A Package#2; `commands` as they stand on the wire. */
export function package2(commands: readonly unknown[]): HttpResult {
  return http(200, JSON.stringify({ CMD: commands }), 'application/vnd.oma.dm.request+json');
}

export function http(status: number, body = '', contentType = '', omadmAccept?: string): HttpResult {
  const accept = omadmAccept === undefined ? {} : { omadmAccept };
  return { ok: true, status, contentType, body, bytes: body.length, ...accept };
}

/** Management data from a repository. */
export function mo(data: unknown, contentType = 'application/vnd.oma.dm.mo+json'): HttpResult {
  return http(200, JSON.stringify(data), contentType);
}

export function failure(name: HttpFailure): HttpResult {
  return { ok: false, failure: name, detail: `${name} in the script` };
}
