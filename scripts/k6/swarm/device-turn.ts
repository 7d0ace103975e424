/** One turn of a device's life in k6: a DM Session, then the asynchronous work that came of it and its report. */
import { Device, type DeviceMemory } from '../../../sim/device/device.ts';
import { NetworkConditions } from '../../../sim/device/network.ts';
import { pendingWork } from '../../../sim/device/pending-work.ts';
import { type Population } from '../../../sim/device/population.ts';
import { session } from '../../../sim/device/session.ts';
import { type SessionLimits } from '../../../sim/device/session-limits.ts';
import { type Trigger } from '../../../sim/device/trigger.ts';
import { randomStream } from '../../../sim/random/random.ts';
import { type DriverContext } from './effect-performer.ts';
import { runSession, runWork } from './session-run.ts';
import { type TimeBox } from './time-box.ts';

export interface TurnContext {
  readonly population: Population;
  readonly limits: SessionLimits;
  /** Whether devices keep a fingerprint of what they do. */
  readonly fingerprinted: boolean;
  readonly driver: DriverContext;
}

/** Wakes the device, has it live its turn, and folds it again. */
export function liveTurn(
  context: TurnContext,
  index: number,
  memory: DeviceMemory | undefined,
  runBox: TimeBox,
): DeviceMemory {
  const { population, limits, fingerprinted } = context;
  const device = Device.wake(population, index, memory, limits, fingerprinted);
  startSession(context, device, { kind: 'client' }, runBox);
  while (!runBox.isOver) {
    const report = doWork(context, device, runBox);
    if (report === undefined) break;
    startSession(context, device, report, runBox);
  }
  return device.fold();
}

function startSession(context: TurnContext, device: Device, trigger: Trigger, runBox: TimeBox): void {
  const { seed, index, devId } = device;
  const number = device.sessions + 1;
  const network = context.population.networkOf(index);
  const { recorder } = context.driver;
  const { outcome, reason, detail } = runSession(context.driver, {
    trigger: trigger.kind,
    start: (listener) => session(device, trigger, listener),
    conditions: (connections) =>
      new NetworkConditions(network, randomStream(seed, 'network', index, number, connections)),
    runBox,
  });
  // The end of the run needs no example, and would give one for every VU.
  if (outcome !== 'completed' && reason !== 'run_ended')
    recorder.sessionFailed(reason, `${detail ?? reason} (${devId})`);
}

/** The oldest asynchronous EXEC of the device; the trigger of the session that reports it. */
function doWork(context: TurnContext, device: Device, runBox: TimeBox): Trigger | undefined {
  if (device.asynchronousWork.length === 0) return undefined;
  const { seed, index, sessions } = device;
  const network = context.population.networkOf(index);
  return runWork(
    context.driver,
    (listener) => pendingWork(device, listener),
    () => new NetworkConditions(network, randomStream(seed, 'exec-network', index, sessions)),
    runBox,
  );
}
