/** SHOW, step 3a: a UI Session between the web browser and the web server (CR 6.2, protocol.md sections 1 and 4). */
import { UI_DECISIONS } from '../../browser/ui-user.ts';
import { ALERT } from '../../protocol/alert.ts';
import { type ExecutableCommand } from '../../protocol/command.ts';
import { type Status } from '../../protocol/status.ts';
import { sample } from '../../random/distribution.ts';
import { weightedIndex } from '../../random/random.ts';
import { type Effect, type EffectResult } from '../effect.ts';
import { showResult } from '../effect-result.ts';
import { type ExecutionContext } from '../execution-context.ts';
import { SC, statusOf } from '../status-code.ts';

/**
 * 200 once the page could be opened, however the UI Session ends. In mode `wait` (CR 3.a.3) the next package tells
 * that it is over; in mode `launch` (TS) the client goes straight on and tells nothing. A page that could not be opened
 * is 5xx: the web server's own code, or 503 for any other.
 */
export function* show(
  context: ExecutionContext,
  { serverUri }: Extract<ExecutableCommand, { name: 'SHOW' }>,
): Generator<Effect, Status, EffectResult> {
  const { device } = context;
  const { ui, browser } = device.profile;
  if (!browser) return statusOf(SC.unsupported);
  const stream = context.nextUserStream();
  const weights = UI_DECISIONS.map((decision) => ui.decisions[decision]);
  const decision = UI_DECISIONS[weightedIndex(stream, weights)] ?? 'accept';
  device.fingerprint.addText(decision);
  const { showMode: mode, uiBoundMs: boundMs } = device;
  const thinkMs = (): number => sample(ui.thinkTime, stream);
  const result = showResult(yield { kind: 'show', serverUri, mode, user: { decision, thinkMs }, boundMs });
  if (!result.opened)
    return statusOf(result.status >= 500 && result.status < 600 ? result.status : SC.unavailable);
  // Only a UI Session that was waited for has one by now.
  const { outcome } = result;
  if (outcome !== undefined && outcome !== 'failed')
    context.alerts.push({ alertType: ALERT.uiSessionDone, sourceUri: serverUri, data: { outcome } });
  return statusOf(SC.ok);
}
