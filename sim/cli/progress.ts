/** Progress while a run goes on; also ends a run that nobody answers. */
import { type Fleet } from '../fleet/fleet.ts';
import { type RunConfig } from '../fleet/run-config.ts';
import { phaseAt } from '../fleet/run-phase.ts';
import { type Totals } from '../metrics/totals.ts';
import { windowBetween } from '../metrics/window.ts';
import { progressBlock, progressLine, type ProgressView, type RunPhase } from '../report/progress-line.ts';
import { type Terminal } from './terminal.ts';

const REDRAW_MS = 500;
const LINE_MS = 5_000;
/** After this long with nothing but refused connections there is no server to wait for. */
const UNREACHABLE_MS = 5_000;
const NOT_CONNECTED = new Set([
  'dns_failed',
  'connect_refused',
  'connect_failed',
  'connect_timeout',
  'tls_failed',
]);

export interface ProgressDisplay {
  stop(): void;
}

export function showProgress(fleet: Fleet, run: RunConfig, terminal: Terminal): ProgressDisplay {
  const startedAt = performance.now();
  const everyMs = terminal.interactive ? REDRAW_MS : LINE_MS;
  let earlier: Totals | undefined;
  let earlierMs = 0;
  let drawnMs = 0;
  let gaveUp = false;
  const tick = (): void => {
    const elapsedMs = performance.now() - startedAt;
    if (!gaveUp && elapsedMs >= UNREACHABLE_MS && nobodyAnswers(fleet)) {
      gaveUp = true;
      terminal.warn('no device could connect; the run ends here');
      fleet.cut();
    }
    if (elapsedMs - drawnMs < everyMs) return;
    drawnMs = elapsedMs;
    const totals = fleet.totals();
    const window = windowBetween(earlier, totals, (elapsedMs - earlierMs) / 1_000);
    const view: ProgressView = { ...phaseOf(run, elapsedMs), elapsedMs, totals, window };
    if (terminal.interactive) {
      const options = { columns: process.stdout.columns || 100, colour: true };
      terminal.draw(progressBlock(view, options).join('\n'));
    } else terminal.say(progressLine(view));
    // On a terminal the window is some seconds long, or its percentiles would flicker.
    if (elapsedMs - earlierMs >= LINE_MS / 2) [earlier, earlierMs] = [totals, elapsedMs];
  };
  const timer = setInterval(tick, REDRAW_MS);
  return {
    stop: () => {
      clearInterval(timer);
      terminal.settle();
    },
  };
}

function phaseOf(run: RunConfig, elapsedMs: number): { phase: RunPhase; leftMs: number } {
  const phase = phaseAt(run, elapsedMs);
  const endMs = run.durationMs + (phase === 'drain' ? run.drainMs : 0);
  return { phase, leftMs: Math.max(0, endMs - elapsedMs) };
}

/** Sessions have ended, and every one of them without a connection. */
function nobodyAnswers(fleet: Fleet): boolean {
  if (fleet.answered) return false;
  const ended = fleet.totals().endings.filter(({ count }) => count > 0);
  return ended.length > 0 && ended.every(({ reason }) => NOT_CONNECTED.has(reason));
}
