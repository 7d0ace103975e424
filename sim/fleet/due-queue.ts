/** When which device is due: a binary heap over typed arrays, without an object per device. */

/** A priority queue of (time, device); entries of equal time come in the order they were put in. */
export class DueQueue {
  private times: Float64Array;
  private devices: Int32Array;
  private order: Float64Array;
  private count = 0;
  private inserted = 0;

  constructor(capacity = 64) {
    this.times = new Float64Array(capacity);
    this.devices = new Int32Array(capacity);
    this.order = new Float64Array(capacity);
  }

  get size(): number {
    return this.count;
  }

  /** When the next device is due; Infinity when nothing waits. */
  get nextTime(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : (this.times[0] ?? 0);
  }

  push(time: number, device: number): void {
    if (this.count === this.times.length) this.grow();
    let hole = this.count++;
    const order = this.inserted++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.isLater(parent, time, order)) break;
      this.move(parent, hole);
      hole = parent;
    }
    this.put(hole, time, device, order);
  }

  /** Takes the next device; −1 when nothing waits. */
  pop(): number {
    if (this.count === 0) return -1;
    const device = this.devices[0] ?? -1;
    const last = --this.count;
    const time = this.times[last] ?? 0;
    const order = this.order[last] ?? 0;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= last) break;
      if (child + 1 < last && this.isLater(child, this.times[child + 1] ?? 0, this.order[child + 1] ?? 0))
        child++;
      if (this.isLater(child, time, order)) break;
      this.move(child, hole);
      hole = child;
    }
    this.put(hole, time, this.devices[last] ?? -1, order);
    return device;
  }

  private isLater(slot: number, time: number, order: number): boolean {
    const other = this.times[slot] ?? 0;
    return other > time || (other === time && (this.order[slot] ?? 0) > order);
  }

  private put(slot: number, time: number, device: number, order: number): void {
    this.times[slot] = time;
    this.devices[slot] = device;
    this.order[slot] = order;
  }

  private move(from: number, to: number): void {
    this.put(to, this.times[from] ?? 0, this.devices[from] ?? 0, this.order[from] ?? 0);
  }

  private grow(): void {
    const capacity = this.times.length * 2;
    const times = new Float64Array(capacity);
    const devices = new Int32Array(capacity);
    const order = new Float64Array(capacity);
    times.set(this.times);
    devices.set(this.devices);
    order.set(this.order);
    [this.times, this.devices, this.order] = [times, devices, order];
  }
}
