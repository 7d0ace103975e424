/** A window in the middle of a load: what a process used, and what its server saw meanwhile. */
import { cpuOfTree } from '../kit/proc.ts';
import { type BenchContext } from '../bench-context.ts';
import { type Child, sleep, until } from '../kit/child.ts';

export interface LoadWindow {
  readonly elapsedMs: number;
  /** CPU of the process, its threads and its children. */
  readonly userMs: number;
  readonly systemMs: number;
  /** How much the counter moved. */
  readonly count: number;
}

/** A window is prolonged, at most so many times, until the process has used enough CPU for ticks of 10 ms to tell. */
const MOST_WINDOWS = 5;
const LEAST_CPU_SHARE = 0.5;

const MOST_WARM_UP_MS = 240_000;

/** Lets code get compiled and queues get even: for a time, and for a number of requests. */
export async function warmUp(
  { scale }: BenchContext,
  child: Child,
  count: () => Promise<number>,
): Promise<void> {
  await sleep(scale.warmUpMs);
  await until('the warm-up', async () => (await count()) >= scale.warmUpCount, {
    ...{ child, everyMs: 200, mostMs: MOST_WARM_UP_MS },
  });
}

/** `count`: what the CPU time is shared by. @throws Error when nothing was counted: a load that stands still. */
export async function measureWindow(
  { pid }: Child,
  count: () => Promise<number>,
  windowMs: number,
): Promise<LoadWindow> {
  const startedAt = performance.now();
  const [cpuBefore, countBefore] = [cpuOfTree(pid), await count()];
  for (let windows = 1; ; windows++) {
    await sleep(windowMs);
    const [cpuAfter, countAfter] = [cpuOfTree(pid), await count()];
    const window = {
      elapsedMs: performance.now() - startedAt,
      userMs: cpuAfter.userMs - cpuBefore.userMs,
      systemMs: cpuAfter.systemMs - cpuBefore.systemMs,
      count: countAfter - countBefore,
    };
    if (window.userMs + window.systemMs < windowMs * LEAST_CPU_SHARE && windows < MOST_WINDOWS) continue;
    if (window.count <= 0) throw new Error('no request was answered in the window');
    return window;
  }
}

/** What a process uses while nothing is to happen: CPU of one window, as a share of a core. */
export async function idleShare({ pid }: Child, windowMs: number): Promise<number> {
  const [startedAt, before] = [performance.now(), cpuOfTree(pid)];
  await sleep(windowMs);
  const after = cpuOfTree(pid);
  const usedMs = after.userMs + after.systemMs - before.userMs - before.systemMs;
  return usedMs / (performance.now() - startedAt);
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
