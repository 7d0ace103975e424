/** Performs what a DM Session asks for in k6: the synchronous counterpart of the fleet's transport. */
import {
  type Effect,
  type EffectResult,
  type ExchangeEffect,
  type HttpResult,
  type TransferEffect,
} from '../../../sim/device/effect.ts';
import { type NetworkConditions } from '../../../sim/device/network.ts';
import { type SessionMeter } from '../../../sim/device/session-meter.ts';
import { DEFAULT_PACKAGE2_LIMITS } from '../../../sim/protocol/package2.ts';
import { originOf } from '../../../sim/protocol/server-uri.ts';
import { byteLength } from '../core/byte-length.ts';
import { newJar } from './cookies.ts';
import { type MetricRecorder } from './metric-recorder.ts';
import { NetworkLink } from './network-link.ts';
import { type TimeBox } from './time-box.ts';
import { runUiSession } from './ui-run.ts';

/** What all sessions of a run have in common. */
export interface DriverContext {
  readonly recorder: MetricRecorder;
  /** Longest exchange, in ms. */
  readonly timeoutMs: number;
  /** Longest DM Session, in ms. */
  readonly sessionTimeoutMs: number;
  /** Sent with every request to the DM Server's own origin, unless the device sends a header of that name. */
  readonly extraHeaders: Readonly<Record<string, string>>;
  readonly extraHeadersOrigin: string;
}

/** The simulated conditions of the device's own connections (0), or of those of its nth UI Session. */
export type ConditionsOf = (connections: number) => NetworkConditions;

/** One per session; its cookies and simulated links are nobody else's. */
export class EffectPerformer {
  private readonly context: DriverContext;
  private readonly meter: SessionMeter;
  private readonly conditions: ConditionsOf;
  private readonly box: TimeBox;
  private readonly link: NetworkLink;
  private readonly jar = newJar();
  private uiSessions = 0;

  constructor(context: DriverContext, meter: SessionMeter, conditions: ConditionsOf, box: TimeBox) {
    this.context = context;
    this.meter = meter;
    this.conditions = conditions;
    this.box = box;
    this.link = this.openLink(0);
  }

  /** Runs a generator to its end; `undefined` when its time was over before: then it was ended by `return()`. */
  drive<T>(generator: Generator<Effect, T, EffectResult>): T | undefined {
    try {
      let result: EffectResult = undefined;
      for (;;) {
        const step = generator.next(result);
        if (step.done === true) return step.value;
        result = this.perform(step.value);
        if (this.box.isOver) {
          generator.return(undefined as T);
          return undefined;
        }
      }
    } catch (error) {
      // If the error was the driver's, the session has yet to settle what it had begun.
      generator.return(undefined as T);
      throw error;
    }
  }

  private perform(effect: Effect): EffectResult {
    switch (effect.kind) {
      case 'exchange':
        this.meter.nextReady();
        return this.exchange(effect);
      case 'transfer':
        return this.transfer(effect);
      case 'show':
        return runUiSession(effect, this.openLink(++this.uiSessions), this.context.recorder, this.box);
      case 'wait':
        this.context.recorder.simulatedDelay(effect.reason, this.box.sleep(effect.ms));
        return undefined;
      default:
        return effect satisfies never;
    }
  }

  /** Steps 1 and 4. */
  private exchange({ package: number, serverUri: uri, headers, body }: ExchangeEffect): HttpResult {
    const outcome = this.link.exchange(
      {
        name: `Package#${number}`,
        method: 'POST',
        uri,
        headers: this.headersFor(uri, headers),
        body,
        jar: this.jar,
        maxBodyBytes: DEFAULT_PACKAGE2_LIMITS.maxBytes,
        keepBody: true,
      },
      this.box,
    );
    // A package counts when the server may have it.
    if (outcome.sent) this.meter.packageSent(number);
    if (outcome.ok) this.meter.answered(number, outcome.turnaroundMs);
    return outcome;
  }

  /** Steps 3b and 3c; without cookies. */
  private transfer(effect: TransferEffect): HttpResult {
    const { method, serverUri: uri, headers, body, keepBody, maxBytes: maxBodyBytes } = effect;
    const outcome = this.link.exchange(
      {
        name: 'repository',
        method,
        uri,
        headers: this.headersFor(uri, headers),
        ...(body === undefined ? {} : { body }),
        jar: newJar(),
        maxBodyBytes,
        keepBody,
      },
      this.box,
    );
    if (outcome.ok)
      this.context.recorder.repositoryTransfer(
        method,
        method === 'GET' ? outcome.bytes : body === undefined ? 0 : byteLength(body),
      );
    return outcome;
  }

  private headersFor(uri: string, own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const { extraHeaders, extraHeadersOrigin } = this.context;
    // They may hold credentials, and the addresses of repositories are the server's choice.
    return originOf(uri) === extraHeadersOrigin ? { ...extraHeaders, ...own } : own;
  }

  private openLink(connections: number): NetworkLink {
    const { recorder, timeoutMs } = this.context;
    return new NetworkLink(this.conditions(connections), recorder, timeoutMs);
  }
}
