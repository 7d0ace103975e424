/** Firmware updates: what EXEC on the FUMO's three operations does (protocol.md section 7). */
import { parseServerUri } from '../protocol/server-uri.ts';
import { tellSubscribers } from './commands/subscription.ts';
import { type Effect, type EffectResult, type HttpResult } from './effect.ts';
import { httpResult } from './effect-result.ts';
import { type ExecutionContext } from './execution-context.ts';
import { violation } from './package-exchange.ts';
import { headersFor, reportBrokenHttp } from './repository.ts';
import { FUMO_STATE, MOID } from './standard-objects.ts';

/** Executable nodes of the FUMO, by their place below its root. */
export const FIRMWARE_OPERATIONS = ['Download', 'Update', 'DownloadAndUpdate'] as const;
export type FirmwareOperation = (typeof FIRMWARE_OPERATIONS)[number];

/** FUMO result codes: 200, 4xx for what the client's side caused, 5xx for the server's. */
export const FIRMWARE_RESULT = {
  success: 200,
  downloadFailed: 400,
  notAcceptable: 405,
  downloadNotAuthorized: 406,
  downloadTimedOut: 407,
  badUrl: 411,
  serverError: 500,
  serverUnavailable: 501,
} as const;

/** States in which there is a package to install. */
const HAS_PACKAGE: readonly string[] = [
  FUMO_STATE.downloadComplete,
  FUMO_STATE.readyToUpdate,
  FUMO_STATE.updateFailedWithData,
];

/** What was drawn for one EXEC. */
export interface ExecDraw {
  readonly durationMs: number;
  /** Result code the work ends with, if nothing real goes wrong before. */
  readonly code: number;
}

/**
 * Does one firmware operation and returns the FUMO result code. Download ends in State 40 or 20, Update and
 * DownloadAndUpdate in 100 or – with the package kept – 70, without it 80. That State stays until the next operation,
 * so that a server can ask for it. On success of an update DevInfo/FwV is the FUMO's PkgVersion, or the file name of the
 * package where there is no PkgVersion. Subscribers are told of each State.
 */
export function* operateFirmware(
  context: ExecutionContext,
  operation: FirmwareOperation,
  draw: ExecDraw,
): Generator<Effect, number, EffectResult> {
  const updates = operation !== 'Download';
  if (operation === 'Update') {
    if (!HAS_PACKAGE.includes(context.device.tree.leaf(MOID.fumo, ['State']) ?? ''))
      return FIRMWARE_RESULT.notAcceptable;
  } else {
    const code = yield* download(context, operation, updates ? undefined : draw);
    if (code !== FIRMWARE_RESULT.success) return code;
  }
  if (!updates) return FIRMWARE_RESULT.success;

  yield* enter(context, FUMO_STATE.readyToUpdate);
  yield* enter(context, FUMO_STATE.updateProgressing);
  yield* work(draw);
  if (draw.code !== FIRMWARE_RESULT.success) {
    const kept = operation === 'Update';
    yield* enter(context, kept ? FUMO_STATE.updateFailedWithData : FUMO_STATE.updateFailed);
    return draw.code;
  }
  const { tree } = context.device;
  const version = tree.leaf(MOID.fumo, ['PkgVersion']) ?? '';
  const source = operation === 'Update' ? 'Download' : operation;
  tree.set(MOID.devInfo, ['FwV'], version === '' ? fileNameOf(packageUrl(context, source)) : version);
  yield* enter(context, FUMO_STATE.updateSuccessful);
  return draw.code;
}

/** `draw`: the Download's own time and result; `undefined` when an update follows, which has them. */
function* download(
  context: ExecutionContext,
  operation: FirmwareOperation,
  draw: ExecDraw | undefined,
): Generator<Effect, number, EffectResult> {
  const url = packageUrl(context, operation);
  yield* enter(context, FUMO_STATE.downloadProgressing);
  let code: number = parseServerUri(url).ok ? FIRMWARE_RESULT.success : FIRMWARE_RESULT.badUrl;
  if (code === FIRMWARE_RESULT.success && context.device.profile.exec.download)
    code = yield* fetchPackage(context, url);
  if (code === FIRMWARE_RESULT.success && draw !== undefined) {
    yield* work(draw);
    code = draw.code;
  }
  const succeeded = code === FIRMWARE_RESULT.success;
  yield* enter(context, succeeded ? FUMO_STATE.downloadComplete : FUMO_STATE.downloadFailed);
  return code;
}

function* fetchPackage(context: ExecutionContext, url: string): Generator<Effect, number, EffectResult> {
  const result = httpResult(
    yield {
      kind: 'transfer',
      method: 'GET',
      serverUri: url,
      headers: headersFor(context, url, { Accept: '*/*' }),
      keepBody: false,
      maxBytes: context.device.limits.maxImageBytes,
    },
  );
  reportBrokenHttp(context, result);
  if (!result.ok && result.failure === 'body_too_large')
    context.listener.violation(violation('repository.too_large', `firmware package: ${result.detail}`));
  return downloadCode(result);
}

function downloadCode(result: HttpResult): number {
  if (!result.ok) {
    switch (result.failure) {
      case 'exchange_timeout':
      case 'connect_timeout':
        return FIRMWARE_RESULT.downloadTimedOut;
      case 'body_too_large':
        return FIRMWARE_RESULT.downloadFailed;
      default:
        return FIRMWARE_RESULT.serverUnavailable;
    }
  }
  const { status } = result;
  if (status >= 200 && status < 300) return FIRMWARE_RESULT.success;
  if (status === 401 || status === 403) return FIRMWARE_RESULT.downloadNotAuthorized;
  return status >= 500 ? FIRMWARE_RESULT.serverError : FIRMWARE_RESULT.downloadFailed;
}

/** Sets State; whoever has subscribed hears of it before the work goes on. */
function* enter(
  context: ExecutionContext,
  state: (typeof FUMO_STATE)[keyof typeof FUMO_STATE],
): Generator<Effect, void, EffectResult> {
  context.device.tree.set(MOID.fumo, ['State'], state);
  yield* tellSubscribers(context);
}

export function* work({ durationMs }: ExecDraw): Generator<Effect, void, EffectResult> {
  if (durationMs > 0) yield { kind: 'wait', ms: durationMs, reason: 'exec' };
}

function packageUrl({ device }: ExecutionContext, operation: FirmwareOperation): string {
  return device.tree.leaf(MOID.fumo, [operation, 'PkgURL']) ?? '';
}

/** `https://dr.example/fw/vehicle-2.1.bin?x=1` → `vehicle-2.1`. */
function fileNameOf(url: string): string {
  const parts = parseServerUri(url);
  const path = parts.ok ? parts.value.path : '';
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/(.)\.[A-Za-z][A-Za-z0-9]*$/, '$1');
  return name === '' ? 'unknown' : name;
}
