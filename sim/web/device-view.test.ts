import { describe, expect, it } from 'vitest';
import { END_REASONS, TIMED_OUT_REASONS } from '../device/effect.ts';
import { Population } from '../device/population.ts';
import { sha256, testProfile } from '../device/testing/test-device.ts';
import { createFleetArrays } from '../metrics/fleet-arrays.ts';
import { createSlab } from '../metrics/slab.ts';
import { reasonNames } from '../metrics/slab-layout.ts';
import { SlabRecorder } from '../metrics/slab-recorder.ts';
import { type DeviceView } from './feed-message.ts';
import { deviceView } from './device-view.ts';

const vocabulary = { endReasons: END_REASONS, timedOutReasons: TIMED_OUT_REASONS };

function setUp() {
  const arrays = createFleetArrays(3);
  const recorder = new SlabRecorder({
    slab: createSlab(vocabulary),
    states: arrays.states,
    facts: arrays,
    onFirstViolation: () => undefined,
  });
  const population = new Population(
    {
      seed: 7,
      devices: 3,
      profiles: [{ profile: testProfile, weight: 1 }],
      account: { serverId: 'dms', serverUri: 'http://127.0.0.1:1/dm', notificationKey: 'key' },
      latencies: {},
      uiBoundMs: 5_000,
      pushShare: 1,
    },
    sha256,
  );
  const view = (device: number): DeviceView =>
    deviceView(device, arrays, population, reasonNames(vocabulary));
  return { arrays, recorder, population, view };
}

describe('the view of a device', () => {
  it('before its first session has who it is and nothing else', () => {
    const { view, population } = setUp();
    expect(view(2)).toEqual({
      device: 2,
      devId: population.devIdOf(2),
      profile: testProfile.name,
      state: 'pending',
      sessionsDone: 0,
      pushed: true,
    });
  });

  it('shows the command while it is executed and no longer', () => {
    const { recorder, view } = setUp();
    recorder.deviceState(1, 'executing');
    recorder.deviceCommand(1, 'HGET');
    expect(view(1)).toMatchObject({ state: 'executing', command: 'HGET' });
    expect(view(0)).not.toHaveProperty('command');
    recorder.deviceCommand(1, undefined);
    expect(view(1)).not.toHaveProperty('command');
  });

  it('shows how the last session did, and keeps why the last failed one failed', () => {
    const { arrays, recorder, view } = setUp();
    recorder.deviceSession(0, 'aborted', 'http_503', 20.5);
    expect(view(0)).toMatchObject({
      lastSession: { outcome: 'aborted', durationMs: 20.5 },
      lastError: 'http_503',
    });
    recorder.deviceSession(0, 'completed', 'completed', 1_234.5678);
    arrays.sessionsDone[0] = 2;
    expect(view(0)).toMatchObject({
      sessionsDone: 2,
      lastSession: { outcome: 'completed', durationMs: 1_234.568 },
      lastError: 'http_503',
    });
    recorder.deviceSession(0, 'timedOut', 'session_timeout', 5);
    expect(view(0)).toMatchObject({ lastSession: { outcome: 'timedOut' }, lastError: 'session_timeout' });
    recorder.deviceSession(0, 'aborted', 'a reason nobody knows', 5);
    expect(view(0)).toMatchObject({ lastError: 'other' });
  });
});
