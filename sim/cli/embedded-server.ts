/** The reference DM Server as a child process of the swarm. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type Ledger } from '../report/summary-schema.ts';
import { type ServerProcessOptions } from './server-config.ts';
import { type ServerProcessReply } from './server-process.ts';

const START_TIMEOUT_MS = 15_000;
const LEDGER_TIMEOUT_MS = 10_000;
const END_TIMEOUT_MS = 2_000;

export interface EmbeddedServer {
  readonly pid: number;
  /** URL for Package#1. */
  readonly target: string;
  /** `GET /ledger`; `undefined` with the reason when the server does not answer any more. */
  ledger(): Promise<{ readonly ledger: Ledger } | { readonly reason: string }>;
  end(): Promise<void>;
}

/**
 * Starts the process and waits until it listens on a free port of 127.0.0.1.
 * @param onDeath told once when the process ends by itself, with how
 * @throws Error when it does not come up.
 */
export async function startEmbeddedServer(
  directory: string,
  options: ServerProcessOptions,
  onDeath: (how: string) => void,
): Promise<EmbeddedServer> {
  const child = fork(join(directory, 'server-process.mjs'), {
    // 'advanced' carries Maps; what the server prints in distress goes to stderr.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const url = await ready(child, options);
  let ending = false;
  child.once('exit', (code, signal) => {
    if (!ending) onDeath(signal ?? `exit code ${code ?? 'unknown'}`);
  });
  return {
    pid: child.pid ?? 0,
    target: `${url}/dm`,
    ledger: async () => {
      try {
        const response = await fetch(`${url}/ledger`, { signal: AbortSignal.timeout(LEDGER_TIMEOUT_MS) });
        return { ledger: (await response.json()) as Ledger };
      } catch (error) {
        return { reason: error instanceof Error ? error.message : String(error) };
      }
    },
    end: async () => {
      ending = true;
      await ended(child);
    },
  };
}

function ready(child: ChildProcess, options: ServerProcessOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => refuse('it did not answer in time'), START_TIMEOUT_MS);
    const refuse = (reason: string): void => {
      clearTimeout(timeout);
      child.kill('SIGKILL');
      reject(new Error(`the reference server did not start: ${reason}`));
    };
    child.once('error', (error) => refuse(error.message));
    child.once('exit', (code) => refuse(`it ended with exit code ${code ?? 'unknown'}`));
    child.once('message', (reply: ServerProcessReply) => {
      child.removeAllListeners('exit');
      if (reply.kind === 'failed') {
        refuse(reply.reason);
        return;
      }
      clearTimeout(timeout);
      resolve(reply.url);
    });
    child.send(options);
  });
}

/** Closing the channel ends the child; one that does not listen is killed. */
function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timeout = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
    child.once('exit', () => {
      clearTimeout(timeout);
      resolve();
    });
    if (child.connected) child.disconnect();
    else child.kill('SIGKILL');
  });
}
