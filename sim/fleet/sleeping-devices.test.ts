import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DeviceMemory } from '../device/device-memory.ts';
import { createFleetArrays } from '../metrics/fleet-arrays.ts';
import { SleepingDevices } from './sleeping-devices.ts';

const text = fc.string({ maxLength: 20 });
const leafOrNode = fc.letrec((tie) => ({
  data: fc.oneof({ depthSize: 'small' }, text, fc.array(fc.tuple(text, tie('data')), { maxLength: 3 })),
})).data as fc.Arbitrary<string | readonly (readonly [string, string])[]>;
const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const memory: fc.Arbitrary<DeviceMemory> = fc
  .record(
    {
      sessions: fc.integer({ min: 0, max: 1_000_000 }),
      fingerprint: fc.tuple(word, word),
      tree: fc.record(
        {
          values: fc.array(fc.tuple(fc.nat(), text), { minLength: 1 }).map((pairs) => pairs.flat()),
          removed: fc.array(fc.nat(), { minLength: 1 }),
          added: fc.array(fc.tuple(fc.nat(), text, leafOrNode), { minLength: 1 }),
          instances: fc.array(fc.tuple(text, text, leafOrNode), { minLength: 1 }),
        },
        { requiredKeys: [] },
      ),
      subscriptions: fc.array(fc.tuple(text, text), { minLength: 1 }),
      defaults: fc.array(fc.tuple(text, text), { minLength: 1 }),
      seenNotifications: fc.array(fc.nat(), { minLength: 1 }),
    },
    { requiredKeys: ['sessions', 'fingerprint'] },
  )
  .map((made) => made as DeviceMemory);

test('what a device keeps comes back as it was, and nothing of its neighbours', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 10, max: 14 }), memory), { maxLength: 20 }), (folds) => {
      const asleep = new SleepingDevices({ first: 10, end: 15 }, createFleetArrays(20));
      const model = new Map<number, DeviceMemory>();
      for (const [device, folded] of folds) {
        // A device never has fewer sessions than before.
        const sessions = Math.max(folded.sessions, model.get(device)?.sessions ?? 0);
        const kept = { ...folded, sessions };
        asleep.forget(device);
        asleep.keep(device, kept);
        model.set(device, kept);
      }
      for (const device of [10, 11, 12, 13, 14]) expect(asleep.memoryOf(device)).toEqual(model.get(device));
    }),
  );
});

test('a device that has never run leaves no trace in the fleet’s fingerprints, one that has does', () => {
  const arrays = createFleetArrays(4);
  const asleep = new SleepingDevices({ first: 0, end: 4 }, arrays);
  asleep.keep(1, { sessions: 0, fingerprint: [1, 2], seenNotifications: [7] });
  asleep.keep(2, { sessions: 3, fingerprint: [4_000_000_000, 5] });
  expect([...arrays.fingerprintsHigh]).toEqual([0, 0, 4_000_000_000, 0]);
  expect([...arrays.fingerprintsLow]).toEqual([0, 0, 5, 0]);
  expect(asleep.memoryOf(0)).toBeUndefined();
});

test('of a device that is forgotten its counts are left, and no difference', () => {
  const asleep = new SleepingDevices({ first: 0, end: 1 }, createFleetArrays(1));
  asleep.keep(0, { sessions: 2, fingerprint: [1, 2], tree: { values: [3, 'x'] } });
  asleep.forget(0);
  expect(asleep.memoryOf(0)).toEqual({ sessions: 2, fingerprint: [1, 2] });
});
