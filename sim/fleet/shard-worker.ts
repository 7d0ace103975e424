/** The worker's entry: one long task – a shard from its first session to its last. */
import { createHash } from 'node:crypto';
import { Population } from '../device/population.ts';
import { watchGenerator } from '../metrics/generator-health.ts';
import { SlabRecorder } from '../metrics/slab-recorder.ts';
import { realClock } from '../transport/clock.ts';
import { Driver } from '../transport/driver.ts';
import { createHttpClient } from '../transport/http-transport.ts';
import { createPushDuty } from './push-duty.ts';
import { segment } from './segment.ts';
import { Shard } from './shard.ts';
import { type FromShard, type ToShard } from './shard-message.ts';
import { type ShardTask } from './shard-task.ts';

/** How often the shard looks whether a first byte has come from any server. */
const ANSWERED_CHECK_MS = 200;

/** Piscina calls this with the task; the thread is busy with it until the run is over. */
export default async function runShard(task: ShardTask): Promise<void> {
  const { index, config, slab, arrays, port, resumedFromMs } = task;
  const send = (message: FromShard): void => port.postMessage(message);
  const recorder = new SlabRecorder({
    slab,
    states: arrays.states,
    facts: arrays,
    onFirstViolation: (rule, example) => send({ kind: 'violation', violation: { rule, example } }),
  });
  const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest();
  const population = new Population(config.population, sha256);
  const http = createHttpClient(config.httpTransport, config.http, config.exchangeTimeoutMs, {
    connections: recorder,
  });
  const driver = new Driver({
    http,
    recorder,
    sessionTimeoutMs: config.sessionTimeoutMs,
    onInternalError: (error) => send({ kind: 'warning', text: `internal error: ${stackOf(error)}` }),
  });
  const failures = new Set<string>();
  const push =
    config.population.pushShare > 0
      ? createPushDuty({
          config,
          population,
          shard: index,
          onFrame: (device, frame) => shard.notify(device, frame),
          onMalformed: () => {
            recorder.packagePassed(0);
            recorder.notification('malformed');
          },
          connections: recorder,
          onWarning: (text) => send({ kind: 'warning', text }),
        })
      : undefined;
  const shard: Shard = new Shard({
    config,
    devices: segment(index, config.workers, config.population.devices),
    population,
    driver,
    recorder,
    arrays,
    clock: realClock,
    sha256,
    posixSeconds: () => Math.floor(Date.now() / 1000),
    resumed: resumedFromMs !== undefined,
    onFailure: (reason, detail) => {
      if (failures.has(reason)) return;
      failures.add(reason);
      send({ kind: 'ending', reason, detail });
    },
    trace: config.trace ? (device, event) => send({ kind: 'trace', device, event }) : undefined,
    tellSteps: (device, steps, lost) => send({ kind: 'steps', device, steps, lost }),
    push,
  });
  let begin: (startedAtMs: number) => void = () => undefined;
  const begun = new Promise<number>((resolve) => (begin = resolve));
  port.on('message', (message: ToShard) => {
    switch (message.kind) {
      case 'begin': {
        begin(message.startedAtMs);
        return;
      }
      case 'stop': {
        shard.stop();
        return;
      }
      case 'cut': {
        shard.cut();
        return;
      }
      case 'notify': {
        send({
          kind: 'notified',
          request: message.request,
          result: shard.notify(message.device, message.frame),
        });
        return;
      }
      case 'follow': {
        shard.follow(message.device);
        return;
      }
      case 'unfollow': {
        shard.unfollow(message.device);
        return;
      }
      default:
        return message satisfies never;
    }
  });
  shard.prepare(resumedFromMs === undefined ? 0 : Date.now() - resumedFromMs);
  if (resumedFromMs === undefined) send({ kind: 'ready' });
  const startedAtMs = resumedFromMs ?? (await begun);
  const crash = rehearseCrash(task, startedAtMs);
  const answered = setInterval(() => {
    if (http.answered) tellAnswered();
  }, ANSWERED_CHECK_MS);
  const tellAnswered = (): void => {
    clearInterval(answered);
    send({ kind: 'answered' });
  };
  const watch = watchGenerator(slab);
  try {
    await shard.run(realClock.now() - (Date.now() - startedAtMs));
  } finally {
    watch.stop();
    clearTimeout(crash);
    clearInterval(answered);
    if (http.answered) send({ kind: 'answered' });
    port.close();
  }
}

/** An uncaught throw in a timer is what ends a thread for real. */
function rehearseCrash(
  { index, config, resumedFromMs }: ShardTask,
  startedAtMs: number,
): NodeJS.Timeout | undefined {
  if (config.crashWorkerAfterMs === undefined || index !== 0 || resumedFromMs !== undefined) return undefined;
  return setTimeout(
    () => {
      throw new Error('rehearsed crash');
    },
    startedAtMs + config.crashWorkerAfterMs - Date.now(),
  );
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
