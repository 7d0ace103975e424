/** CPU and memory of the swarm: this process with all its threads and, on Linux, its descendants. */
import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** Linux tells CPU time in USER_HZ, which is 100 on every architecture that Node runs on. */
const TICKS_A_SECOND = 100;
const INTERVAL_MS = 1_000;
/** Fields of /proc/PID/stat that follow the process name in parentheses. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

export interface ProcessUsage {
  /** CPU seconds since the watch began ÷ seconds since then. */
  readonly cpuCores: number;
  readonly cpuSeconds: number;
  /** Sum over the processes, now. */
  readonly rssBytes: number;
  /** The largest such sum that was seen. */
  readonly peakRssBytes: number;
}

export interface ProcessUsageWatch {
  /** Leaves a process and its descendants out: the reference server is not part of the swarm. */
  exclude(pid: number): void;
  read(): ProcessUsage;
  stop(): void;
}

/** What one process, not our own, has used. */
interface Sample {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** Watches from now on, once a second, until `stop`. Does not keep the process alive. */
export function watchProcessUsage(): ProcessUsageWatch {
  const excluded = new Set<number>();
  const startedMs = performance.now();
  const startCpu = process.cpuUsage();
  /** Descendants' CPU; one that has ended keeps its last value. */
  const descendants = new Map<number, number>();
  let peakRssBytes = 0;

  const read = (): ProcessUsage => {
    let rssBytes = process.memoryUsage.rss();
    for (const pid of descendantsOf(process.pid, excluded)) {
      const sample = sampleProcess(pid);
      if (sample === undefined) continue;
      rssBytes += sample.rssBytes;
      descendants.set(pid, sample.cpuSeconds);
    }
    // The kernel's own peak also holds what came and went between two looks.
    peakRssBytes = Math.max(peakRssBytes, rssBytes, process.resourceUsage().maxRSS * 1_024);
    const own = process.cpuUsage(startCpu);
    let cpuSeconds = (own.user + own.system) / 1e6;
    for (const seconds of descendants.values()) cpuSeconds += seconds;
    const elapsed = (performance.now() - startedMs) / 1_000;
    return { cpuCores: elapsed > 0 ? cpuSeconds / elapsed : 0, cpuSeconds, rssBytes, peakRssBytes };
  };

  const timer = setInterval(read, INTERVAL_MS);
  timer.unref();
  return {
    exclude: (pid) => {
      excluded.add(pid);
      descendants.delete(pid);
    },
    read,
    stop: () => clearInterval(timer),
  };
}

/** Children of all its threads, their children and so on; none where there is no /proc. */
export function descendantsOf(pid: number, excluded: ReadonlySet<number>): readonly number[] {
  const found: number[] = [];
  const open = [pid];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const child of childrenOf(parent)) {
      if (excluded.has(child)) continue;
      found.push(child);
      open.push(child);
    }
  }
  return found;
}

function childrenOf(pid: number): readonly number[] {
  return threadsOf(pid).flatMap((thread) =>
    (readIfThere(`/proc/${pid}/task/${thread}/children`) ?? '')
      .split(' ')
      .filter((word) => word !== '')
      .map(Number),
  );
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function sampleProcess(pid: number): Sample | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  const status = readIfThere(`/proc/${pid}/status`);
  if (stat === undefined || status === undefined) return undefined;
  // The name may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    cpuSeconds: (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) / TICKS_A_SECOND,
    rssBytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024,
  };
}

/** Processes and threads end between two reads, and not every system has /proc. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
