/** One DM Session under way: its bound, its end, and that both are counted. */
import { type SessionEnd } from '../device/effect.ts';
import { type Expirable } from './deadlines.ts';
import { EffectPerformer } from './effect-performer.ts';
import {
  type CutReason,
  type DriverContext,
  type FinishedSession,
  type RunningSession,
  type SessionRunOptions,
} from './running-session.ts';
import { type SessionTrace } from './trace.ts';
import { TracingMeter } from './tracing-meter.ts';

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
  private readonly meter: TracingMeter;
  private readonly performer: EffectPerformer;
  private cutBy: CutReason | undefined = undefined;
  private ended = false;

  constructor(context: DriverContext, options: SessionRunOptions) {
    this.context = context;
    this.options = options;
    this.meter = new TracingMeter(context.recorder, context.clock, options);
    this.performer = new EffectPerformer(context, this.meter, options.conditions, options.device);
    this.done = this.run();
    this.idle = this.done.then(() => this.performer.uiSessionsOver());
  }

  cut(reason: CutReason): void {
    if (this.ended) {
      this.performer.cutUiSessions();
      return;
    }
    this.cutBy ??= reason;
    this.performer.interrupt();
  }

  follow(follower: SessionTrace | undefined): void {
    this.meter.follow(follower);
    if (this.ended) return;
    const { device, trigger } = this.options;
    follower?.({ atMs: this.meter.elapsedMs, kind: 'session_started', device, trigger, joined: true });
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
      end =
        (await this.performer.drive(options.start(meter))) ??
        cutEnd(this.cutBy ?? 'run_ended', context.sessionTimeoutMs);
    } catch (error) {
      context.onInternalError(error);
      end = error instanceof Error ? { ...FAILED, detail: error.message } : FAILED;
    }
    this.ended = true;
    context.deadlines.remove(this);
    meter.nextReady();
    const durationMs = meter.elapsedMs;
    context.recorder.sessionEnded(end.outcome, end.reason, durationMs);
    context.recorder.deviceSession(options.device, end.outcome, end.reason, durationMs);
    if (meter.tracing) meter.trace({ kind: 'session_ended', ...end });
    return { ...end, durationMs };
  }
}

function cutEnd(reason: CutReason, sessionTimeoutMs: number): SessionEnd {
  const detail =
    reason === 'run_ended' ? 'still running when the run ended' : `not over within ${sessionTimeoutMs} ms`;
  return { outcome: 'timedOut', reason, detail };
}
