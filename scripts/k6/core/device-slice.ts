/** Which devices are a VU's own: no two VUs, on whatever instances, have a device in common. */

export class DeviceSlice {
  /** How many they are. */
  readonly size: number;
  private readonly first: number;
  private readonly step: number;

  /**
   * Every `vus`-th device from the VU's own number on.
   * @param vu number of the VU over all instances, from 1 (`exec.vu.idInTest`)
   * @param vus of the whole test, over all instances
   * @throws RangeError when there is no such VU
   */
  constructor(vu: number, vus: number, devices: number) {
    if (!(vu >= 1 && vu <= vus)) throw new RangeError(`VU ${vu} of ${vus}`);
    this.first = vu - 1;
    this.step = vus;
    this.size = Math.max(0, Math.ceil((devices - this.first) / vus));
  }

  /** The index in the population of the nth device of this slice, from 0; behind the last comes the first again. */
  device(n: number): number {
    return this.first + (n % this.size) * this.step;
  }
}
