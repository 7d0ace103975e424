/** The work behind an EXEC: a firmware operation on the FUMO, anything else is time and a result (protocol.md section 4). */
import { sample } from '../random/distribution.ts';
import { randomStream, weightedIndex } from '../random/random.ts';
import { type Device } from './device.ts';
import { type Effect, type EffectResult } from './effect.ts';
import { type ExecutionContext } from './execution-context.ts';
import {
  type ExecDraw,
  FIRMWARE_OPERATIONS,
  FIRMWARE_RESULT,
  type FirmwareOperation,
  operateFirmware,
  work,
} from './firmware.ts';
import { pathOf, type TreeNode } from './mo-template.ts';
import { MOID } from './standard-objects.ts';

/** Does the work of one EXEC on an executable node and returns a result code as the FUMO has them: 200, 4xx or 5xx. */
export function performExec(
  context: ExecutionContext,
  node: TreeNode,
  [session, execution]: readonly [session: number, execution: number],
): Generator<Effect, number, EffectResult> {
  const draw = drawFor(context.device, session, execution);
  const operation = firmwareOperation(node);
  return operation === undefined ? performOther(draw) : operateFirmware(context, operation, draw);
}

function* performOther(draw: ExecDraw): Generator<Effect, number, EffectResult> {
  yield* work(draw);
  return draw.code;
}

function firmwareOperation(node: TreeNode): FirmwareOperation | undefined {
  if (node.object.moid !== MOID.fumo) return undefined;
  const path = pathOf(node);
  return path.length === 1 ? FIRMWARE_OPERATIONS.find((operation) => operation === path[0]) : undefined;
}

function drawFor({ seed, index, profile }: Device, session: number, execution: number): ExecDraw {
  const { duration, maxMs, results } = profile.exec;
  const stream = randomStream(seed, 'exec', index, session, execution);
  const durationMs = Math.min(sample(duration, stream), maxMs);
  const drawn = weightedIndex(
    stream,
    results.map(({ weight }) => weight),
  );
  return { durationMs, code: results[drawn]?.code ?? FIRMWARE_RESULT.success };
}
