/** Performs effects: what a DM Session, or work between two sessions, asks of the network, of the browser and of time. */
import { type CookieJar } from '../browser/cookie-jar.ts';
import {
  type Effect,
  type EffectResult,
  type ExchangeEffect,
  type HttpResult,
  type ShowEffect,
  type ShowResult,
  type TransferEffect,
  type WaitEffect,
} from '../device/effect.ts';
import { type DeviceState } from '../metrics/recorder.ts';
import { type HttpOutcome, type RequestListener } from './http-client.ts';
import { NetworkLink } from './network-link.ts';
import { Pause } from './pause.ts';
import { setCookiesOf } from './response-cookies.ts';
import { type ConditionsOf, type DriverContext } from './running-session.ts';
import { type TracingMeter } from './tracing-meter.ts';
import { traceHeaders, traceUri } from './trace.ts';
import { UiRun } from './ui-run.ts';

/** One per session; its connections, cookies and UI Sessions are nobody else's. */
export class EffectPerformer implements RequestListener {
  private readonly context: DriverContext;
  private readonly meter: TracingMeter;
  private readonly conditions: ConditionsOf | undefined;
  /** Index of the device whose state shows what is done. */
  private readonly device: number | undefined;
  private readonly link: NetworkLink;
  private readonly pause: Pause;
  /** For packages; made when the DM Server sets its first cookie. */
  private cookies: CookieJar | undefined = undefined;
  private uiSessions = 0;
  /** Made with the first: most sessions show nothing. */
  private uiRuns: Set<UiRun> | undefined = undefined;
  private interrupted = false;
  private packageToSend: 1 | 3 | undefined = undefined;

  constructor(
    context: DriverContext,
    meter: TracingMeter,
    conditions: ConditionsOf | undefined,
    device?: number,
  ) {
    this.context = context;
    this.meter = meter;
    this.conditions = conditions;
    this.device = device;
    this.link = this.openLink(0);
    this.pause = new Pause(context.clock);
  }

  /** Runs a generator to its end; `undefined` when {@link interrupt} came first: then it was ended by `return()`. */
  async drive<T>(generator: Generator<Effect, T, EffectResult>): Promise<T | undefined> {
    try {
      let result: EffectResult = undefined;
      for (;;) {
        const step = generator.next(result);
        if (step.done === true) return step.value;
        result = await this.perform(step.value);
        if (this.interrupted) {
          generator.return(undefined as T);
          return undefined;
        }
      }
    } catch (error) {
      // If the error was the driver's, the session has yet to settle what it had begun.
      generator.return(undefined as T);
      throw error;
    } finally {
      this.link.close();
    }
  }

  /** Ends whatever is under way, {@link drive} included. */
  interrupt(): void {
    this.interrupted = true;
    this.pause.cancel();
    this.link.close();
    this.cutUiSessions();
  }

  /** Ends the UI Sessions, launched ones too. */
  cutUiSessions(): void {
    if (this.uiRuns !== undefined) for (const ui of this.uiRuns) ui.cut();
  }

  /** Resolves when the UI Sessions begun so far are over; never rejects. */
  async uiSessionsOver(): Promise<void> {
    if (this.uiRuns === undefined) return;
    await Promise.allSettled([...this.uiRuns].map(({ over }) => over));
  }

  private perform(effect: Effect): Promise<EffectResult> {
    switch (effect.kind) {
      case 'exchange':
        this.meter.nextReady();
        this.enter('waiting');
        return this.exchange(effect);
      case 'transfer':
        this.enter('waiting');
        return this.transfer(effect);
      case 'show':
        this.enter('ui');
        return this.show(effect);
      case 'wait':
        this.enter('executing');
        return this.wait(effect);
      default:
        return effect satisfies never;
    }
  }

  /** Steps 1 and 4. */
  private async exchange(effect: ExchangeEffect): Promise<HttpResult> {
    const { meter, context } = this;
    const { serverUri: uri, headers, body } = effect;
    if (meter.tracing)
      meter.trace({
        kind: 'package_sent',
        package: effect.package,
        uri: traceUri(uri),
        headers: traceHeaders(headers),
        body,
      });
    this.packageToSend = effect.package;
    const outcome = await this.link.exchange({
      method: 'POST',
      uri,
      headers,
      cookie: this.cookies?.cookieHeader(uri) ?? '',
      body,
      maxBodyBytes: context.maxPackageBytes,
      keepBody: true,
      listener: this,
    });
    if (outcome.ok) {
      meter.answered(effect.package, outcome.turnaroundMs);
      const setCookies = setCookiesOf(outcome.headers);
      if (setCookies.length > 0) (this.cookies ??= context.createCookieJar()).store(uri, setCookies);
    }
    if (meter.tracing) this.traceAnswer(outcome);
    return outcome;
  }

  /** A package counts when the server may have it: what is under way when a worker dies is in the server's books, too. */
  requestSent(): void {
    if (this.packageToSend === undefined) return;
    this.meter.packageSent(this.packageToSend);
    this.packageToSend = undefined;
  }

  /** Steps 3b and 3c. */
  private async transfer(effect: TransferEffect): Promise<HttpResult> {
    const { meter, context } = this;
    const { method, serverUri: uri, headers, body, keepBody, maxBytes: maxBodyBytes } = effect;
    const startedAtMs = meter.elapsedMs;
    const request = { method, uri, headers, keepBody, maxBodyBytes };
    const outcome = await this.link.exchange(body === undefined ? request : { ...request, body });
    const sentBytes = body === undefined ? 0 : Buffer.byteLength(body);
    const bytes = method !== 'GET' ? sentBytes : outcome.ok ? outcome.bytes : 0;
    if (outcome.ok) context.recorder.repositoryTransfer(method, bytes);
    if (meter.tracing) {
      const answer = outcome.ok ? outcome.status : outcome.failure;
      const ms = meter.elapsedMs - startedAtMs;
      meter.trace({ kind: 'transfer', method, uri: traceUri(uri), answer, bytes, ms });
    }
    return outcome;
  }

  /** Step 3a. */
  private show(effect: ShowEffect): Promise<ShowResult> {
    const { context, meter } = this;
    const ui = new UiRun({
      effect,
      html: context.html,
      cookies: context.createCookieJar(),
      link: this.openLink(++this.uiSessions),
      recorder: context.recorder,
      clock: context.clock,
      meter,
      maxPageBytes: context.maxPageBytes,
    });
    const running = (this.uiRuns ??= new Set());
    running.add(ui);
    void ui.over.catch((error: unknown) => context.onInternalError(error)).then(() => running.delete(ui));
    return ui.shown;
  }

  private async wait({ ms, reason }: WaitEffect): Promise<undefined> {
    const waitedMs = await this.pause.wait(ms);
    this.context.recorder.simulatedDelay(reason, waitedMs);
    if (this.meter.tracing) this.meter.trace({ kind: 'waited', reason, ms: waitedMs });
  }

  private openLink(connections: number): NetworkLink {
    const { http, recorder, clock } = this.context;
    const conditions = this.conditions?.(connections);
    return new NetworkLink({ connections: http.open(), conditions, recorder, clock });
  }

  private enter(state: DeviceState): void {
    if (this.device !== undefined) this.context.recorder.deviceState(this.device, state);
  }

  private traceAnswer(outcome: HttpOutcome): void {
    if (!outcome.ok) {
      this.meter.trace({ kind: 'package_unanswered', failure: outcome.failure, detail: outcome.detail });
      return;
    }
    const { status, body, turnaroundMs, connectMs } = outcome;
    this.meter.trace({
      kind: 'package_answered',
      status,
      headers: traceHeaders(outcome.headers),
      body,
      turnaroundMs,
      ...(connectMs === undefined ? {} : { connectMs }),
    });
  }
}
