/** One DM Session in k6, counted once as started and once as ended. */
import { type Effect, type EffectResult, type SessionEnd } from '../../../sim/device/effect.ts';
import { SessionMeter } from '../../../sim/device/session-meter.ts';
import { type SessionListener } from '../../../sim/device/session-listener.ts';
import { testClock } from './clock.ts';
import { type ConditionsOf, type DriverContext, EffectPerformer } from './effect-performer.ts';
import { type TriggerName } from './metric-recorder.ts';
import { type TimeBox } from './time-box.ts';

export interface SessionRunOptions {
  readonly trigger: TriggerName;
  /** Begins the session; what it is given counts the session's events. */
  readonly start: (listener: SessionListener) => Generator<Effect, SessionEnd, EffectResult>;
  readonly conditions: ConditionsOf;
  /** Until the run's drain is over. */
  readonly runBox: TimeBox;
}

/** Runs a session to its end; throws nothing, an error of our own is its `internal_error`. */
export function runSession(context: DriverContext, options: SessionRunOptions): SessionEnd {
  const { recorder, sessionTimeoutMs } = context;
  recorder.sessionStarted(options.trigger);
  const meter = new SessionMeter(recorder, testClock);
  const box = options.runBox.within(sessionTimeoutMs);
  const performer = new EffectPerformer(context, meter, options.conditions, box);
  let end: SessionEnd;
  try {
    end = performer.drive(options.start(meter)) ?? cutEnd(options.runBox, sessionTimeoutMs);
  } catch (error) {
    end = {
      outcome: 'aborted',
      reason: 'internal_error',
      detail: error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error),
    };
  }
  meter.nextReady();
  recorder.sessionEnded(end.outcome, end.reason, meter.elapsedMs);
  return end;
}

/** Asynchronous EXEC work between two sessions: measured, but no session. `undefined`: cut by the end of the run. */
export function runWork<T>(
  context: DriverContext,
  start: (listener: SessionListener) => Generator<Effect, T, EffectResult>,
  conditions: ConditionsOf,
  runBox: TimeBox,
): T | undefined {
  const meter = new SessionMeter(context.recorder, testClock);
  return new EffectPerformer(context, meter, conditions, runBox).drive(start(meter));
}

function cutEnd(runBox: TimeBox, sessionTimeoutMs: number): SessionEnd {
  return runBox.isOver
    ? { outcome: 'timedOut', reason: 'run_ended', detail: 'still running when the run ended' }
    : {
        outcome: 'timedOut',
        reason: 'session_timeout',
        detail: `not over within ${sessionTimeoutMs} ms`,
      };
}
