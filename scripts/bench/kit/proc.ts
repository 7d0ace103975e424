/** What Linux tells of processes and of the machine under /proc: CPU time, memory, parents. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks are 10 ms on every Linux that Node runs on (USER_HZ is 100 in the ABI). */
const TICK_MS = 10;

/** CPU time in ms. */
export interface CpuTime {
  readonly userMs: number;
  readonly systemMs: number;
}

export interface ProcessStat extends CpuTime {
  readonly pid: number;
  readonly parent: number;
  /** Of children that have ended and were waited for, in ms. */
  readonly endedChildrenMs: number;
}

/** Reads a /proc/PID/stat line; the command in brackets may hold spaces and brackets of its own. */
export function parseProcessStat(line: string): ProcessStat {
  const nameEnd = line.lastIndexOf(')');
  const fields = line.slice(nameEnd + 2).split(' ');
  const ticks = (index: number): number => Number(fields[index]) * TICK_MS;
  const stat = {
    pid: Number.parseInt(line, 10),
    parent: Number(fields[1]),
    userMs: ticks(11),
    systemMs: ticks(12),
    endedChildrenMs: ticks(13) + ticks(14),
  };
  if (nameEnd < 0 || !Object.values(stat).every(Number.isFinite))
    throw new Error(`not a line of /proc/PID/stat: ${line.slice(0, 80)}`);
  return stat;
}

/** The first line of /proc/stat → time of all CPUs that was not idle, in ms; time stolen by the host is busy, too. */
export function parseBusyMs(stat: string): number {
  const line = stat.split('\n', 1)[0] ?? '';
  const [user, nice, system, , , irq, softirq, steal] = line.trim().split(/\s+/).slice(1).map(Number);
  const busy = [user, nice, system, irq, softirq, steal].reduce<number>(
    (sum, n) => sum + (n ?? Number.NaN),
    0,
  );
  if (!line.startsWith('cpu ') || Number.isNaN(busy)) throw new Error(`not /proc/stat: ${line.slice(0, 80)}`);
  return busy * TICK_MS;
}

/** The line `VmRSS:     1234 kB` of /proc/PID/status → bytes. */
export function parseRssBytes(status: string): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(status);
  if (match === null) throw new Error('no VmRSS in /proc/PID/status: the process has ended');
  return Number(match[1]) * 1024;
}

/** A process and all its descendants that live now. */
export function processTree(
  root: number,
  all: readonly ProcessStat[] = allProcesses(),
): readonly ProcessStat[] {
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

/** CPU time of a process and its descendants. @throws Error when it has ended. */
export function cpuOfTree(root: number): CpuTime {
  const tree = processTree(root);
  if (tree.length === 0) throw new Error(`process ${root} has ended in mid-measurement`);
  return {
    userMs: tree.reduce((sum, { userMs }) => sum + userMs, 0),
    systemMs: tree.reduce((sum, { systemMs }) => sum + systemMs, 0),
  };
}

/** Resident memory of a process and its descendants, in bytes; pages that they share count for each. */
export function rssOfTree(root: number): number {
  return processTree(root).reduce(
    (sum, { pid }) => sum + parseRssBytes(readFileSync(`/proc/${pid}/status`, 'utf8')),
    0,
  );
}

/** CPU time of this process and all it has started, ended ones included, in ms. */
export function ownMs(): number {
  return processTree(process.pid).reduce(
    (sum, { userMs, systemMs, endedChildrenMs }) => sum + userMs + systemMs + endedChildrenMs,
    0,
  );
}

export function busyMs(): number {
  return parseBusyMs(readFileSync('/proc/stat', 'utf8'));
}

function allProcesses(): readonly ProcessStat[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return [parseProcessStat(readFileSync(`/proc/${name}/stat`, 'utf8'))];
    } catch {
      return []; // ended since
    }
  });
}
