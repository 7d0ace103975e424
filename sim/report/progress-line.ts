/** How a run is going: one line for a log, a few for a terminal that redraws them. Pure; whoever calls prints. */
import { DEVICE_STATES } from '../metrics/recorder.ts';
import { type Totals } from '../metrics/totals.ts';
import { type Window } from '../metrics/window.ts';
import { formatCount, formatCounted, formatMs, formatRate } from './format.ts';
import { labelled, shortened, styleOf, wrappedParts } from './text-layout.ts';

export type RunPhase = 'ramp' | 'load' | 'drain';

export interface ProgressView {
  readonly phase: RunPhase;
  readonly elapsedMs: number;
  /** Until nothing new is started, in drain until what runs is cut; absent when the run ends by its sessions. */
  readonly leftMs?: number;
  /** Now. */
  readonly totals: Totals;
  /** The time since the last progress, or somewhat more. */
  readonly window: Window;
}

export interface BlockOptions {
  /** Width of the terminal. */
  readonly columns: number;
  readonly colour: boolean;
}

const LABEL = 12;
const BAR = 24;

/** `00:12 load, 48 s left · 4,321 of 5,000 devices active · 1,640 iterations/s · …` */
export function progressLine(view: ProgressView): string {
  const { totals, window } = view;
  return [
    `${clock(view.elapsedMs)} ${view.phase}${leftOf(view)}`,
    devicesAtWork(totals),
    ratesOf(window),
    `turnaround ${turnaroundOf(window)}`,
    `${formatCounted(endedOf(totals), 'session')} ended`,
    errorsOf(totals, window),
  ].join(' · ');
}

/** The lines that a terminal redraws; always the same number of them, none wider than the terminal. */
export function progressBlock(view: ProgressView, { columns, colour }: BlockOptions): readonly string[] {
  const { totals, window } = view;
  const style = styleOf(colour);
  const failed = totals.sessions.aborted + totals.sessions.timedOut > 0;
  const line = (label: string, text: string): string =>
    shortened(labelled(label, [text], LABEL)[0] ?? '', Math.max(20, columns - 1));
  const states = DEVICE_STATES.filter((state) => totals.devices[state] > 0).map(
    (state) => `${formatCount(totals.devices[state])} ${state}`,
  );
  const [stateLine = '', ...moreStates] = wrappedParts(states, Math.max(20, columns - 1 - LABEL));
  const errors = line('Errors', errorsOf(totals, window));
  return [
    style.heading(line(phaseName(view.phase), `${clock(view.elapsedMs)} ${bar(view)}${leftOf(view)}`)),
    line('Devices', moreStates.length === 0 ? stateLine : `${stateLine} · …`),
    line('Now', ratesOf(window)),
    line('Turnaround', turnaroundOf(window)),
    line(
      'Sessions',
      `${formatCount(totals.sessions.inFlight)} running · ${formatCount(endedOf(totals))} ended`,
    ),
    failed ? style.bad(errors) : errors,
  ];
}

function ratesOf({ iterationsPerSecond, sessionsPerSecond }: Window): string {
  return `${formatRate(iterationsPerSecond).replace('/s', ' iterations/s')} · ${formatRate(sessionsPerSecond).replace('/s', ' sessions/s')}`;
}

function turnaroundOf({ serverTurnaround: { p50, p95, p99, count } }: Window): string {
  return count === 0 ? '–' : `p50 ${formatMs(p50)} p95 ${formatMs(p95)} p99 ${formatMs(p99)}`;
}

function devicesAtWork({ devices }: Totals): string {
  const all = DEVICE_STATES.reduce((sum, state) => sum + devices[state], 0);
  const atWork = devices.waiting + devices.executing + devices.ui + devices.updating;
  const finished = devices.finished > 0 ? `, ${formatCount(devices.finished)} finished` : '';
  return `${formatCount(atWork)} of ${formatCounted(all, 'device')} at work${finished}`;
}

/** Failed sessions so far and lately, the most frequent reason, and violations. */
function errorsOf({ sessions, endings, violations }: Totals, window: Window): string {
  const failed = sessions.aborted + sessions.timedOut;
  const broken = Object.values(violations).reduce((sum, count) => sum + count, 0);
  const violated = broken === 0 ? '' : `, ${formatCounted(broken, 'violation')}`;
  if (failed === 0) return `no errors${violated}`;
  const most = endings
    .filter(({ outcome }) => outcome !== 'completed')
    .reduce((worst, ending) => (ending.count > worst.count ? ending : worst));
  const lately = window.failedSessions > 0 ? ` (+${formatCount(window.failedSessions)})` : '';
  return `${formatCounted(failed, 'session')} failed${lately}, mostly ${most.reason}${violated}`;
}

function endedOf({ sessions }: Totals): number {
  return sessions.completed + sessions.aborted + sessions.timedOut;
}

function leftOf({ leftMs }: ProgressView): string {
  return leftMs === undefined ? '' : `, ${clock(Math.max(0, leftMs))} left`;
}

/** Time gone, or without a known end the devices that are finished. */
function bar({ elapsedMs, leftMs, totals }: ProgressView): string {
  const all = DEVICE_STATES.reduce((sum, state) => sum + totals.devices[state], 0);
  const [done, whole] =
    leftMs === undefined ? [totals.devices.finished, all] : [elapsedMs, elapsedMs + Math.max(0, leftMs)];
  const full = whole > 0 ? Math.round((BAR * done) / whole) : 0;
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)}`;
}

function phaseName(phase: RunPhase): string {
  switch (phase) {
    case 'ramp':
      return 'Ramping up';
    case 'load':
      return 'Running';
    case 'drain':
      return 'Draining';
    default:
      return phase satisfies never;
  }
}

/** `00:12`, `1:02:03` */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}
