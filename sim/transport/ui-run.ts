/** One UI Session under way: performs what the Web Browser Component asks for (CR 6.2 step 3a). */
import { type CookieJar } from '../browser/cookie-jar.ts';
import { type HtmlParser } from '../browser/html.ts';
import {
  type BrowserEffect,
  type BrowserResult,
  type FetchEffect,
  type UiEnd,
} from '../browser/ui-effect.ts';
import { uiSession } from '../browser/ui-session.ts';
import { type UiOutcome } from '../browser/ui-user.ts';
import { type ShowEffect, type ShowResult } from '../device/effect.ts';
import { type Recorder } from '../metrics/recorder.ts';
import { type Clock } from './clock.ts';
import { type NetworkLink } from './network-link.ts';
import { Pause } from './pause.ts';
import { setCookiesOf } from './response-cookies.ts';
import { type TracingMeter } from './tracing-meter.ts';
import { traceUri } from './trace.ts';

export interface UiRunOptions {
  readonly effect: ShowEffect;
  readonly html: HtmlParser;
  readonly cookies: CookieJar;
  /** The browser's own link; closed when the UI Session ends. */
  readonly link: NetworkLink;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly meter: TracingMeter;
  /** Bound on a page, in bytes. */
  readonly maxPageBytes: number;
}

/** Counted once in `uiSessionEnded`, however it ends. */
export class UiRun {
  /** What the SHOW is resumed with: at the end in mode `wait`, at the first page in mode `launch`. */
  readonly shown: Promise<ShowResult>;
  /** Settles when the UI Session is over; rejects only for an error of our own. */
  readonly over: Promise<void>;
  private readonly options: UiRunOptions;
  private readonly pause: Pause;
  private readonly boundMs: number;
  private readonly generator: Generator<BrowserEffect, UiEnd, BrowserResult>;
  private resolveShown: (result: ShowResult) => void = () => undefined;
  private opened = false;
  private stopped = false;

  constructor(options: UiRunOptions) {
    const { effect, clock, meter } = options;
    this.options = options;
    this.boundMs = effect.boundMs;
    this.pause = new Pause(clock);
    this.generator = uiSession({
      uri: effect.serverUri,
      user: effect.user,
      html: options.html,
      cookies: options.cookies,
      ...(meter.tracing
        ? { onPage: (page) => meter.trace({ kind: 'page_shown', ...page, uri: traceUri(page.uri) }) }
        : {}),
    });
    this.shown = new Promise((resolve) => (this.resolveShown = resolve));
    this.over = this.run();
  }

  /** Ends the UI Session now: timed out, or failed while its first page is still to come. */
  cut(): void {
    this.stopped = true;
    this.pause.cancel();
    this.options.link.close();
  }

  private async run(): Promise<void> {
    const { clock, recorder, meter, link } = this.options;
    const startedAt = clock.now();
    const bound = clock.after(this.boundMs, () => this.cut());
    // Until it is known better: what holds when our own code fails.
    let end: ShowResult = { opened: false, status: 500, detail: 'the browser failed' };
    try {
      end = resultOf(await this.drive());
    } finally {
      bound.cancel();
      link.close();
      const ms = clock.now() - startedAt;
      const outcome: UiOutcome = end.opened ? (end.outcome ?? 'done') : 'failed';
      recorder.uiSessionEnded(outcome, ms);
      if (meter.tracing) meter.trace({ kind: 'ui_session_ended', outcome, ms });
      this.resolveShown(end);
    }
  }

  private async drive(): Promise<UiEnd> {
    const { generator } = this;
    let result: BrowserResult = undefined;
    for (;;) {
      const step = generator.next(result);
      if (step.done === true) return step.value;
      result = await this.perform(step.value);
      if (this.stopped) {
        const end: UiEnd = this.opened
          ? { opened: true, outcome: 'timedOut' }
          : { opened: false, status: 503, detail: `not opened within ${this.boundMs} ms` };
        generator.return(end);
        return end;
      }
    }
  }

  private async perform(effect: BrowserEffect): Promise<BrowserResult> {
    switch (effect.kind) {
      case 'fetch':
        return this.fetch(effect);
      case 'opened':
        this.opened = true;
        if (this.options.effect.mode === 'launch') this.resolveShown({ opened: true });
        return undefined;
      case 'think':
        this.options.recorder.simulatedDelay('ui_think', await this.pause.wait(effect.ms));
        return undefined;
      case 'idle':
        // The bound ends this.
        await this.pause.wait(Number.POSITIVE_INFINITY);
        return undefined;
      default:
        return effect satisfies never;
    }
  }

  private async fetch({ method, uri, headers, body }: FetchEffect): Promise<BrowserResult> {
    const request = {
      method,
      uri,
      headers,
      maxBodyBytes: this.options.maxPageBytes,
      keepBody: true,
    } as const;
    try {
      const outcome = await this.options.link.exchange(body === undefined ? request : { ...request, body });
      if (!outcome.ok) return { ok: false, detail: `${outcome.failure}: ${outcome.detail}` };
      const { location, 'content-type': contentType } = outcome.headers;
      const target = typeof location === 'string' ? location : location?.[0];
      return {
        ok: true,
        status: outcome.status,
        contentType: typeof contentType === 'string' ? contentType : (contentType?.[0] ?? ''),
        ...(target === undefined ? {} : { location: target }),
        setCookies: setCookiesOf(outcome.headers),
        body: outcome.body,
      };
    } catch (error) {
      // Cookies and addresses in a browser's headers are the pages' doing.
      return { ok: false, detail: error instanceof Error ? error.message : 'request cannot be sent' };
    }
  }
}

function resultOf(end: UiEnd): ShowResult {
  return end.opened ? { opened: true, outcome: end.outcome } : end;
}
