/**
 * A run second by second: what charts are drawn from, for as long as the run lasts and in bounded memory.
 *
 * A timeline that is full joins its samples two by two, and from then on two readings make one sample, then four, …:
 * all samples but the last cover equally many readings. Joined percentiles are those of all values of the joined time,
 * since samples keep their histograms (compactly), and rates are those of its counts. Only the generator's health is
 * the worse of both: a second in which it was late must not vanish in an hour.
 */
import { joined, sampleOf, type Stretch, stretchBetween, type TimelineReading } from './timeline-stretch.ts';
import { type TimelineSample } from './timeline-sample.ts';

export type { RunPhase, TimelineLatency, TimelineSample } from './timeline-sample.ts';
export type { TimelineReading } from './timeline-stretch.ts';

/** An hour by the second; then 2 seconds a sample, after two hours 4, … */
const MOST_SAMPLES = 3_600;
/** A last reading right behind another would make a sample of a moment, whose rates say nothing. */
const SHORTEST_SECONDS = 0.25;

export class Timeline {
  private readonly mostSamples: number;
  private readonly stretches: Stretch[] = [];
  /** Percentiles cost something, and samples are asked for again and again. */
  private readonly shown = new WeakMap<Stretch, TimelineSample>();
  /** Readings to a sample, and how many the last sample has. */
  private perSample = 1;
  private inLast = 1;
  private last: TimelineReading | undefined;

  /** @throws RangeError for a bound below 2. */
  constructor(mostSamples = MOST_SAMPLES) {
    if (!(mostSamples >= 2)) throw new RangeError(`a timeline of ${mostSamples} samples`);
    this.mostSamples = mostSamples - (mostSamples % 2);
  }

  /**
   * Notes a reading, and gives the sample of the time since the one before (the first: since the start). What is shorter
   * than a quarter of a second goes into the sample before.
   */
  add(reading: TimelineReading): TimelineSample {
    const stretch = stretchBetween(this.last, reading);
    this.last = reading;
    const whole = this.stretches.at(-1);
    const isShort = stretch.seconds < SHORTEST_SECONDS;
    if (whole !== undefined && (isShort || this.inLast < this.perSample)) {
      this.stretches[this.stretches.length - 1] = joined(whole, stretch);
      if (!isShort) this.inLast++;
    } else {
      if (this.stretches.length === this.mostSamples) this.halve();
      this.stretches.push(stretch);
      this.inLast = 1;
    }
    return this.sampleOf(stretch);
  }

  /** From the start of the run to the last reading, without gaps. */
  get samples(): readonly TimelineSample[] {
    return this.stretches.map((stretch) => this.sampleOf(stretch));
  }

  private sampleOf(stretch: Stretch): TimelineSample {
    const known = this.shown.get(stretch);
    if (known !== undefined) return known;
    const sample = sampleOf(stretch);
    this.shown.set(stretch, sample);
    return sample;
  }

  private halve(): void {
    const { stretches } = this;
    for (let i = 0; i + 1 < stretches.length; i += 2) {
      const [one, other] = [stretches[i], stretches[i + 1]];
      if (one !== undefined && other !== undefined) stretches[i / 2] = joined(one, other);
    }
    stretches.length /= 2;
    this.perSample *= 2;
  }
}
