import { describe, expect, it } from 'vitest';
import { rampOffsetMs } from '../../../sim/device/ramp.ts';
import { sample } from '../../../sim/random/distribution.ts';
import { randomStream } from '../../../sim/random/random.ts';
import { DeviceAgenda } from './device-agenda.ts';
import { DeviceSlice } from './device-slice.ts';

const thinkTime = { kind: 'exp', meanMs: 1_000 } as const;

describe('the agenda of a slice', () => {
  it('has first sessions in the order of the ramp, as the fleet has them', () => {
    const agenda = new DeviceAgenda(new DeviceSlice(1, 2, 20), {
      seed: 7,
      rampMs: 1_000,
      thinkTime,
      turns: 1,
    });
    const taken = Array.from({ length: 10 }, () => agenda.next()!);
    expect(agenda.next()).toBeUndefined();
    expect(taken.map(({ dueAtMs }) => dueAtMs)).toEqual(
      taken.map(({ device }) => rampOffsetMs(device, 1_000)),
    );
    const times = taken.map(({ dueAtMs }) => dueAtMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('enters a device again after the think time that the fleet would draw, until its last turn', () => {
    const agenda = new DeviceAgenda(new DeviceSlice(1, 1, 1), { seed: 7, rampMs: 0, thinkTime, turns: 2 });
    expect(agenda.next()).toEqual({ device: 0, dueAtMs: 0 });
    const thinkMs = sample(thinkTime, randomStream(7, 'think', 0, 1));
    expect(agenda.done(0, 500)).toBe(thinkMs);
    expect(agenda.next()).toEqual({ device: 0, dueAtMs: 500 + thinkMs });
    expect(agenda.done(0, 9_000)).toBeUndefined();
    expect(agenda.next()).toBeUndefined();
  });

  it('knows how many devices are due before a time, those put back among them', () => {
    const agenda = new DeviceAgenda(new DeviceSlice(1, 1, 4), {
      seed: 7,
      rampMs: 1_000,
      thinkTime,
      turns: 1,
    });
    expect(agenda.dueBefore(1_000)).toBe(4);
    const first = agenda.next()!;
    expect(agenda.dueBefore(1_000)).toBe(3);
    agenda.putBack(first);
    expect(agenda.dueBefore(1_000)).toBe(4);
    expect(agenda.dueBefore(first.dueAtMs)).toBe(0);
  });
});
