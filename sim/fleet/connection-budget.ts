/** Will ports and descriptors last? Judged before the start, from the fleet's size and the machine's limits. */
import { readFileSync } from 'node:fs';

export interface MachineLimits {
  /** Open descriptors a process may have. */
  readonly descriptors: number;
  /** Ports a source address has for outgoing connections. */
  readonly ports: number;
  /** Closed connections keep their port this long, in ms; 0 where the system reuses it at once (Linux on loopback). */
  readonly portHeldMs: number;
}

export interface ConnectionDemand {
  /** Devices that may be in session at the same time. */
  readonly devices: number;
  /** Sessions per second once the fleet has ramped up. */
  readonly sessionsPerSecond: number;
  /** Devices that hold a push channel of their own. */
  readonly pushChannels: number;
  readonly runMs: number;
}

/** Descriptors the process needs besides those of devices: files, pipes, workers, metrics page. */
const OWN_DESCRIPTORS = 200;
/** TIME_WAIT on Linux. */
const TIME_WAIT_MS = 60_000;

/** Sentences about what will run out; empty when all is well. */
export function connectionWarnings(demand: ConnectionDemand, limits: MachineLimits): readonly string[] {
  const warnings: string[] = [];
  const atOnce = demand.devices + demand.pushChannels;
  if (atOnce + OWN_DESCRIPTORS > limits.descriptors)
    warnings.push(
      `up to ${atOnce} connections may be open at once, but this process may open ${limits.descriptors} descriptors: ` +
        `sessions may end with connect_failed; raise the limit (ulimit -n ${atOnce + OWN_DESCRIPTORS}) or take fewer devices`,
    );
  const held = demand.sessionsPerSecond * (Math.min(limits.portHeldMs, demand.runMs) / 1000);
  if (Math.max(held, atOnce) > limits.ports)
    warnings.push(
      `about ${Math.round(demand.sessionsPerSecond)} new connections per second to one address need ${Math.round(Math.max(held, atOnce))} ports, ` +
        `but one source address has ${limits.ports}` +
        (limits.portHeldMs > 0
          ? ` and a closed connection keeps its port for ${limits.portHeldMs / 1000}s`
          : '') +
        ': sessions may end with connect_failed; take fewer devices or a longer --think-time or --every',
    );
  return warnings;
}

/** What Linux says of itself; generous guesses elsewhere. */
export function machineLimits(targetIsLoopback: boolean): MachineLimits {
  const descriptors = Number(/Max open files\s+(\d+)/.exec(read('/proc/self/limits'))?.[1] ?? 65_536);
  const [low = 32_768, high = 60_999] = read('/proc/sys/net/ipv4/ip_local_port_range')
    .trim()
    .split(/\s+/)
    .map(Number)
    .filter(Number.isFinite);
  // 2: ports in TIME_WAIT are reused on loopback after a second, 1: for every address.
  const reuse = read('/proc/sys/net/ipv4/tcp_tw_reuse').trim();
  const reused = reuse === '1' || (reuse === '2' && targetIsLoopback);
  return { descriptors, ports: high - low + 1, portHeldMs: reused ? 1_000 : TIME_WAIT_MS };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // not Linux
  }
}
