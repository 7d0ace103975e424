/** What a driver resumes the session with, told apart; a wrong kind is the driver's error and is thrown. */
import { type EffectResult, type HttpResult, type ShowResult } from './effect.ts';

/** @throws TypeError when the driver answered an exchange or a transfer with anything else. */
export function httpResult(result: EffectResult): HttpResult {
  if (result === undefined || !('ok' in result))
    throw new TypeError('the driver resumed an exchange or a transfer without an HttpResult');
  return result;
}

/** @throws TypeError when the driver answered a SHOW with anything else. */
export function showResult(result: EffectResult): ShowResult {
  if (result === undefined || !('opened' in result))
    throw new TypeError('the driver resumed a SHOW without a ShowResult');
  return result;
}
