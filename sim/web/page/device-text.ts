/** A device's facts in words. */
import { formatCount, formatCounted, formatMs } from '../../report/format.ts';
import { type DeviceView } from '../feed-message.ts';
import { STATE_NAMES } from './state-name.ts';

/** `executing GET` */
export function doing({ state, command }: DeviceView): string {
  return command === undefined ? STATE_NAMES[state] : `${STATE_NAMES[state]} ${command}`;
}

/** `12 sessions done, the last completed in 58 ms` */
export function past({ sessionsDone, lastSession }: DeviceView): string {
  const done = `${formatCounted(sessionsDone, 'session')} done`;
  if (lastSession === undefined) return done;
  const outcome = lastSession.outcome === 'timedOut' ? 'timed out' : lastSession.outcome;
  return `${done}, the last ${outcome} ${lastSession.outcome === 'completed' ? 'in' : 'after'} ${formatMs(lastSession.durationMs)}`;
}

/** One sentence for those who hear the page. */
export function spoken(view: DeviceView): string {
  const error = view.lastError === undefined ? '' : ` Last error: ${view.lastError}.`;
  return `Device ${view.device}, ${view.profile}, ${doing(view)}. ${past(view)}.${error}`;
}

/** `devices 50 to 59` */
export function groupText(first: number, last: number): string {
  return first === last
    ? `device ${formatCount(first)}`
    : `devices ${formatCount(first)} to ${formatCount(last)}`;
}
