/** One UI Session in k6, from its first page to its end (CR 6.2 step 3a). */
import { type BrowserEffect, type BrowserResult, type UiEnd } from '../../../sim/browser/ui-effect.ts';
import { uiSession } from '../../../sim/browser/ui-session.ts';
import { type ShowEffect, type ShowResult } from '../../../sim/device/effect.ts';
import { testClock } from './clock.ts';
import { mindedByK6, newJar } from './cookies.ts';
import { k6Html } from './html-parser.ts';
import { type MetricRecorder } from './metric-recorder.ts';
import { type NetworkLink } from './network-link.ts';
import { type TimeBox } from './time-box.ts';

/** Bound on a page, in bytes. */
const MAX_PAGE_BYTES = 1_048_576;

/** Runs it to its end, within its own bound and the session's time box. Counted once, however it ends. */
export function runUiSession(
  effect: ShowEffect,
  link: NetworkLink,
  recorder: MetricRecorder,
  sessionBox: TimeBox,
): ShowResult {
  const startedAtMs = testClock.now();
  const box = sessionBox.within(effect.boundMs);
  // Until it is known better: what holds when our own code fails.
  let end: UiEnd = { opened: false, status: 500, detail: 'the browser failed' };
  try {
    end = drive(effect, link, recorder, box);
  } finally {
    recorder.uiSessionEnded(end.opened ? end.outcome : 'failed', testClock.now() - startedAtMs);
  }
  return end;
}

function drive(effect: ShowEffect, link: NetworkLink, recorder: MetricRecorder, box: TimeBox): UiEnd {
  const jar = newJar();
  const generator = uiSession({
    uri: effect.serverUri,
    user: effect.user,
    html: k6Html,
    cookies: mindedByK6,
  });
  let opened = false;
  let result: BrowserResult = undefined;
  for (;;) {
    const step = generator.next(result);
    if (step.done === true) return step.value;
    if (step.value.kind === 'opened') opened = true;
    result = perform(step.value);
    if (box.isOver) {
      const end: UiEnd = opened
        ? { opened: true, outcome: 'timedOut' }
        : { opened: false, status: 503, detail: `not opened within ${effect.boundMs} ms` };
      generator.return(end);
      return end;
    }
  }

  function perform(step: BrowserEffect): BrowserResult {
    switch (step.kind) {
      case 'fetch': {
        const { method, uri, headers, body } = step;
        const outcome = link.exchange(
          {
            name: 'UI Session',
            method,
            uri,
            headers,
            ...(body === undefined ? {} : { body }),
            jar,
            maxBodyBytes: MAX_PAGE_BYTES,
            keepBody: true,
          },
          box,
        );
        if (!outcome.ok) return { ok: false, detail: `${outcome.failure}: ${outcome.detail}` };
        const { 'Content-Type': contentType = '', Location: location } = outcome.responseHeaders;
        return {
          ok: true,
          status: outcome.status,
          contentType,
          ...(location === undefined ? {} : { location }),
          setCookies: [],
          body: outcome.body,
        };
      }
      case 'opened':
        return undefined;
      case 'think':
        recorder.simulatedDelay('ui_think', box.sleep(step.ms));
        return undefined;
      case 'idle':
        // The user does nothing any more: the bound ends this.
        box.sleep(Number.POSITIVE_INFINITY);
        return undefined;
      default:
        return step satisfies never;
    }
  }
}
