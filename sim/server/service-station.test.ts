import { describe, expect, it } from 'vitest';
import { randomStream } from '../random/random.ts';
import { type ServiceClock, type ServiceOptions, ServiceStation } from './service-station.ts';

/** Time that only moves when told to; runs what is due in order. */
class VirtualTime implements ServiceClock {
  private time = 0;
  private readonly due: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.time;
  }

  schedule(callback: () => void, delayMs: number): void {
    this.due.push({ at: this.time + delayMs, callback });
  }

  advanceTo(time: number): void {
    for (;;) {
      this.due.sort((a, b) => a.at - b.at);
      const next = this.due[0];
      if (next === undefined || next.at > time) break;
      this.due.shift();
      this.time = next.at;
      next.callback();
    }
    this.time = time;
  }
}

const TEN_MS = { kind: 'constant', ms: 10 } as const;

function station(options: ServiceOptions): { time: VirtualTime; station: ServiceStation } {
  const time = new VirtualTime();
  return { time, station: new ServiceStation(options, 7, time) };
}

describe('a service station', () => {
  it('answers at once without a service time, and where it does not apply', () => {
    let answered = 0;
    station({ concurrency: 1 }).station.serve('package1', () => answered++);
    station({ serviceTime: TEN_MS, serviceOn: ['ui'] }).station.serve('package1', () => answered++);
    expect(answered).toBe(2);
  });

  it('serves as many as it has servers at once, and the others in order of arrival', () => {
    const { time, station: served } = station({ serviceTime: TEN_MS, concurrency: 2 });
    const ends: [number, number][] = [];
    for (let i = 0; i < 5; i++) served.serve('package1', () => ends.push([i, time.now()]));
    expect(served.ledger()).toMatchObject({ busy: 2, queued: 3 });
    time.advanceTo(100);
    expect(ends).toEqual([
      [0, 10],
      [1, 10],
      [2, 20],
      [3, 20],
      [4, 30],
    ]);
    expect(served.ledger()).toMatchObject({
      busy: 0,
      queued: 0,
      serviceMs: { count: 5, sum: 50, mean: 10, sd: 0 },
    });
    expect(served.ledger().waitMs).toMatchObject({ count: 5, sum: 40, max: 20 });
  });

  it('without a concurrency limit delays everybody by the service time alone', () => {
    const { time, station: served } = station({ serviceTime: TEN_MS });
    let answered = 0;
    for (let i = 0; i < 100; i++) served.serve('package3', () => answered++);
    time.advanceTo(10);
    expect(answered).toBe(100);
    expect(served.ledger().waitMs.max).toBe(0);
  });

  it('turns requests away when its queue is full, and takes them again when there is room', () => {
    const { time, station: served } = station({ serviceTime: TEN_MS, concurrency: 1, maxQueue: 1 });
    const admitted: boolean[] = [];
    for (let i = 0; i < 3; i++) {
      const room = served.admits('package1');
      admitted.push(room);
      if (room) served.serve('package1', () => undefined);
    }
    expect(admitted).toEqual([true, true, false]);
    time.advanceTo(10);
    expect(served.admits('package1')).toBe(true);
    expect(served.ledger().rejected).toBe(1);
  });

  it('without room to wait takes a request whenever a server is free', () => {
    const { time, station: served } = station({ serviceTime: TEN_MS, concurrency: 1, maxQueue: 0 });
    expect(served.admits('package1')).toBe(true);
    served.serve('package1', () => undefined);
    expect(served.admits('package1')).toBe(false);
    time.advanceTo(10);
    expect(served.admits('package1')).toBe(true);
  });

  it('queues like M/M/4: the mean wait is the one Erlang C gives', () => {
    // λ = 160/s, μ = 50/s, c = 4: a = 3.2, ρ = 0.8; C(4, 3.2) = 0.5964 and Wq = C / (cμ − λ) = 14.91 ms.
    const { time, station: served } = station({ serviceTime: { kind: 'exp', meanMs: 20 }, concurrency: 4 });
    const arrivals = randomStream(11, 'arrivals');
    let at = 0;
    for (let i = 0; i < 200_000; i++) {
      at += (-Math.log(1 - arrivals.next()) * 1_000) / 160;
      time.advanceTo(at);
      served.serve('package1', () => undefined);
    }
    time.advanceTo(at + 10_000);
    const { serviceMs, waitMs } = served.ledger();
    expect(serviceMs.mean).toBeCloseTo(20, 0);
    expect(waitMs.mean).toBeGreaterThan(14.91 * 0.93);
    expect(waitMs.mean).toBeLessThan(14.91 * 1.07);
  });

  it('does not lose capacity to timers that fire late', () => {
    const late: ServiceClock & { pending: { at: number; callback: () => void }[]; time: number } = {
      time: 0,
      pending: [],
      now() {
        return this.time;
      },
      schedule(callback, delayMs) {
        // Every timer is three milliseconds late.
        this.pending.push({ at: this.time + delayMs + 3, callback });
      },
    };
    const served = new ServiceStation({ serviceTime: TEN_MS, concurrency: 1 }, 7, late);
    const ends: number[] = [];
    for (let i = 0; i < 10; i++) served.serve('package1', () => ends.push(late.time));
    for (const { at, callback } of late.pending) {
      late.time = at;
      callback();
    }
    // Ten times ten milliseconds, and the lateness once, not ten times.
    expect(ends.at(-1)).toBe(103);
  });

  it.each([0, -1, 1.5])('refuses a concurrency of %d', (concurrency) => {
    expect(() => new ServiceStation({ concurrency }, 1)).toThrow(RangeError);
  });
});
