/** Lets things rest until the event loop has looked at all sockets once more. */

export interface Resting {
  /** Called once, after a whole turn of the event loop. */
  rested(): void;
}

/**
 * A server may close a connection right behind a response. Its end, even if it has arrived, is only seen when the event
 * loop polls again; a request sent before that would be lost. One immediate serves all that rest at the same time.
 */
export class LoopTurn {
  private arriving: Resting[] = [];
  private leaving: Resting[] = [];
  private running = false;
  private readonly turn = (): void => {
    const rested = this.leaving;
    this.leaving = this.arriving;
    this.arriving = [];
    for (const one of rested) one.rested();
    if (this.leaving.length + this.arriving.length > 0) setImmediate(this.turn);
    else this.running = false;
  };

  /** What arrives in the middle of a poll has to see the next one: the first immediate is not yet enough. */
  add(one: Resting): void {
    this.arriving.push(one);
    if (this.running) return;
    this.running = true;
    setImmediate(this.turn);
  }
}
