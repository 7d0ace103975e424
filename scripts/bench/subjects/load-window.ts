/** A window in the middle of a load: what a process used, and what its server saw meanwhile. */
import { cpuOfTree } from '../kit/proc.ts';
import { type Child, sleep } from '../kit/child.ts';

export interface LoadWindow {
  readonly elapsedMs: number;
  /** CPU of the process, its threads and its children. */
  readonly userMs: number;
  readonly systemMs: number;
  /** How much the counter moved. */
  readonly count: number;
}

/** `count`: what the CPU time is shared by. @throws Error when nothing was counted: a load that stands still. */
export async function measureWindow(
  { pid }: Child,
  count: () => Promise<number>,
  windowMs: number,
): Promise<LoadWindow> {
  const startedAt = performance.now();
  const [cpuBefore, countBefore] = [cpuOfTree(pid), await count()];
  await sleep(windowMs);
  const [cpuAfter, countAfter] = [cpuOfTree(pid), await count()];
  const window = {
    elapsedMs: performance.now() - startedAt,
    userMs: cpuAfter.userMs - cpuBefore.userMs,
    systemMs: cpuAfter.systemMs - cpuBefore.systemMs,
    count: countAfter - countBefore,
  };
  if (window.count <= 0) throw new Error('no request was answered in the window');
  return window;
}

/** CPU per counted thing in µs, how much of it the kernel's, and how many of them a second. */
export function cpuFigures({ elapsedMs, userMs, systemMs, count }: LoadWindow): {
  readonly cpuUs: number;
  readonly kernelUs: number;
  readonly perSecond: number;
  readonly cores: number;
} {
  return {
    cpuUs: ((userMs + systemMs) * 1_000) / count,
    kernelUs: (systemMs * 1_000) / count,
    perSecond: (count * 1_000) / elapsedMs,
    cores: (userMs + systemMs) / elapsedMs,
  };
}
