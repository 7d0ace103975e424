/** One DM Session under way. */
import { type CookieJar } from '../browser/cookie-jar.ts';
import {
  type Effect,
  type EffectResult,
  type ExchangeEffect,
  type HttpResult,
  type SessionEnd,
  type ShowEffect,
  type ShowResult,
  type TransferEffect,
  type WaitEffect,
} from '../device/effect.ts';
import { type Expirable } from './deadlines.ts';
import {
  type CutReason,
  type DriverContext,
  type FinishedSession,
  type RunningSession,
  type SessionRunOptions,
} from './running-session.ts';
import { type HttpOutcome } from './http-client.ts';
import { NetworkLink } from './network-link.ts';
import { Pause } from './pause.ts';
import { setCookiesOf } from './response-cookies.ts';
import { SessionMeter } from './session-meter.ts';
import { traceHeaders, traceUri } from './trace.ts';
import { UiRun } from './ui-run.ts';

const FAILED: SessionEnd = { outcome: 'aborted', reason: 'internal_error' };

/** Counted once as started and once as ended, whatever happens in between. */
export class SessionRun implements RunningSession, Expirable {
  dueAtMs = 0;
  earlier: Expirable | undefined = undefined;
  later: Expirable | undefined = undefined;
  readonly done: Promise<FinishedSession>;
  readonly idle: Promise<void>;
  private readonly context: DriverContext;
  private readonly options: SessionRunOptions;
  private readonly meter: SessionMeter;
  private readonly link: NetworkLink;
  private readonly pause: Pause;
  /** For packages; made when the DM Server sets its first cookie. */
  private cookies: CookieJar | undefined = undefined;
  private uiSessions = 0;
  private readonly uiRuns = new Set<UiRun>();
  private cutBy: CutReason | undefined = undefined;
  private ended = false;

  constructor(context: DriverContext, options: SessionRunOptions) {
    this.context = context;
    this.options = options;
    this.meter = new SessionMeter(context.recorder, context.clock, options.trace);
    this.link = this.openLink(0);
    this.pause = new Pause(context.clock);
    this.done = this.run();
    this.idle = this.done.then(() => this.uiSessionsOver());
  }

  cut(reason: CutReason): void {
    for (const ui of this.uiRuns) ui.cut();
    if (this.ended) return;
    this.cutBy ??= reason;
    this.pause.cancel();
    this.link.close();
  }

  expire(): void {
    this.cut('session_timeout');
  }

  private async run(): Promise<FinishedSession> {
    const { context, options, meter } = this;
    context.recorder.sessionStarted(options.trigger);
    context.deadlines.add(this);
    if (meter.tracing)
      meter.trace({ kind: 'session_started', device: options.device, trigger: options.trigger });
    let end: SessionEnd;
    try {
      end = await this.drive();
    } catch (error) {
      context.onInternalError(error);
      end = error instanceof Error ? { ...FAILED, detail: error.message } : FAILED;
    }
    return this.finish(end);
  }

  private async drive(): Promise<SessionEnd> {
    const session = this.options.start(this.meter);
    try {
      let result: EffectResult = undefined;
      for (;;) {
        const step = session.next(result);
        if (step.done === true) return step.value;
        result = await this.perform(step.value);
        if (this.cutBy !== undefined) {
          const end = cutEnd(this.cutBy, this.context.sessionTimeoutMs);
          session.return(end);
          return end;
        }
      }
    } catch (error) {
      // If the error was the driver's, the session has yet to settle what it had begun.
      session.return(FAILED);
      throw error;
    }
  }

  private finish(end: SessionEnd): FinishedSession {
    const { context, meter } = this;
    this.ended = true;
    context.deadlines.remove(this);
    this.link.close();
    meter.nextReady();
    const durationMs = meter.elapsedMs;
    context.recorder.sessionEnded(end.outcome, end.reason, durationMs);
    if (meter.tracing) meter.trace({ kind: 'session_ended', ...end });
    return { ...end, durationMs };
  }

  private perform(effect: Effect): Promise<EffectResult> {
    const { recorder } = this.context;
    switch (effect.kind) {
      case 'exchange':
        this.meter.nextReady();
        recorder.deviceState(this.options.device, 'waiting');
        return this.exchange(effect);
      case 'transfer':
        recorder.deviceState(this.options.device, 'waiting');
        return this.transfer(effect);
      case 'show':
        recorder.deviceState(this.options.device, 'ui');
        return this.show(effect);
      case 'wait':
        recorder.deviceState(this.options.device, 'executing');
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
    const outcome = await this.link.exchange({
      method: 'POST',
      uri,
      headers,
      cookie: this.cookies?.cookieHeader(uri) ?? '',
      body,
      maxBodyBytes: context.maxPackageBytes,
      keepBody: true,
    });
    if (outcome.ok || outcome.sent) context.recorder.packagePassed(effect.package);
    if (outcome.ok) {
      meter.answered(effect.package, outcome.turnaroundMs);
      const setCookies = setCookiesOf(outcome.headers);
      if (setCookies.length > 0) (this.cookies ??= context.createCookieJar()).store(uri, setCookies);
    }
    if (meter.tracing) this.traceAnswer(outcome);
    return outcome;
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
    this.uiRuns.add(ui);
    void ui.over.catch((error: unknown) => context.onInternalError(error)).then(() => this.uiRuns.delete(ui));
    return ui.shown;
  }

  private async wait({ ms, reason }: WaitEffect): Promise<undefined> {
    const waitedMs = await this.pause.wait(ms);
    this.context.recorder.simulatedDelay(reason, waitedMs);
    if (this.meter.tracing) this.meter.trace({ kind: 'waited', reason, ms: waitedMs });
  }

  private openLink(connections: number): NetworkLink {
    const { http, recorder, clock } = this.context;
    const conditions = this.options.conditions?.(connections);
    return new NetworkLink({ connections: http.open(), conditions, recorder, clock });
  }

  private async uiSessionsOver(): Promise<void> {
    await Promise.allSettled([...this.uiRuns].map(({ over }) => over));
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

function cutEnd(reason: CutReason, sessionTimeoutMs: number): SessionEnd {
  const detail =
    reason === 'run_ended' ? 'still running when the run ended' : `not over within ${sessionTimeoutMs} ms`;
  return { outcome: 'timedOut', reason, detail };
}
