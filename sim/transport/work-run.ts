/** Work of a device between two sessions under way: a download, and the time that an EXEC takes. */
import { EffectPerformer } from './effect-performer.ts';
import { type DriverContext, type RunningWork, type WorkRunOptions } from './running-session.ts';
import { type SessionTrace } from './trace.ts';
import { TracingMeter } from './tracing-meter.ts';

export class WorkRun<T> implements RunningWork<T> {
  readonly done: Promise<T | undefined>;
  private readonly meter: TracingMeter;
  private readonly performer: EffectPerformer;

  constructor(context: DriverContext, options: WorkRunOptions<T>) {
    this.meter = new TracingMeter(context.recorder, context.clock, options);
    this.performer = new EffectPerformer(context, this.meter, options.conditions);
    this.done = this.run(context, options);
  }

  cut(): void {
    this.performer.interrupt();
  }

  follow(follower: SessionTrace | undefined): void {
    this.meter.follow(follower);
  }

  private async run(context: DriverContext, options: WorkRunOptions<T>): Promise<T | undefined> {
    try {
      return await this.performer.drive(options.start(this.meter));
    } catch (error) {
      context.onInternalError(error);
      return undefined;
    }
  }
}
