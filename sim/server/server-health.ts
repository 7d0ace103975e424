/** How a reference DM Server is: what `GET /health` answers. */

export interface ServerHealth {
  readonly status: 'ok';
  readonly processes: number;
  /** Base URLs listened on, one a process; Package#1 goes to `<url>/dm`. */
  readonly urls: readonly string[];
  /** Since the process that was started last is up. */
  readonly uptimeSeconds: number;
  /** DevIDs that ever opened a session; one that did at two processes counts twice. */
  readonly devices: number;
  /** Open now, push channels included. */
  readonly connections: number;
  /** Connections closed at once because a process had as many as it may have. */
  readonly droppedConnections: number;
}

/** The health of processes that are one server, in their order. */
export function sumHealth(parts: readonly ServerHealth[]): ServerHealth {
  const total = (of: (part: ServerHealth) => number): number =>
    parts.reduce((sum, part) => sum + of(part), 0);
  return {
    status: 'ok',
    processes: total(({ processes }) => processes),
    urls: parts.flatMap(({ urls }) => urls),
    uptimeSeconds: parts.length === 0 ? 0 : Math.min(...parts.map(({ uptimeSeconds }) => uptimeSeconds)),
    devices: total(({ devices }) => devices),
    connections: total(({ connections }) => connections),
    droppedConnections: total(({ droppedConnections }) => droppedConnections),
  };
}
