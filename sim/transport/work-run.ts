/** Work of a device between two sessions under way: a download, and the time that an EXEC takes. */
import { EffectPerformer } from './effect-performer.ts';
import { type DriverContext, type RunningWork, type WorkRunOptions } from './running-session.ts';
import { TracingMeter } from './tracing-meter.ts';

export class WorkRun<T> implements RunningWork<T> {
  readonly done: Promise<T | undefined>;
  private readonly performer: EffectPerformer;

  constructor(context: DriverContext, options: WorkRunOptions<T>) {
    const meter = new TracingMeter(context.recorder, context.clock, options.trace);
    this.performer = new EffectPerformer(context, meter, options.conditions);
    this.done = this.run(context, options, meter);
  }

  cut(): void {
    this.performer.interrupt();
  }

  private async run(
    context: DriverContext,
    options: WorkRunOptions<T>,
    meter: TracingMeter,
  ): Promise<T | undefined> {
    try {
      return await this.performer.drive(options.start(meter));
    } catch (error) {
      context.onInternalError(error);
      return undefined;
    }
  }
}
