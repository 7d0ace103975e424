/** How many connections a process of the reference DM Server can hold, and how many processes a fleet needs. */
import { machineLimits } from '../fleet/connection-budget.ts';

/** Descriptors a process needs besides those of its connections: files, pipes, the listening socket. */
const OWN_DESCRIPTORS = 100;

/** Connections that one process may have open at once: what the descriptor limit leaves. At least 1. */
export function connectionsPerProcess(descriptors = machineLimits(true).descriptors): number {
  return Math.max(1, descriptors - OWN_DESCRIPTORS);
}

/** The number of processes that `connections` at once need. */
export function processesFor(connections: number, descriptors?: number): number {
  return Math.max(1, Math.ceil(connections / connectionsPerProcess(descriptors)));
}

/** Says what is missing when so many connections do not fit; spread evenly, as devices are. */
export function capacityWarning(
  connections: number,
  processes: number,
  descriptors = machineLimits(true).descriptors,
): string | undefined {
  const each = Math.ceil(connections / processes);
  if (each <= connectionsPerProcess(descriptors)) return undefined;
  return (
    `${connections} connections at once do not fit: a process of the reference server may open ${descriptors} descriptors; ` +
    `take ${processesFor(connections, descriptors)} server processes, or raise the limit (ulimit -n ${each + OWN_DESCRIPTORS})`
  );
}

/** For `onDroppedConnection`: says it for the first one; `GET /health` counts them all. */
export function dropWarning(warn: (text: string) => void): () => void {
  let said = false;
  return () => {
    if (said) return;
    said = true;
    warn(
      `a connection was closed: this process of the reference server has ${connectionsPerProcess()} open, as many as its descriptor limit leaves; ` +
        'take more server processes, or raise the limit (ulimit -n)',
    );
  };
}
