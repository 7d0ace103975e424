/**
 * When which item is due: a timing wheel of millisecond slots over typed arrays, 16 bytes an item and 8 a slot.
 *
 * There is one round of slots and no hierarchy: what is due in a later round stands in the same slot and is passed over
 * until its round has come. With about as many slots as items that costs each item a glance a round, and never the
 * moving of a whole upper slot at once: work is bounded by what is looked at, and can stop and go on at any item.
 */

/** 524 s: longer rounds would only take memory. */
const MOST_SLOTS = 2 ** 19;
const FEWEST_SLOTS = 2 ** 8;
/** Slots and items that {@link TimingWheel.nextTime} looks at before it names a time to look again. */
const FARTHEST_LOOK = 1_024;
/** Items not due and empty slots that {@link TimingWheel.handOut} passes over before it lets others have the thread. */
const MOST_PASSED = 16_384;

/** Takes an item that is due; may add and remove any, this one too. `false`: no more for now. */
export type TakeDue = (item: number, dueAt: number) => boolean;

/**
 * Items 0 … n−1, each in the wheel once at most, with times of any clock in ms. An item is handed out at the first whole
 * millisecond at or after its time, never before; those of one millisecond in the order they were added.
 */
export class TimingWheel {
  /** Rings: behind the items come the slots, each its ring's beginning and end. */
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly dueAt: Float64Array;
  private readonly items: number;
  private readonly mask: number;
  private count = 0;
  /** The millisecond whose slot is being handed out; what is due before goes there, too. */
  private cursor: number;
  /** What is looked at next in that slot. */
  private place: number;

  /** @throws RangeError for a number of items that is none, or too large for memory. */
  constructor(items: number, now: number) {
    const slots = Math.min(MOST_SLOTS, Math.max(FEWEST_SLOTS, 2 ** Math.ceil(Math.log2(items + 1))));
    this.items = items;
    this.mask = slots - 1;
    this.next = new Int32Array(items + slots).fill(OUT, 0, items);
    this.previous = new Int32Array(items + slots);
    this.dueAt = new Float64Array(items);
    for (let ring = items; ring < items + slots; ring++) this.next[ring] = this.previous[ring] = ring;
    this.cursor = Math.floor(now);
    this.place = this.ringOf(this.cursor);
  }

  get size(): number {
    return this.count;
  }

  has(item: number): boolean {
    return (this.next[item] ?? OUT) !== OUT;
  }

  /** Puts an item in; one that is in already gets the new time. */
  add(item: number, dueAt: number): void {
    this.remove(item);
    const ring = this.ringOf(Math.max(this.cursor, Math.ceil(dueAt)));
    const last = this.previous[ring] ?? ring;
    this.next[last] = item;
    this.previous[item] = last;
    this.next[item] = ring;
    this.previous[ring] = item;
    this.dueAt[item] = dueAt;
    this.count++;
    // The slot at the cursor may have been looked through to its end.
    if (this.place === ring && ring === this.ringOf(this.cursor)) this.place = item;
  }

  /** Takes an item out, if it is in. */
  remove(item: number): void {
    const next = this.next[item] ?? OUT;
    if (next === OUT) return;
    const previous = this.previous[item] ?? 0;
    this.next[previous] = next;
    this.previous[next] = previous;
    this.next[item] = OUT;
    this.count--;
    if (this.place === item) this.place = next;
  }

  /**
   * Takes out what is due at `now` and hands it to `take`, until nothing is left, `take` has enough, or much has been
   * passed over; then {@link nextTime} is not after `now`.
   */
  handOut(now: number, take: TakeDue): void {
    const last = Math.floor(now);
    // After a standstill of more than a round every slot is looked at once.
    if (last - this.cursor > this.mask) this.turnTo(last - this.mask);
    let passed = 0;
    for (;;) {
      const ring = this.ringOf(this.cursor);
      while (this.place !== ring) {
        const item = this.place;
        const dueAt = this.dueAt[item] ?? 0;
        if (dueAt <= last) {
          this.remove(item);
          if (!take(item, dueAt)) return;
        } else {
          this.place = this.next[item] ?? ring;
          if (++passed > MOST_PASSED) return;
        }
      }
      if (this.cursor >= last || ++passed > MOST_PASSED) return;
      this.turnTo(this.cursor + 1);
    }
  }

  /**
   * The earliest time at which an item is due, in whole ms; Infinity when there is none. Where it is far off, a time
   * before it: look again then.
   */
  nextTime(): number {
    if (this.count === 0) return Number.POSITIVE_INFINITY;
    const end = this.cursor + Math.min(this.mask, FARTHEST_LOOK);
    let looked = 0;
    let place = this.place;
    for (let time = this.cursor; time <= end; time++) {
      const ring = this.ringOf(time);
      if (time > this.cursor) place = this.next[ring] ?? ring;
      for (; place !== ring; place = this.next[place] ?? ring)
        if ((this.dueAt[place] ?? 0) <= time || ++looked > FARTHEST_LOOK) return time;
    }
    return end;
  }

  private turnTo(time: number): void {
    this.cursor = time;
    const ring = this.ringOf(time);
    this.place = this.next[ring] ?? ring;
  }

  private ringOf(time: number): number {
    return this.items + (time & this.mask);
  }
}

/** In {@link TimingWheel.next}: the item is in no slot. */
const OUT = -1;
