/** The devices of a shard that somebody follows, and their steps until the next message: bounded, or lost and counted. */
import { type Clock, type Timer } from '../transport/clock.ts';
import { type SessionTrace, type TraceEvent } from '../transport/trace.ts';

/** How long steps wait for others to travel with. */
export const BATCH_MS = 250;
/** A body is shown up to here, in characters. */
export const LONGEST_BODY = 32_768;
/** Of one device, between two messages. */
const MOST_STEPS = 400;
const MOST_CHARACTERS = 1_048_576;

export type TellSteps = (device: number, steps: readonly TraceEvent[], lost: number) => void;

interface Followed {
  readonly trace: SessionTrace;
  steps: TraceEvent[];
  characters: number;
  /** Behind these steps. */
  lost: number;
  /** Before these steps. */
  lostBefore: number;
}

export class Following {
  private readonly clock: Clock;
  private readonly tell: TellSteps;
  private readonly devices = new Map<number, Followed>();
  private timer: Timer | undefined;

  constructor(clock: Clock, tell: TellSteps) {
    this.clock = clock;
    this.tell = tell;
  }

  /** Where the device's steps go from now on. */
  follow(device: number): SessionTrace {
    const known = this.devices.get(device);
    if (known !== undefined) return known.trace;
    const followed: Followed = {
      trace: (event) => this.note(followed, event),
      steps: [],
      characters: 0,
      lost: 0,
      lostBefore: 0,
    };
    this.devices.set(device, followed);
    return followed.trace;
  }

  unfollow(device: number): void {
    this.devices.delete(device);
  }

  /** Of a device that is followed. */
  traceOf(device: number): SessionTrace | undefined {
    return this.devices.get(device)?.trace;
  }

  /** Tells what is there, without waiting for more. */
  flush(): void {
    this.timer?.cancel();
    this.timer = undefined;
    for (const [device, followed] of this.devices) {
      const { steps, lost, lostBefore } = followed;
      if (steps.length === 0 && lostBefore === 0) continue;
      followed.steps = [];
      followed.characters = 0;
      followed.lost = 0;
      followed.lostBefore = lost;
      this.tell(device, steps, lostBefore);
      if (lost > 0) this.wake();
    }
  }

  private note(followed: Followed, event: TraceEvent): void {
    const step = shortened(event);
    const characters = JSON.stringify(step).length;
    // Behind the first that finds no room all are lost until the next message, so that a message has no gap inside.
    if (
      followed.lost > 0 ||
      followed.steps.length >= MOST_STEPS ||
      followed.characters + characters > MOST_CHARACTERS
    )
      followed.lost++;
    else {
      followed.steps.push(step);
      followed.characters += characters;
    }
    this.wake();
  }

  private wake(): void {
    this.timer ??= this.clock.after(BATCH_MS, () => this.flush());
  }
}

function shortened(event: TraceEvent): TraceEvent {
  if (!('body' in event) || event.body.length <= LONGEST_BODY) return event;
  const { length } = event.body;
  return {
    ...event,
    body: `${event.body.slice(0, LONGEST_BODY)}\n… cut here, of ${length.toLocaleString('en-US')} characters`,
  };
}
