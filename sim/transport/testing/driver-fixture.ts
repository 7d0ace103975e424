/** A driver over scripted HTTP in virtual time, and the effects of sessions written by hand. */
import { type Effect, type EffectResult, type SessionEnd, type TransferEffect } from '../../device/effect.ts';
import { type SessionListener } from '../../device/session-listener.ts';
import { type DmCommand } from '../../protocol/command.ts';
import { type Package2 } from '../../protocol/package2.ts';
import { Driver } from '../driver.ts';
import { EventLog } from './event-log.ts';
import { response, ScriptedHttp, type Script } from './scripted-http.ts';
import { VirtualClock } from './virtual-clock.ts';

export const SERVER = 'http://dms.example/dm';
export const COMPLETED: SessionEnd = { outcome: 'completed', reason: 'completed' };
export const END: DmCommand = { name: 'END' };
export const CONT: DmCommand = { name: 'CONT', serverUri: SERVER };

export type Session = Generator<Effect, SessionEnd, EffectResult>;

export function setUp(script: Script = () => response(200), clock = new VirtualClock()) {
  const recorder = new EventLog();
  const http = new ScriptedHttp(script);
  const errors: unknown[] = [];
  const driver = new Driver({
    http,
    recorder,
    clock,
    sessionTimeoutMs: 60_000,
    onInternalError: (error) => errors.push(error),
  });
  const run = (start: (listener: SessionListener) => Session) =>
    driver.run({ device: 3, trigger: 'client', start });
  return { clock, recorder, http, driver, run, errors };
}

export function exchange(number: 1 | 3, serverUri = SERVER): Effect {
  return {
    kind: 'exchange',
    package: number,
    serverUri,
    headers: { 'OMADM-DevID': 'd' },
    body: `#${number}`,
  };
}

export function transfer(method: TransferEffect['method'], body?: string): Effect {
  const effect = {
    kind: 'transfer',
    method,
    serverUri: 'http://dr.example/x',
    headers: {},
    keepBody: true,
  } as const;
  return { ...effect, maxBytes: 1_000, ...(body === undefined ? {} : { body }) };
}

export function package2(...commands: DmCommand[]): Package2 {
  return { commands, ends: commands.includes(END), violations: [] };
}

/** Answers after that many milliseconds. */
export function after<T>(clock: VirtualClock, ms: number, answer: T): Promise<T> {
  return new Promise((resolve) => clock.after(ms, () => resolve(answer)));
}
