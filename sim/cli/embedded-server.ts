/** The reference DM Server that a swarm starts for itself: in a process of its own, or in several. */
import { type Ledger } from '../report/summary-schema.ts';
import { type ServerProcesses, startServerProcesses } from './server-processes.ts';
import { type ServerOptions, shareServer } from './server-share.ts';
import { reasonOf } from './config-file.ts';

/** All processes may have to be asked. */
const LEDGER_TIMEOUT_MS = 10_000;

export interface EmbeddedServer {
  readonly pids: readonly number[];
  /** URLs for Package#1, one a process. What a device did is known at the one it was sent to: it has to stay there. */
  readonly targets: readonly string[];
  /** The first of them. */
  readonly target: string;
  /** Of all processes together; the reason when one of them does not answer any more. */
  ledger(): Promise<{ readonly ledger: Ledger } | { readonly reason: string }>;
  end(): Promise<void>;
}

/**
 * Starts it and waits until it listens on free ports of 127.0.0.1.
 * @param onDeath told once for each process that ends by itself, with how; of several, which one as well
 * @throws Error when it does not come up, UsageError when there is too little of something for so many processes
 */
export async function startEmbeddedServer(
  directory: string,
  options: ServerOptions,
  onDeath: (how: string) => void,
  processes = 1,
): Promise<EmbeddedServer> {
  const shares = shareServer(options, processes);
  let running: ServerProcesses;
  try {
    running = await startServerProcesses(directory, shares, (name, how) =>
      onDeath(name === '' ? how : `${name}: ${how}`),
    );
  } catch (error) {
    throw new Error(`the reference server did not start: ${reasonOf(error)}`, { cause: error });
  }
  const { pids, urls } = running;
  const targets = urls.map((url) => `${url}/dm`);
  return {
    pids,
    targets,
    target: targets[0] ?? '',
    ledger: async () => {
      try {
        const timeout = AbortSignal.timeout(LEDGER_TIMEOUT_MS);
        const response = await fetch(`${urls[0]}/ledger`, { signal: timeout });
        if (!response.ok) return { reason: (await response.text()).trim() };
        return { ledger: (await response.json()) as Ledger };
      } catch (error) {
        return { reason: reasonOf(error) };
      }
    },
    end: () => running.end(),
  };
}
