/** Passes on the newest of many values, not more often than so. */

export class Throttle<T> {
  private readonly everyMs: number;
  private readonly after: (ms: number, callback: () => void) => void;
  private readonly target: (value: T) => void;
  private held: { readonly value: T } | undefined;
  private isResting = false;

  /** `after` calls back later; `target` gets the values. */
  constructor(
    everyMs: number,
    after: (ms: number, callback: () => void) => void,
    target: (value: T) => void,
  ) {
    this.everyMs = everyMs;
    this.after = after;
    this.target = target;
  }

  call(value: T): void {
    if (this.isResting) {
      this.held = { value };
      return;
    }
    this.isResting = true;
    this.target(value);
    this.after(this.everyMs, () => {
      this.isResting = false;
      const { held } = this;
      this.held = undefined;
      if (held !== undefined) this.call(held.value);
    });
  }
}
